package multicast

import (
	"context"
	"log/slog"
	"time"

	"homebus/internal/epgm"
	"homebus/internal/proxy"
	"homebus/internal/socket/gate"
)

// frontend hears a group. All but its subscriber belongs to who calls handle.
type frontend struct {
	endpoint   epgm.Endpoint
	attach     func(name string) *proxy.Local
	log        *slog.Logger
	subscriber *epgm.Subscriber
	peers      map[epgm.Source]*proxy.Local
	losses     gate.Quiet
	refusals   gate.Quiet
}

func newFrontend(e epgm.Endpoint, attach func(string) *proxy.Local, log *slog.Logger) (*frontend, error) {
	f := &frontend{endpoint: e, attach: attach, log: log, peers: make(map[epgm.Source]*proxy.Local)}
	var err error
	f.subscriber, err = epgm.NewSubscriber(e, epgm.SubscriberConfig{}, f.handle)
	return f, err
}

// run hears until ctx ends. Whoever published to the group is gone for the forwarder then.
func (f *frontend) run(ctx context.Context) error {
	defer func() {
		for _, peer := range f.peers {
			peer.Close()
		}
	}()
	return f.subscriber.Run(ctx)
}

// handle takes what a publisher says, or what is known of it.
func (f *frontend) handle(e epgm.Event) {
	switch {
	case e.Gone:
		if peer, ok := f.peers[e.Source]; ok {
			peer.Close()
			delete(f.peers, e.Source)
		}
	case e.Lost != nil:
		if n, ok := f.losses.Allow(time.Now()); ok {
			f.log.Warn("lost on multicast", "frontend", f.endpoint.String(), "from", e.Source.String(), "what", e.Lost.String(), "more", n)
		}
	case e.Message != nil:
		f.publish(e)
	}
}

func (f *frontend) publish(e epgm.Event) {
	peer, ok := f.peers[e.Source]
	if !ok {
		peer = f.attach("epgm " + e.Source.String())
		f.peers[e.Source] = peer
		f.log.Info("a publisher on multicast", "frontend", f.endpoint.String(), "from", e.Source.String())
	}
	if err := peer.Publish(e.Message); err != nil {
		if n, ok := f.refusals.Allow(time.Now()); ok {
			f.log.Warn("a message from multicast is not passed on", "from", e.Source.String(), "reason", err, "more", n)
		}
	}
}
