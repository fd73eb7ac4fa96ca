package proxies

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/proxy"
	"homebus/internal/socket"
	"homebus/internal/zmtp"
)

// partingTime is how long what waits has to be written when a proxy ends.
const partingTime = 250 * time.Millisecond

// Endpoints are where a proxy listens, as endpoint.Parse has them, any number each.
type Endpoints struct{ Frontend, Backend, Monitor []string }

// Proxy is a queue or a streamer. Run makes it serve. Its methods, with those of
// proxy.Relay, may be called from any goroutine.
type Proxy struct {
	*proxy.Relay
	endpoints         Endpoints
	frontend, backend end
	// formless counts replies without an identity.
	formless *atomic.Uint64
}

// end is what a Proxy does with each of its sockets itself.
type end interface {
	Bind(endpoint string) (string, error)
	Stats() socket.Stats
	Close(context.Context) error
}

// NewQueue opens the endpoints of a queue, or none of them and returns what is wrong:
// clients connect to the frontend (a ROUTER), workers to the backend (a DEALER). What
// clients send before Run waits for it. cfg is for both sockets, and what it says of
// handshakes and liveness for the monitor too, whose listeners have queues as long as a
// forwarder's subscribers by default, whatever the high-water mark. Without Run, call
// Close.
func NewQueue(at Endpoints, cfg socket.Config) (*Proxy, error) {
	p := &Proxy{formless: new(atomic.Uint64)}
	clients, workers := socket.NewRouter(cfg), socket.NewDealer(toWorkers(cfg))
	p.frontend, p.backend = clients, workers
	return p.open(at, func() (*proxy.Relay, error) {
		return proxy.NewQueue(router{clients, p.formless}, workers, relayConfig(at, cfg))
	})
}

// toWorkers is cfg for the workers' side of a queue. A worker sends the envelope of the
// request back (RFC 28), with the identity of the client that the queue has put in front,
// before an answer of its own: no request that a client may send must make it breach a
// limit. So it has room for as many frames again, and for the bytes of as many identities.
func toWorkers(cfg socket.Config) socket.Config {
	if cfg.Wire.Parts <= 0 {
		cfg.Wire.Parts = zmtp.DefaultLimits.Parts
	}
	if cfg.Wire.Message <= 0 {
		cfg.Wire.Message = zmtp.DefaultLimits.Message
	}
	envelope := cfg.Wire.Parts + 1
	cfg.Wire.Parts += envelope
	cfg.Wire.Message += envelope * zmtp.MaxIdentity
	return cfg
}

// NewStreamer opens the endpoints of a streamer: who has work connects to the frontend
// (a PULL), who does it to the backend (a PUSH). All else is as with NewQueue.
func NewStreamer(at Endpoints, cfg socket.Config) (*Proxy, error) {
	p := &Proxy{formless: new(atomic.Uint64)}
	sources, workers := socket.NewPull(cfg), socket.NewPush(cfg)
	p.frontend, p.backend = sources, workers
	return p.open(at, func() (*proxy.Relay, error) {
		return proxy.NewStreamer(sources, workers, relayConfig(at, cfg))
	})
}

func relayConfig(at Endpoints, cfg socket.Config) proxy.RelayConfig {
	return proxy.RelayConfig{Monitor: at.Monitor, Log: cfg.Log, Limits: proxy.Limits{
		Handshake: cfg.Handshake, Handshakes: cfg.Newcomers, Connections: cfg.Connections, PingEvery: cfg.PingEvery, Silence: cfg.Silence,
	}}
}

// open makes the relay and binds the sockets.
func (p *Proxy) open(at Endpoints, relay func() (*proxy.Relay, error)) (*Proxy, error) {
	var err, frontErr, backErr error
	p.endpoints.Frontend, frontErr = bind(p.frontend, at.Frontend)
	p.endpoints.Backend, backErr = bind(p.backend, at.Backend)
	p.Relay, err = relay()
	if err := errors.Join(frontErr, backErr, err); err != nil {
		p.Close()
		return nil, err
	}
	for _, a := range p.MonitorAddrs() {
		p.endpoints.Monitor = append(p.endpoints.Monitor, endpoint.Of(a).String())
	}
	return p, nil
}

// bind binds a socket to all places, and returns them with their ports.
func bind(s end, places []string) (bound []string, err error) {
	var errs []error
	for _, place := range places {
		b, err := s.Bind(place)
		bound, errs = append(bound, b), append(errs, err)
	}
	return bound, errors.Join(errs...)
}

// Endpoints returns where p listens, in the order that was given; port 0 has become a
// real one.
func (p *Proxy) Endpoints() Endpoints { return p.endpoints }

// Run passes messages on until ctx ends, and then returns nil once every connection is
// closed and nothing is left running. It is called once.
func (p *Proxy) Run(ctx context.Context) error {
	defer p.Close()
	return p.Relay.Run(ctx)
}

// Close closes the endpoints. Run does it by itself.
func (p *Proxy) Close() {
	if p.Relay != nil {
		p.Relay.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), partingTime)
	defer cancel()
	var closing sync.WaitGroup
	for _, s := range []end{p.frontend, p.backend} {
		closing.Go(func() { _ = s.Close(ctx) }) // what is left over is lost, as promised
	}
	closing.Wait()
}

// Statistics returns what has passed so far, and what could not.
func (p *Proxy) Statistics() proxy.Statistics {
	st := p.Relay.Statistics()
	front, back := p.frontend.Stats(), p.backend.Stats()
	st.Dropped = front.Dropped + back.Dropped
	st.Unroutable = front.Unroutable + p.formless.Load()
	return st
}

// router is the frontend of a queue. What a worker sends that has no identity in front
// is nobody's reply, and no reason to end.
type router struct {
	*socket.Router
	formless *atomic.Uint64
}

// Send is socket.Router's, for any frames.
func (r router) Send(ctx context.Context, frames [][]byte) error {
	err := r.Router.Send(ctx, frames)
	if errors.Is(err, socket.ErrMessage) {
		r.formless.Add(1)
		return nil
	}
	return err
}
