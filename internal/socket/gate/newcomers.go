package gate

import (
	"container/list"
	"context"
	"io"
	"sync"
	"time"
)

// newcomerGrace is how long a newcomer keeps its place whoever wants it: when a
// whole house reconnects at once, nobody is cut whose turn has not come yet.
const newcomerGrace = 200 * time.Millisecond

// newcomers are the connections whose handshake is not done. One more than the
// limit waits for a place and, if none becomes free, cuts the oldest: an honest
// handshake takes a moment, and whoever holds its place longest is the least
// likely to be one. Safe for concurrent use.
type newcomers struct {
	limit int
	grace time.Duration // newcomerGrace
	// left has a token when a place may have become free.
	left chan struct{}

	mu    sync.Mutex
	conns list.List // of newcomer, the oldest first
}

type newcomer struct {
	conn  io.Closer
	since time.Time
}

func newNewcomers(limit int) *newcomers {
	return &newcomers{limit: limit, grace: newcomerGrace, left: make(chan struct{}, 1)}
}

// add enters a connection, if need be after newcomerGrace at most; the function
// returned takes it out again.
func (n *newcomers) add(ctx context.Context, conn io.Closer) (remove func()) {
	for {
		e, wait := n.try(conn, time.Now())
		if e != nil {
			return func() { n.remove(e) }
		}
		select {
		case <-n.left:
		case <-time.After(wait):
		case <-ctx.Done():
			return func() {}
		}
	}
}

// try enters a connection, or returns how long the oldest keeps its place.
func (n *newcomers) try(conn io.Closer, now time.Time) (*list.Element, time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conns.Len() >= n.limit {
		if wait := n.grace - now.Sub(n.conns.Front().Value.(newcomer).since); wait > 0 {
			return nil, wait
		}
		n.cutOldest()
	}
	return n.conns.PushBack(newcomer{conn, now}), 0
}

func (n *newcomers) remove(e *list.Element) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.conns.Remove(e)
	select {
	case n.left <- struct{}{}:
	default: // a token is there already
	}
}

// relieve cuts the oldest if its grace is over. It reports whether there was one.
func (n *newcomers) relieve(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	oldest := n.conns.Front()
	if oldest == nil || now.Sub(oldest.Value.(newcomer).since) < n.grace {
		return false
	}
	n.cutOldest()
	return true
}

func (n *newcomers) cutOldest() {
	if oldest := n.conns.Front(); oldest != nil {
		_ = n.conns.Remove(oldest).(newcomer).conn.Close()
	}
}
