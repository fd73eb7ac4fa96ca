package endtoend

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/link/zmqlink"
	"homebus/internal/message"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"

	"golang.org/x/sync/errgroup"
)

// hostPort is an endpoint as package net wants it.
func hostPort(endpoint string) string { return strings.TrimPrefix(endpoint, "tcp://") }

// connect shakes hands with a hub as a socket that announces ZMTP 3.0, so that it
// need answer no PING. The caller closes the connection.
func connect(endpoint string, as zmtp.SocketType) (net.Conn, error) {
	conn, err := net.Dial("tcp", hostPort(endpoint))
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: 0}); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, conn.SetDeadline(time.Time{})
}

// pair is a publisher and a subscriber that are good: nothing that others do may
// cost them a message. Each message holds its number and when it was sent.
type pair struct {
	name string
	// send publishes, receive returns the next payload; both until ctx ends.
	send    func(payload []byte) error
	receive func(ctx context.Context) ([]byte, error)
	close   func()

	sent, received uint64
	took           []time.Duration
}

// every is how often a pair sends a message.
const pairEvery = 2 * time.Millisecond

// run sends until ctx ends, and returns an error unless every message arrives
// once and in order.
func (p *pair) run(ctx context.Context) error {
	within, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer p.close()
	g, within := errgroup.WithContext(within)
	g.Go(func() error { return p.publish(ctx, within) })
	g.Go(func() error { return p.listen(within) })
	if err := g.Wait(); err != nil {
		return fmt.Errorf("%s, after %d messages sent and %d received: %w", p.name, p.sent, p.received, err)
	}
	return nil
}

// publish sends until ctx ends, and then a last message, which has no time.
func (p *pair) publish(ctx, within context.Context) error {
	tick := time.NewTicker(pairEvery)
	defer tick.Stop()
	for within.Err() == nil {
		p.sent++
		at := time.Now().UnixNano()
		if ctx.Err() != nil {
			at = 0
		}
		payload := binary.BigEndian.AppendUint64(nil, p.sent)
		if err := p.send(binary.BigEndian.AppendUint64(payload, uint64(at))); err != nil || at == 0 {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		case <-within.Done():
		}
	}
	return nil
}

// listen receives up to the last message.
func (p *pair) listen(ctx context.Context) error {
	for {
		within, cancel := context.WithTimeout(ctx, patience)
		payload, err := p.receive(within)
		cancel()
		if err != nil {
			return err
		}
		p.received++
		if n := binary.BigEndian.Uint64(payload); n != p.received {
			return fmt.Errorf("message %d came in place of %d", n, p.received)
		}
		at := int64(binary.BigEndian.Uint64(payload[8:]))
		if at == 0 {
			return nil
		}
		p.took = append(p.took, time.Since(time.Unix(0, at)))
	}
}

// latency is what became of the messages, in words.
func (p *pair) latency() string {
	if len(p.took) == 0 {
		return p.name + ": nothing"
	}
	slices.Sort(p.took)
	return fmt.Sprintf("%s: %d messages, p50 %v, p99 %v, longest %v", p.name, len(p.took),
		p.took[len(p.took)/2], p.took[len(p.took)*99/100], p.took[len(p.took)-1])
}

// rawPair speaks ZMTP by itself.
func (at place) rawPair(t *testing.T) *pair {
	t.Helper()
	sub, err := connect(at.backend, zmtp.SUB)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := connect(at.frontend, zmtp.PUB)
	if err != nil {
		t.Fatal(err)
	}
	r := zmtp.NewReader(sub, zmtp.DefaultLimits)
	p := &pair{name: "raw pair"}
	p.send = func(payload []byte) error {
		_ = pub.SetWriteDeadline(time.Now().Add(patience))
		_, err := pub.Write(zmtptest.Wire("pair/raw", string(payload)))
		return err
	}
	p.receive = func(ctx context.Context) ([]byte, error) {
		deadline, _ := ctx.Deadline()
		_ = sub.SetReadDeadline(deadline)
		for {
			item, err := r.Read()
			if err != nil || !item.Command {
				return lastFrame(item), err
			}
		}
	}
	p.close = func() { _ = pub.Close(); _ = sub.Close() }
	t.Cleanup(p.close)
	if _, err := sub.Write(append(zmtp.AppendSubscription(nil, true, []byte("pair/raw")), zmtp.AppendPing(nil, 0, nil)...)); err != nil {
		t.Fatal(err)
	}
	if item, err := r.Read(); err != nil || !item.Command { // the PONG: it is subscribed
		t.Fatal(item, err)
	}
	return p
}

func lastFrame(item zmtp.Item) []byte {
	if len(item.Frames) == 0 {
		return nil
	}
	return item.Frames[len(item.Frames)-1]
}

// linkPair is one of our own clients, which hears itself. That it is never lost
// is part of the deal.
func (at place) linkPair(t *testing.T) *pair {
	t.Helper()
	const topic = "pair/link"
	l, err := zmqlink.New(zmqlink.Config{Frontend: at.frontend, Backend: at.backend, Name: "pair"})
	if err != nil {
		t.Fatal(err)
	}
	l.Subscribe(topic)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = l.Run(ctx)
	}()
	p := &pair{name: "pair of links"}
	p.send = func(payload []byte) error { return l.Publish(message.Message{Topic: topic, Payload: payload}) }
	p.receive = func(ctx context.Context) ([]byte, error) {
		for {
			e, err := nextEvent(ctx, l)
			if err != nil || e.Status == nil {
				return e.Message.Payload, err
			}
			if !e.Status.Up {
				return nil, errors.New("the link is lost: " + e.Status.Reason)
			}
		}
	}
	p.close = func() {
		cancel()
		for range l.Events() {
		}
		<-done
	}
	t.Cleanup(p.close)
	within, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	for {
		e, err := nextEvent(within, l)
		if err != nil {
			t.Fatal(err)
		}
		if e.Status != nil && e.Status.Up {
			return p
		}
	}
}

func nextEvent(ctx context.Context, l link.Link) (link.Event, error) {
	select {
	case e, open := <-l.Events():
		if !open {
			return e, errors.New("the link has ended")
		}
		return e, nil
	case <-ctx.Done():
		return link.Event{}, errors.New("nothing comes")
	}
}
