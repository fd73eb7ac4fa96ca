package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

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
	// Backend where subscribers do (an XPUB): endpoints as ParseEndpoint has them.
	Frontend, Backend []string
	Limits            Limits
	// Tap, if not nil, adds meaning.
	Tap Tap
	// Wants are prefixes that publishers are asked for whatever subscribers want.
	Wants []string
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
	newcomers *newcomers
	sessions  sessions
	refusals  quiet
	faults    quiet
	silences  quiet
	refused   atomic.Uint64
}

// New opens every endpoint of cfg, or none of them and returns what is wrong.
// Newcomers wait until Run. Without Run, call Close.
func New(cfg Config) (*Forwarder, error) {
	f := &Forwarder{limits: cfg.Limits.orDefaults(), log: cfg.Log}
	if f.log == nil {
		f.log = slog.Default()
	}
	if cfg.Tap == nil {
		cfg.Tap = silentTap{}
	}
	f.board = newSwitchboard(f.limits, cfg.Tap, cfg.Wants)
	f.newcomers = newNewcomers(f.limits.Handshakes)
	err := errors.Join(f.listen(frontend, cfg.Frontend), f.listen(backend, cfg.Backend))
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *Forwarder) listen(s side, endpoints []string) error {
	var errs []error
	for _, text := range endpoints {
		endpoint, err := ParseEndpoint(text)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		l, err := endpoint.Listen(context.Background())
		if err != nil {
			errs = append(errs, err)
			continue
		}
		f.listeners[s] = append(f.listeners[s], l)
	}
	return errors.Join(errs...)
}

// Addrs is where a Forwarder listens, in the order of its Config.
type Addrs struct{ Frontend, Backend []net.Addr }

// Addrs returns where f listens; port 0 has become a real one.
func (f *Forwarder) Addrs() Addrs {
	var a Addrs
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
}

// Run serves until ctx ends, and then returns nil once every connection is
// closed and nothing is left running. It is called once.
func (f *Forwarder) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, f.Close)()
	for s, ls := range f.listeners {
		for _, l := range ls {
			g.Go(func() error { return f.accept(ctx, g, l, side(s)) })
		}
	}
	g.Go(func() error { return f.watch(ctx) })
	return g.Wait()
}

// Stats returns what f has done so far.
func (f *Forwarder) Stats() Stats {
	st := f.board.stats()
	st.Publishers, st.Subscribers = f.sessions.count(frontend), f.sessions.count(backend)
	st.Refused = f.refused.Load()
	return st
}

// admit shakes hands with a newcomer. It returns nil, with conn closed, if that
// fails; done is called in any case.
func (f *Forwarder) admit(ctx context.Context, conn net.Conn, side side, done func()) *session {
	defer done()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	name := peerName(conn)
	var peer zmtp.Peer
	err := f.survive(func() (err error) {
		peer, err = f.shakeHands(conn, side)
		return err
	})
	if err == nil {
		return &session{conn: conn, name: name, pinged: peer.Greeting.SpeaksCommands(), ends: make(chan struct{})}
	}
	_ = conn.Close()
	if ctx.Err() == nil {
		f.refused.Add(1)
		if n, ok := f.refusals.allow(time.Now()); ok {
			f.log.Warn("newcomer refused", "peer", name, "reason", err, "more", n)
		}
	}
	return nil
}

// serve serves a peer until its end.
func (f *Forwarder) serve(ctx context.Context, s *session, side side) {
	defer s.close()
	defer context.AfterFunc(ctx, s.close)()
	serve := f.servePublisher
	if side == backend {
		serve = f.serveSubscriber
	}
	err := f.survive(func() error { return serve(s) })
	if ctx.Err() != nil || err == nil {
		return
	}
	if isOrdinary(err) {
		f.log.Debug("connection ended", "peer", s.name, "reason", err)
	} else if n, ok := f.faults.allow(time.Now()); ok {
		f.log.Warn("connection closed", "peer", s.name, "reason", err, "more", n)
	}
}

// survive turns a panic into an error.
func (f *Forwarder) survive(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			f.log.Error("panic while serving a connection", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return do()
}

func (f *Forwarder) shakeHands(conn net.Conn, side side) (zmtp.Peer, error) {
	if err := conn.SetDeadline(time.Now().Add(f.limits.Handshake)); err != nil {
		return zmtp.Peer{}, err
	}
	own := zmtp.XSUB
	if side == backend {
		own = zmtp.XPUB
	}
	peer, err := zmtp.Handshake(conn, zmtp.Config{SocketType: own, Minor: 1})
	if err != nil {
		return zmtp.Peer{}, err
	}
	return peer, conn.SetDeadline(time.Time{})
}

func (f *Forwarder) servePublisher(s *session) error {
	id, up := f.board.attachUpstream()
	defer f.board.detachPublisher(id, up)
	s.queue = up
	f.sessions.add(s, frontend)
	defer f.sessions.remove(s, frontend)
	// A publisher that has closed its end may have sent much that is still to be
	// read: that it takes no subscriptions any more does not end it.
	defer s.writing(func() {})()
	p := publisher{session: s, board: f.board, id: id}
	return p.read()
}

func (f *Forwarder) serveSubscriber(s *session) error {
	sink := f.board.attachSink(s.name)
	defer f.board.detachSink(sink)
	s.queue = sink
	f.sessions.add(s, backend)
	defer f.sessions.remove(s, backend)
	defer s.writing(s.close)()
	r := subscriber{session: s, board: f.board, sink: sink}
	return r.read()
}
