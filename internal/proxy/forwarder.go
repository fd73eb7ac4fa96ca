package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/endpoint"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// side is one of the two sides of a forwarder.
type side int

const (
	frontend side = iota // publishers connect here
	backend              // subscribers connect here
)

// Config says what a Forwarder is to be. It may be zero: a forwarder with
// in-process peers only.
type Config struct {
	// Frontend is where publishers connect (the forwarder is an XSUB there),
	// Backend where subscribers do (an XPUB): endpoints as endpoint.Parse has them.
	Frontend, Backend []string
	// Monitor is where one can listen to what passes: a PUB that repeats every
	// message of a publisher behind a frame "in", and behind a frame "out" what
	// publishers are told of subscriptions (\x01 or \x00 and the prefix). A listener
	// that cannot keep up loses messages of its own.
	Monitor []string
	Limits  Limits
	// Tap, if not nil, adds meaning.
	Tap Tap
	// Wants are prefixes that publishers are asked for whatever subscribers want.
	Wants []string
	// Only, if not empty, are the prefixes that are forwarded: every other message
	// is counted as received, and that is all, whoever sent it. Publishers are asked
	// for what subscribers want and Only has, and no more.
	Only []string
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// Forwarder links publishers to subscribers. New makes it listen, Run makes it
// serve. Its methods may be called from any goroutine.
type Forwarder struct {
	limits    Limits
	log       *slog.Logger
	board     *switchboard
	listeners [2][]net.Listener
	loops     [2]loops
	gate      *gate.Gate
	sessions  sessions
	// backendType is what subscribers see: XPUB, or PUB at a monitor.
	backendType zmtp.SocketType
	// present counts the subscribers that are connected.
	present atomic.Int64
	monitor *monitor
	// losses, silences and spared keep equal lines of the log few.
	losses, silences, spared gate.Quiet
}

// New opens every endpoint of cfg, or none of them and returns what is wrong.
// Newcomers wait until Run. Without Run, call Close.
func New(cfg Config) (*Forwarder, error) {
	f := &Forwarder{limits: cfg.Limits.orDefaults(), log: cfg.Log, backendType: zmtp.XPUB}
	if f.log == nil {
		f.log = slog.Default()
	}
	if cfg.Tap == nil {
		cfg.Tap = silentTap{}
	}
	f.board = newSwitchboard(f.limits, cfg.Tap, cfg.Wants, cfg.Only...)
	f.gate = gate.New(gate.Limits{
		Handshake: f.limits.Handshake, Pending: f.limits.Handshakes, Bytes: f.limits.HandshakeBytes,
		Connections: f.limits.Connections, MakeRoom: f.makeRoom,
	}, f.log)
	f.sessions.spare = Spare
	var err error
	f.monitor, err = newMonitor(cfg.Monitor, cfg.Limits, f.log)
	f.board.monitor = f.monitor
	if err := errors.Join(f.listen(frontend, cfg.Frontend), f.listen(backend, cfg.Backend), err); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *Forwarder) listen(s side, endpoints []string) error {
	var errs []error
	for _, text := range endpoints {
		e, err := endpoint.Parse(text)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		l, err := e.Listen(context.Background())
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f.listeners[s] = append(f.listeners[s], l)
	}
	return errors.Join(errs...)
}

// Addrs is where a Forwarder listens, in the order of its Config.
type Addrs struct{ Frontend, Backend, Monitor []net.Addr }

// Addrs returns where f listens; port 0 has become a real one.
func (f *Forwarder) Addrs() Addrs {
	a := Addrs{Monitor: f.monitor.addrs()}
	for _, l := range f.listeners[frontend] {
		a.Frontend = append(a.Frontend, l.Addr())
	}
	for _, l := range f.listeners[backend] {
		a.Backend = append(a.Backend, l.Addr())
	}
	return a
}

// Close closes the endpoints. Run does it by itself.
func (f *Forwarder) Close() {
	for _, ls := range f.listeners {
		for _, l := range ls {
			_ = l.Close()
		}
	}
	if f.monitor != nil {
		f.monitor.Close()
	}
}

// Run serves until ctx ends, and then returns nil once every connection is
// closed and nothing is left running. It is called once.
func (f *Forwarder) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, f.Close)()
	// A side has loops of its own: subscribers do not wait for what publishers forward.
	for s, ls := range f.listeners {
		if len(ls) > 0 {
			f.loops[s].start(ctx, g, f.log)
		}
	}
	for _, l := range f.listeners[frontend] {
		g.Go(func() error {
			f.gate.Serve(ctx, l, zmtp.Config{SocketType: zmtp.XSUB, Minor: 1}, f.servePublisher)
			return nil
		})
	}
	for _, l := range f.listeners[backend] {
		g.Go(func() error {
			f.gate.Serve(ctx, l, zmtp.Config{SocketType: f.backendType, Minor: 1}, f.serveSubscriber)
			return nil
		})
	}
	g.Go(func() error { return f.watch(ctx) })
	if f.monitor != nil {
		g.Go(func() error { return f.monitor.Run(ctx) })
	}
	return g.Wait()
}

// Stats returns what f has done so far.
func (f *Forwarder) Stats() Stats {
	st := f.board.stats()
	st.Publishers, st.Subscribers = f.sessions.count(frontend), f.sessions.count(backend)
	st.Refused = f.gate.Refused()
	st.Listeners, st.MonitorDropped = f.monitor.counts()
	return st
}

// Subscribed reports whether any peer holds a subscription to exactly this prefix;
// but, if not nil, does not count.
func (f *Forwarder) Subscribed(prefix string, but *Local) bool {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	i, known := f.board.interests.Get([]byte(prefix))
	if !known {
		return false
	}
	holders := len(i.sinks)
	if but != nil {
		if _, held := but.sink.held[i]; held {
			holders--
		}
	}
	return holders > 0
}

// Inspect calls look under the forwarder's lock, as it calls the Tap: nothing passes
// meanwhile. look must be quick and must not call the forwarder.
func (f *Forwarder) Inspect(look func()) {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	look()
}

func (f *Forwarder) servePublisher(ctx context.Context, conn *gate.Conn) error {
	s := f.newSession(conn, frontend)
	id, up := f.board.attachUpstream()
	s.queue = up
	f.sessions.add(s, frontend)
	// A publisher that has closed its end may have sent much that is still to be
	// read: that it takes no subscriptions any more does not end it.
	stop := s.writing(func() {})
	p := newPublisher(ctx, s, f.board, id)
	return s.serve(conn, p, func(why error) error {
		stop()
		f.sessions.remove(s, frontend)
		f.board.detachPublisher(id, up)
		return p.reason(why)
	})
}

func (f *Forwarder) serveSubscriber(_ context.Context, conn *gate.Conn) error {
	s := f.newSession(conn, backend)
	f.present.Add(1)
	sink := f.board.attachSink(s.name)
	s.queue = sink
	f.sessions.add(s, backend)
	sink.onOverflow(s.abort)
	stop := s.writing(s.close)
	r := &subscriber{session: s, board: f.board, sink: sink}
	return s.serve(conn, r, func(why error) error {
		stop()
		f.sessions.remove(s, backend)
		f.farewell(sink)
		f.present.Add(-1)
		if sink.wasCut() {
			return fmt.Errorf("%w: it cannot keep up, and more waits for it than may (--queue-bytes, --queue-messages, --queue-total, --overflow)", gate.ErrQuota)
		}
		return why
	})
}

// farewell removes a subscriber, and says what it has lost since the last line
// about it.
func (f *Forwarder) farewell(s *sink) {
	f.board.detachSink(s)
	_, _, dropped, _ := s.counts()
	if dropped == s.logged {
		return
	}
	if n, ok := f.losses.Allow(time.Now()); ok {
		f.log.Warn("subscriber gone that could not keep up, messages dropped", "subscriber", s.name, "messages", dropped-s.logged, "more", n)
	}
}
