package zmtptest

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"homebus/internal/zmtp"
)

// pairEvery is how often a Pair sends a message.
const pairEvery = 2 * time.Millisecond

// Pair is a publisher and a subscriber that are good: nothing that others do to
// whatever lies between them may cost them a message. Each message holds its number
// and when it was sent. One owner.
type Pair struct {
	Name string
	// Send publishes, Receive waits for the next payload until ctx ends, Close
	// closes what they use.
	Send    func(payload []byte) error
	Receive func(ctx context.Context) ([]byte, error)
	Close   func()

	sent, received uint64
	took           []time.Duration
}

// NewPair returns a Pair that speaks ZMTP by itself, on sockets that it opens on
// the caller's goroutine. It announces ZMTP 3.0, so that it need answer no PING.
func NewPair(frontend, backend net.Addr, topic string) (*Pair, error) {
	sub, err := open(backend, zmtp.SUB)
	if err != nil {
		return nil, err
	}
	pub, err := open(frontend, zmtp.PUB)
	if err != nil {
		_ = sub.Close()
		return nil, err
	}
	r := zmtp.NewReader(sub, zmtp.DefaultLimits)
	p := &Pair{Name: "pair on " + topic, Close: func() { _ = pub.Close(); _ = sub.Close() }}
	p.Send = func(payload []byte) error {
		_ = pub.SetWriteDeadline(time.Now().Add(Patience))
		_, err := pub.Write(Wire(topic, string(payload)))
		return err
	}
	p.Receive = func(ctx context.Context) ([]byte, error) {
		deadline, _ := ctx.Deadline()
		_ = sub.SetReadDeadline(deadline)
		for {
			item, err := r.Read()
			if err != nil {
				return nil, err
			}
			if !item.Command {
				return item.Frames[len(item.Frames)-1], nil
			}
		}
	}
	if _, err = sub.Write(zmtp.AppendPing(zmtp.AppendSubscription(nil, true, []byte(topic)), 0, nil)); err == nil {
		_, err = r.Read() // the PONG: it is subscribed
	}
	if err != nil {
		p.Close()
	}
	return p, err
}

// open shakes hands, within Patience for everything that follows at first.
func open(addr net.Addr, as zmtp.SocketType) (net.Conn, error) {
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(Patience))
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: 0}); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// Run sends until ctx ends, and returns an error unless every message arrives
// once and in order. It closes the pair.
func (p *Pair) Run(ctx context.Context) error {
	within, cancel := context.WithCancel(context.Background())
	defer p.Close()
	defer cancel()
	var both sync.WaitGroup
	var failed [2]error
	both.Go(func() {
		if failed[0] = p.publish(ctx, within); failed[0] != nil {
			cancel()
		}
	})
	both.Go(func() {
		failed[1] = p.listen(within)
		cancel()
	})
	both.Wait()
	for _, err := range failed {
		if err != nil {
			return fmt.Errorf("%s, after %d messages sent and %d received: %w", p.Name, p.sent, p.received, err)
		}
	}
	return nil
}

// publish sends until ctx ends, and then a last message, which has no time.
func (p *Pair) publish(ctx, within context.Context) error {
	tick := time.NewTicker(pairEvery)
	defer tick.Stop()
	for within.Err() == nil {
		p.sent++
		at := time.Now().UnixNano()
		if ctx.Err() != nil {
			at = 0
		}
		payload := binary.BigEndian.AppendUint64(nil, p.sent)
		if err := p.Send(binary.BigEndian.AppendUint64(payload, uint64(at))); err != nil || at == 0 {
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
func (p *Pair) listen(ctx context.Context) error {
	for {
		within, cancel := context.WithTimeout(ctx, Patience)
		payload, err := p.Receive(within)
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

// Latency returns how long messages took, to be asked when Run has returned: half
// of them at most p50, 99 of 100 at most p99, and all at most longest.
func (p *Pair) Latency() (p50, p99, longest time.Duration) {
	if len(p.took) == 0 {
		return 0, 0, 0
	}
	slices.Sort(p.took)
	return p.took[len(p.took)/2], p.took[len(p.took)*99/100], p.took[len(p.took)-1]
}

// String says what became of the messages, when Run has returned.
func (p *Pair) String() string {
	p50, p99, longest := p.Latency()
	return fmt.Sprintf("%s: %d messages, p50 %v, p99 %v, longest %v", p.Name, p.received, p50, p99, longest)
}
