package epgm

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// Subscriber receives the messages of all publishers in a multicast group. Stats may be
// called from any goroutine.
type Subscriber struct {
	endpoint Endpoint
	wire     wire
	handle   func(Event)
	drop     func() bool // SubscriberConfig.Drop

	mu       sync.Mutex
	receiver *receiver
}

// NewSubscriber opens a subscriber's socket and joins the group. Somebody has to Run it,
// or Close it. Run calls handle with each event, one at a time. As long as handle has not
// returned, nothing is received: what the kernel cannot hold meanwhile is lost and asked
// for, and what the publisher no longer has is lost for good. All messages are handed
// over, whatever their topic.
func NewSubscriber(e Endpoint, c SubscriberConfig, handle func(Event)) (*Subscriber, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", e, err)
	}
	d, err := e.device()
	if err != nil {
		return nil, err
	}
	wire, err := openSubscriber(e, d)
	if err != nil {
		return nil, err
	}
	r := newReceiver(e.Group, c, rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())))
	return &Subscriber{endpoint: e, wire: wire, handle: handle, drop: c.Drop, receiver: r}, nil
}

// Stats returns what has happened so far.
func (s *Subscriber) Stats() SubscriberStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.receiver.Stats()
}

// Close closes a subscriber that nobody runs.
func (s *Subscriber) Close() error { return s.wire.close() }

// Run receives until ctx ends. It returns nil, or why the socket cannot be read. It is
// called once.
func (s *Subscriber) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, s.wire.close()) }()
	stop := context.AfterFunc(ctx, func() {
		_ = s.wire.setReadDeadline(time.Unix(1, 0)) // a socket that is closed has ended Run already
	})
	defer stop()
	b := make([]byte, maxPacket)
	for {
		if err := s.wait(); err != nil {
			return err
		}
		if ctx.Err() != nil { // looked at behind the deadline, which its end may have set before
			return nil
		}
		n, from, err := s.wire.read(b)
		switch {
		case err == nil && s.drop != nil && s.drop():
		case err == nil:
			s.received(from, b[:n])
		case !timeout(err):
			return fmt.Errorf("read from %s: %w", s.endpoint, err)
		}
		s.tick()
	}
}

// wait sets until when there is nothing to do, but for a packet.
func (s *Subscriber) wait() error {
	s.mu.Lock()
	next := s.receiver.Next()
	s.mu.Unlock()
	if err := s.wire.setReadDeadline(next); err != nil {
		return fmt.Errorf("wait at %s: %w", s.endpoint, err)
	}
	return nil
}

func (s *Subscriber) received(from netip.Addr, b []byte) {
	s.mu.Lock()
	events := s.receiver.Handle(time.Now(), from, b)
	s.mu.Unlock()
	s.tell(events)
}

// tick does what is due by now.
func (s *Subscriber) tick() {
	s.mu.Lock()
	events, asks := s.receiver.Tick(time.Now())
	s.mu.Unlock()
	unsent := uint64(0)
	for _, a := range asks {
		if s.wire.write(a.packet, netip.AddrPortFrom(a.to, s.endpoint.Group.Port())) != nil {
			unsent++
		}
	}
	if unsent > 0 {
		s.mu.Lock()
		s.receiver.stats.Unsent += unsent
		s.mu.Unlock()
	}
	s.tell(events)
}

func (s *Subscriber) tell(events []Event) {
	for _, e := range events {
		s.handle(e)
	}
}
