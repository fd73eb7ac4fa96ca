package proxy

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Receiver is the end of a Relay at which messages come in: a PULL, a ROUTER, a
// DEALER. Recv waits until ctx ends; the frames are the caller's.
type Receiver interface {
	Recv(ctx context.Context) ([][]byte, error)
}

// Sender is the end at which they go out: a PUSH, a DEALER, a ROUTER. Send waits for
// room until ctx ends; with an error the message is not sent. It keeps no frame.
type Sender interface {
	Send(ctx context.Context, frames [][]byte) error
}

// Port is both, at the same time.
type Port interface {
	Receiver
	Sender
}

// RelayConfig says what a Relay has beside its ends.
type RelayConfig struct {
	// Monitor is where one can listen to what passes: endpoints of a PUB that repeats
	// every message behind a frame "in", or "out" for what goes from the backend to
	// the frontend. Limits bounds what its listeners cost.
	Monitor []string
	Limits  Limits
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// Relay passes messages on between sockets as they are: the queue and the streamer.
// Whose turn it is, and who waits when there is no room, is the sockets' matter: a
// Relay holds one message a way, and takes the next when that is passed on. Run has
// one caller; the other methods may be called from any goroutine.
type Relay struct {
	pumps   []*pump
	monitor *monitor
	hold    *hold
}

// NewQueue returns a queue (ROUTER and DEALER): requests go from the frontend to the
// backend, replies the other way. The sockets stay the caller's. Without Run, call
// Close.
func NewQueue(frontend, backend Port, cfg RelayConfig) (*Relay, error) {
	return newRelay(cfg, &pump{from: frontend, to: backend, way: wayIn}, &pump{from: backend, to: frontend, way: wayOut})
}

// NewStreamer returns a streamer (PULL and PUSH): messages go from the frontend to
// the backend. The sockets stay the caller's. Without Run, call Close.
func NewStreamer(frontend Receiver, backend Sender, cfg RelayConfig) (*Relay, error) {
	return newRelay(cfg, &pump{from: frontend, to: backend, way: wayIn})
}

func newRelay(cfg RelayConfig, pumps ...*pump) (*Relay, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	m, err := newMonitor(cfg.Monitor, cfg.Limits, cfg.Log)
	if err != nil {
		return nil, err
	}
	r := &Relay{pumps: pumps, monitor: m, hold: newHold()}
	for _, p := range pumps {
		p.relay = r
	}
	return r, nil
}

// MonitorAddrs returns where the monitor listens.
func (r *Relay) MonitorAddrs() []net.Addr { return r.monitor.addrs() }

// Close closes the monitor's endpoints. Run does it by itself.
func (r *Relay) Close() {
	if r.monitor != nil {
		r.monitor.Close()
	}
}

// Run passes messages on until ctx ends, and then returns nil. The error is that of
// a socket that gave out. A message that was on its way when ctx ended is lost.
func (r *Relay) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, r.hold.end)()
	if r.monitor != nil {
		g.Go(func() error { return r.monitor.Run(ctx) }) // and keeps tidy
	} else {
		g.Go(func() error { return keepTidy(ctx) })
	}
	for _, p := range r.pumps {
		g.Go(func() error { return p.run(ctx) })
	}
	return g.Wait()
}

// Pause stops the passing of messages: once it has returned, none passes until
// Resume. Nothing is lost: what arrives waits in the sockets up to their bounds, and
// then with the peers.
func (r *Relay) Pause() {
	r.hold.pause()
	for _, p := range r.pumps {
		p.settle()
	}
}

// Resume ends a Pause; without one it does nothing.
func (r *Relay) Resume() { r.hold.resume() }

// Paused reports whether r is paused.
func (r *Relay) Paused() bool { return r.hold.paused() }

// Statistics returns what has passed so far; what passed was received on one side
// and sent on the other.
func (r *Relay) Statistics() Statistics {
	var s Statistics
	for _, p := range r.pumps {
		passed := p.passed()
		if p.way.name() == wayIn.name() {
			s.Frontend.Received, s.Backend.Sent = passed, passed
		} else {
			s.Backend.Received, s.Frontend.Sent = passed, passed
		}
	}
	return s
}

// pump is one way through a relay.
type pump struct {
	relay *Relay
	from  Receiver
	to    Sender
	way   way
	// passing is held while a message passes.
	passing sync.Mutex

	mu    sync.Mutex
	count Count
}

// run passes messages on until ctx ends, and then returns nil.
func (p *pump) run(ctx context.Context) error {
	for {
		m, err := p.from.Recv(ctx)
		if err != nil {
			return p.failed(ctx, "receive", err)
		}
		for passed := false; !passed; {
			open, err := p.relay.hold.open(ctx)
			if err != nil {
				return nil
			}
			passed, err = p.pass(open, m)
			if err != nil && open.Err() == nil {
				return p.failed(ctx, "send", err)
			}
		}
	}
}

// failed says where the relay ends, nil if by ctx.
func (p *pump) failed(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("%s what goes %s: %w", what, p.way.name(), err)
}

// pass passes m on, and reports whether it has. open ends when the relay is paused.
func (p *pump) pass(open context.Context, m [][]byte) (bool, error) {
	p.passing.Lock()
	defer p.passing.Unlock()
	if err := open.Err(); err != nil {
		return false, err
	}
	if err := p.to.Send(open, m); err != nil {
		return false, err
	}
	p.mu.Lock()
	p.count.Messages++
	for _, frame := range m {
		p.count.Bytes += uint64(len(frame))
	}
	p.mu.Unlock()
	p.relay.monitor.message(p.way, m)
	return true, nil
}

// settle waits for a message that is just passing.
func (p *pump) settle() {
	p.passing.Lock()
	defer p.passing.Unlock()
}

func (p *pump) passed() Count {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}
