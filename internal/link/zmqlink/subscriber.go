package zmqlink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"sync/atomic"

	"homebus/internal/endpoint"
	"homebus/internal/zmtp"

	"github.com/go-zeromq/zmq4"
)

// quiet keeps zmq4 from writing to the standard error output.
var quiet = zmq4.WithLogger(log.New(io.Discard, "", 0))

// subscriber is a SUB socket of zmq4 behind a guard.
type subscriber struct {
	*guard
	zmq zmq4.Socket
	// asked counts the subscriptions, and their ends, that zmq4 was given; it belongs to
	// who gives them. subscribed counts those of them that have come out at the guard:
	// they go to the hub before any PING.
	asked      int64
	subscribed atomic.Int64
	written    chan struct{} // holds a token after each
	ended      bool          // zmq4's reader, to be read when nobody receives
}

func dialSubscriber(ctx context.Context, ep endpoint.Endpoint) (*subscriber, error) {
	g, err := dial(ctx, ep, zmtp.SUB)
	if err != nil {
		return nil, err
	}
	s := &subscriber{guard: g, written: make(chan struct{}, 1)}
	g.hears = zmtp.PUB
	g.subscribe = func(zmtp.Subscription) {} // no business of a publisher's
	g.fromHub = func(m item) error { return g.tellZMQ(m.wire) }
	g.fromZMQ = s.pass
	return s, nil
}

// attach opens the socket of zmq4 and waits until the subscriptions to the
// prefixes are on their way. run must be running.
func (s *subscriber) attach(ctx context.Context, prefixes []string) error {
	s.zmq = zmq4.NewSub(context.Background(), quiet)
	for _, p := range prefixes {
		if err := s.set(zmq4.OptionSubscribe, p); err != nil {
			return err
		}
	}
	if err := s.zmq.Dial(waitingGuards.offer(s.far)); err != nil {
		return fmt.Errorf("open the SUB socket: %w", err)
	}
	if !s.awaitWritten(ctx) {
		return errors.New("open the SUB socket: it does not send its subscriptions")
	}
	return nil
}

// set subscribes or unsubscribes.
func (s *subscriber) set(option, prefix string) error {
	if err := s.zmq.SetOption(option, prefix); err != nil {
		return fmt.Errorf("%s %q: %w", option, prefix, err)
	}
	s.asked++
	return nil
}

// awaitWritten waits until what was set is on its way to the hub. It reports false when
// ctx ends first.
func (s *subscriber) awaitWritten(ctx context.Context) bool {
	for s.subscribed.Load() < s.asked {
		select {
		case <-s.written:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// pass takes a subscription from zmq4 to the hub; a SUB sends nothing else.
func (s *subscriber) pass(m item) error {
	if err := s.send(m.wire); err != nil {
		return err
	}
	s.subscribed.Add(1)
	select {
	case s.written <- struct{}{}:
	default:
	}
	return nil
}

// receive returns the frames of the next message.
func (s *subscriber) receive() ([][]byte, error) {
	for {
		m, err := s.zmq.Recv()
		switch {
		case err != nil:
			s.ended = !errors.Is(err, context.Canceled) // the reader's own, and last
			return nil, fmt.Errorf("receive: %w", err)
		case m.Type == zmq4.UsrMsg && len(m.Frames) > 0:
			return m.Frames, nil
		}
	}
}

// closeSocket ends zmq4's part; the guard's run has ended by then.
func (s *subscriber) closeSocket() {
	if s.zmq == nil {
		return
	}
	_ = s.zmq.Close() // closes what is closed
	if s.ended {
		return
	}
	// zmq4's reader may wait to hand over a message that nobody takes any more.
	// One taken sets it free; Recv takes one or finds the socket closed, at random.
	for range 64 {
		if _, err := s.zmq.Recv(); err == nil {
			return
		}
	}
}
