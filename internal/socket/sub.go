package socket

import (
	"context"

	"homebus/internal/prefix"
	"homebus/internal/zmtp"
)

// maxUpstream is how many bytes of subscriptions wait for a peer that does not read
// them, on top of those that it was sent when it came.
const maxUpstream = 1 << 20

// Sub receives the messages that it has subscribed to (RFC 29), of all its peers, each
// of which is told so, again after every reconnection. Its methods may be called from
// any goroutine.
type Sub struct {
	*Socket
	subscribing *subscribing
}

// NewSub returns a SUB without endpoints and subscriptions.
func NewSub(cfg Config) *Sub {
	s := newSocket(zmtp.SUB, cfg)
	x := &subscribing{plain: plain{s}}
	s.pattern = x
	return &Sub{Socket: s, subscribing: x}
}

// Recv returns the next message whose first frame begins with a prefix that s has
// subscribed to, one of each peer in turn, and waits for it until ctx ends. The frames
// are the caller's.
func (s *Sub) Recv(ctx context.Context) ([][]byte, error) { return s.recv(ctx) }

// Subscribe asks for the messages whose first frame begins with one of the prefixes;
// "" is everything. A prefix that was subscribed to twice must be unsubscribed twice.
func (s *Sub) Subscribe(prefixes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.subscribing
	for _, prefix := range prefixes {
		n, _ := x.wanted.Get([]byte(prefix))
		x.wanted.Put(prefix, n+1)
		if n == 0 {
			x.tell(true, prefix)
		}
	}
}

// Unsubscribe takes subscriptions back; those that s does not hold are ignored. What
// waits for Recv is still received.
func (s *Sub) Unsubscribe(prefixes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.subscribing
	for _, prefix := range prefixes {
		switch n, _ := x.wanted.Get([]byte(prefix)); n {
		case 0:
		case 1:
			x.wanted.Remove(prefix)
			x.tell(false, prefix)
		default:
			x.wanted.Put(prefix, n-1)
		}
	}
}

// subscribing is what a SUB has subscribed to, how often each.
type subscribing struct {
	plain
	wanted prefix.Table[int]
}

// tell says to all peers what has changed. One that has not read the changes before
// is cut; it will be told all when it is back.
func (x *subscribing) tell(subscribe bool, prefix string) {
	for p := range x.peers {
		if len(p.control) > p.told+maxUpstream {
			p.close(errUnread)
			continue
		}
		p.control = zmtp.AppendSubscription(p.control, subscribe, []byte(prefix))
		wake(p.toWrite)
	}
}

// joined tells a new peer all, in the message form, which every peer understands.
func (x *subscribing) joined(p *pipe) error {
	for prefix := range x.wanted.All() {
		p.control = zmtp.AppendSubscription(p.control, true, []byte(prefix))
	}
	p.told = len(p.control)
	wake(p.toWrite)
	return nil
}

// sift filters again: a peer may send what nobody wants any more, or more than was
// asked for.
func (x *subscribing) sift(_ *pipe, m [][]byte) ([][]byte, error) {
	if !x.wanted.Covers(m[0]) {
		x.stats.Unwanted++
		return nil, nil
	}
	return m, nil
}
