package socket

import (
	"context"
	"fmt"

	"homebus/internal/prefix"
	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// Pub sends each message to every peer that has subscribed to a prefix of its first
// frame (RFC 29). Its methods may be called from any goroutine.
type Pub struct {
	*Socket
	publishing *publishing
}

// NewPub returns a PUB without endpoints.
func NewPub(cfg Config) *Pub {
	s := newSocket(zmtp.PUB, cfg)
	x := &publishing{plain: plain{s}, held: make(map[*pipe]*holding)}
	s.pattern = x
	return &Pub{Socket: s, publishing: x}
}

// Send gives a message to all who want it, and waits for nobody. Who has a full queue
// loses the newest messages, which are counted as Dropped, until that queue is half
// empty, as at libzmq. It copies the frames.
func (p *Pub) Send(_ context.Context, frames [][]byte) error {
	if len(frames) == 0 {
		return fmt.Errorf("%w: it has no frame", ErrMessage)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.publishing.send(frames)
	return nil
}

// publishing is who has subscribed to what.
type publishing struct {
	plain
	wanted prefix.Table[interest]
	held   map[*pipe]*holding
	// round tells the messages apart, so that nobody gets one twice.
	round uint64
}

// interest is the peers that have subscribed to one prefix.
type interest map[*pipe]*holding

// holding is what one peer has subscribed to.
type holding struct {
	topics map[string]struct{}
	bytes  int
	round  uint64 // of the last message it was given
}

func (x *publishing) send(frames [][]byte) {
	x.round++
	var m parcel
	x.wanted.Match(frames[0], func(who interest) bool {
		for p, h := range who {
			if h.round == x.round {
				continue
			}
			h.round = x.round
			if m.wire == nil {
				m = pack(frames).share()
			}
			x.give(p, m)
		}
		return true
	})
}

func (x *publishing) give(p *pipe, m parcel) {
	if p.slow = p.slow && !p.halfEmpty() || !p.fits(m.cost); p.slow {
		x.stats.Dropped++
		return
	}
	x.waiting++
	p.push(m)
}

func (x *publishing) joined(p *pipe) error {
	x.held[p] = &holding{topics: make(map[string]struct{})}
	return nil
}

// sift serves subscriptions in the message form. Each frame of a message may be one,
// as at libzmq.
func (x *publishing) sift(p *pipe, m [][]byte) ([][]byte, error) {
	for _, body := range m {
		change, ok := zmtp.ParseSubscription(false, body)
		if !ok {
			x.stats.Unwanted++
			continue
		}
		if err := x.change(p, change); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// command serves subscriptions in the command form.
func (x *publishing) command(p *pipe, body []byte) error {
	if change, ok := zmtp.ParseSubscription(true, body); ok {
		return x.change(p, change)
	}
	return nil
}

func (x *publishing) change(p *pipe, change zmtp.Subscription) error {
	h := x.held[p]
	if h == nil {
		return nil // it takes nothing any more
	}
	topic := string(change.Topic)
	if !change.Subscribe {
		x.cancel(p, h, topic)
		return nil
	}
	if _, twice := h.topics[topic]; twice {
		return nil
	}
	if len(topic) > x.cfg.SubscriptionBytes {
		return fmt.Errorf("%w: a subscription of %d bytes, at most %d are taken", gate.ErrQuota, len(topic), x.cfg.SubscriptionBytes)
	}
	if len(h.topics) >= x.cfg.Subscriptions || h.bytes+len(topic) > x.cfg.SubscriptionTotal {
		return fmt.Errorf("%w: more than %d subscriptions or %d bytes of them", gate.ErrQuota, x.cfg.Subscriptions, x.cfg.SubscriptionTotal)
	}
	h.topics[topic] = struct{}{}
	h.bytes += len(topic)
	who, ok := x.wanted.Get(change.Topic)
	if !ok {
		who = make(interest)
		x.wanted.Put(topic, who)
	}
	who[p] = h
	return nil
}

// cancel takes a subscription back; one that is not held is ignored.
func (x *publishing) cancel(p *pipe, h *holding, topic string) {
	if _, held := h.topics[topic]; !held {
		return
	}
	delete(h.topics, topic)
	h.bytes -= len(topic)
	who, _ := x.wanted.Get([]byte(topic))
	if delete(who, p); len(who) == 0 {
		x.wanted.Remove(topic)
	}
}

func (x *publishing) left(p *pipe, unwritten []parcel) {
	x.lose(unwritten)
	h := x.held[p]
	if h == nil {
		return
	}
	for topic := range h.topics {
		x.cancel(p, h, topic)
	}
	delete(x.held, p)
}
