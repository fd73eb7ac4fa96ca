package zmqlink

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/prefix"
	"homebus/internal/zmtp"

	"github.com/go-zeromq/zmq4"
)

const (
	// maxUpstream is how many subscriptions the hub may hold upstream, and
	// maxUpstreamBytes how long they may be together; beyond either, it is taken
	// to want everything.
	maxUpstream      = 10_000
	maxUpstreamBytes = 4 << 20
	// window is how many messages may be on their way through zmq4, whose own
	// queue has no bound.
	window = 64
)

// publisher is a PUB socket of zmq4 behind a guard. zmq4 is told that its peer
// wants everything, once: it takes subscriptions in at its own pace, so the
// guard filters in its place by what the hub really wants.
type publisher struct {
	*guard
	zmq   zmq4.Socket
	probe []byte // a topic that only attach sends, and only the guard sees

	mu       sync.Mutex
	upstream prefix.Table[struct{}]
	bytes    int // of upstream
	all      bool
	probed   bool
	given    uint64        // messages for zmq4, from the moment they leave the outbox
	passed   uint64        // those of them that have come out at the guard
	changed  chan struct{} // nil while nobody waits
}

func dialPublisher(ctx context.Context, ep endpoint.Endpoint) (*publisher, error) {
	g, err := dial(ctx, ep, zmtp.PUB)
	if err != nil {
		return nil, err
	}
	return newPublisher(g), nil
}

func newPublisher(g *guard) *publisher {
	p := &publisher{guard: g, probe: []byte("probe " + rand.Text())}
	g.hears = zmtp.SUB
	g.subscribe = p.take
	g.fromHub = func(m item) error {
		if s, ok := zmtp.ParseSubscription(false, m.frames[0]); ok && len(m.frames) == 1 {
			p.take(s)
		}
		return nil
	}
	g.fromZMQ = p.pass
	return p
}

// attach opens the socket of zmq4 and waits until it sends what it is given.
// run must be running.
func (p *publisher) attach(ctx context.Context) error {
	p.zmq = zmq4.NewPub(context.Background(), quiet)
	if err := p.zmq.Dial(waitingGuards.offer(p.far)); err != nil {
		return fmt.Errorf("open the PUB socket: %w", err)
	}
	if _, err := p.socket.Write(zmtp.AppendSubscription(nil, true, nil)); err != nil {
		return fmt.Errorf("open the PUB socket: %w", err)
	}
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for {
		if err := p.zmq.SendMulti(zmq4.NewMsgFrom(p.probe, nil)); err != nil {
			return fmt.Errorf("open the PUB socket: %w", err)
		}
		probed, changed := p.state(func() bool { return p.probed })
		if probed {
			return nil
		}
		select {
		case <-changed:
		case <-again.C:
		case <-ctx.Done():
			return errors.New("open the PUB socket: it does not take a subscription")
		}
	}
}

// state evaluates f under the lock, and returns the channel that is closed when
// something changes.
func (p *publisher) state(f func() bool) (is bool, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return f(), p.change()
}

// change returns what announce closes. p.mu is held.
func (p *publisher) change() <-chan struct{} {
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.changed
}

// await waits until f, evaluated under the lock, holds. It reports false when ctx
// ends first.
func (p *publisher) await(ctx context.Context, f func() bool) bool {
	for {
		is, changed := p.state(f)
		if is {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// awaitWanted waits until the hub wants every one of the topics.
func (p *publisher) awaitWanted(ctx context.Context, topics []string) bool {
	return p.await(ctx, func() bool {
		for _, t := range topics {
			if !p.wants([]byte(t)) {
				return false
			}
		}
		return true
	})
}

func (p *publisher) wants(topic []byte) bool { return p.all || p.upstream.Covers(topic) }

// announce wakes whoever awaits something. p.mu is held.
func (p *publisher) announce() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// take notes a subscription of the hub.
func (p *publisher) take(s zmtp.Subscription) {
	p.mu.Lock()
	defer p.mu.Unlock()
	topic := string(s.Topic)
	switch {
	case p.all:
		return
	case !s.Subscribe:
		if p.upstream.Remove(topic) {
			p.bytes -= len(topic)
		}
	case p.upstream.Put(topic, struct{}{}):
		p.bytes += len(topic)
		if p.upstream.Len() > maxUpstream || p.bytes > maxUpstreamBytes {
			p.all, p.upstream = true, prefix.Table[struct{}]{}
		}
	}
	p.announce()
}

// pass takes a message from zmq4 to the hub, if the hub wants it.
func (p *publisher) pass(m item) error {
	wanted, probe := p.look(m.frames[0])
	if probe {
		return nil
	}
	if wanted {
		if err := p.guard.send(m.wire); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed++
	p.announce()
	return nil
}

// look reports whether the hub wants a message, and notes the probe.
func (p *publisher) look(topic []byte) (wanted, probe bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if probe = bytes.Equal(topic, p.probe); probe && !p.probed {
		p.probed = true
		p.announce()
	}
	return p.wants(topic), probe
}

// reserve takes room on the way through zmq4, if there is any, and else returns the
// channel that is closed when there may be.
func (p *publisher) reserve() (room bool, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.given-p.passed >= window {
		return false, p.change()
	}
	p.given++
	return true, nil
}

// release gives back what reserve took, when there is no message after all.
func (p *publisher) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.given--
	p.announce()
}

// send gives zmq4 a message, for which there is a reserve.
func (p *publisher) send(frames [][]byte) error {
	if err := p.zmq.SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// closeSocket ends zmq4's part; the guard's run has ended by then.
func (p *publisher) closeSocket() {
	if p.zmq != nil {
		_ = p.zmq.Close() // closes what is closed
	}
}
