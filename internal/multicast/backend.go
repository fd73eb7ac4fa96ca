package multicast

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/epgm"
	"homebus/internal/proxy"
	"homebus/internal/socket/gate"
)

// backend sends to a group.
type backend struct {
	endpoint  epgm.Endpoint
	rate      int // bits a second
	log       *slog.Logger
	publisher *epgm.Publisher
	peer      *proxy.Local
	prefixes  []string
	drops     gate.Quiet
}

func newBackend(e epgm.Endpoint, c Config, log *slog.Logger) (*backend, error) {
	publisher, err := epgm.NewPublisher(e, c.Publisher)
	if err != nil {
		return nil, err
	}
	b := &backend{endpoint: e, rate: c.Publisher.Rate, log: log, publisher: publisher, prefixes: c.Prefixes}
	if b.rate == 0 {
		b.rate = epgm.DefaultRate
	}
	if len(b.prefixes) == 0 {
		b.prefixes = []string{""}
	}
	b.peer = c.Attach("epgm " + e.Group.String())
	return b, nil
}

// run sends what passes the forwarder until ctx ends.
func (b *backend) run(ctx context.Context) error {
	defer b.peer.Close()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return b.publisher.Run(ctx) })
	g.Go(func() error { return b.pass(ctx) })
	return g.Wait()
}

func (b *backend) pass(ctx context.Context) error {
	for _, prefix := range b.prefixes {
		if err := b.peer.Subscribe(prefix); err != nil {
			return err
		}
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.peer.Wake():
			_ = b.peer.Each(b.send) // which fails for none
		}
	}
}

// send sends a message, or counts it as dropped, which the publisher does too.
func (b *backend) send(frames [][]byte) error {
	if err := b.publisher.Publish(frames); err != nil {
		if n, ok := b.drops.Allow(time.Now()); ok {
			b.log.Warn("not sent by multicast: it comes faster than it may be sent (--multicast-rate)",
				"backend", b.endpoint.String(), "reason", err, "more", n)
		}
	}
	return nil
}
