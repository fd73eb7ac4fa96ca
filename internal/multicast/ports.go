package multicast

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"homebus/internal/epgm"
	"homebus/internal/proxy"
)

// Config says which groups a forwarder hears and sends to.
type Config struct {
	// Frontend are the groups that are heard, Backend those that are sent to.
	Frontend, Backend []epgm.Endpoint
	// Prefixes are what is sent to the groups of Backend; none is everything.
	Prefixes []string
	// Publisher says how it is sent.
	Publisher epgm.PublisherConfig
	// Attach makes a peer of the forwarder, whose name stands in statistics and logs.
	Attach func(name string) *proxy.Local
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// Ports are the endpoints of a forwarder at multicast groups.
type Ports struct {
	log       *slog.Logger
	frontends []*frontend
	backends  []*backend
}

// New opens a socket for each group, or none and returns what is wrong. Without Run, call
// Close.
func New(c Config) (*Ports, error) {
	p := &Ports{log: c.Log}
	if p.log == nil {
		p.log = slog.Default()
	}
	if err := CheckApart(c.Frontend, c.Backend); err != nil {
		return nil, err
	}
	for _, e := range c.Frontend {
		f, err := newFrontend(e, c.Attach, p.log)
		if err != nil {
			p.Close()
			return nil, err
		}
		p.frontends = append(p.frontends, f)
	}
	for _, e := range c.Backend {
		b, err := newBackend(e, c, p.log)
		if err != nil {
			p.Close()
			return nil, err
		}
		p.backends = append(p.backends, b)
	}
	return p, nil
}

// CheckApart says which group is given twice, on one side or on both.
func CheckApart(frontend, backend []epgm.Endpoint) error {
	heard := make(map[epgm.Endpoint]bool)
	for _, e := range frontend {
		if e.Interface = ""; heard[e] {
			return fmt.Errorf("frontend is %s twice; want each group once", e)
		}
		heard[e] = true
	}
	sent := make(map[epgm.Endpoint]bool)
	for _, e := range backend {
		switch e.Interface = ""; {
		case heard[e]:
			return fmt.Errorf("frontend and backend are both %s: what is sent there would come back; want a group of its own for each", e)
		case sent[e]:
			return fmt.Errorf("backend is %s twice; want each group once", e)
		}
		sent[e] = true
	}
	return nil
}

// Run hears and sends until ctx ends, and returns nil then, once nothing is left running.
// The error says why a group can be used no longer. It is called once.
func (p *Ports) Run(ctx context.Context) error {
	p.log.Warn(epgm.Warning)
	g, ctx := errgroup.WithContext(ctx)
	for _, f := range p.frontends {
		p.log.Info("hearing multicast", "frontend", f.endpoint.String())
		g.Go(func() error { return f.run(ctx) })
	}
	for _, b := range p.backends {
		p.log.Info("sending multicast", "backend", b.endpoint.String(), "bits_per_second", b.rate)
		g.Go(func() error { return b.run(ctx) })
	}
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// Close closes the sockets of Ports that are not to run after all.
func (p *Ports) Close() {
	for _, f := range p.frontends {
		_ = f.subscriber.Close()
	}
	for _, b := range p.backends {
		b.peer.Close()
		_ = b.publisher.Close()
	}
}
