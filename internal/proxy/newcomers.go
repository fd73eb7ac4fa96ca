package proxy

import (
	"container/list"
	"io"
	"sync"
)

// newcomers are the connections whose handshake is not done. One more than the
// limit cuts the oldest: an honest handshake takes a moment, and whoever holds
// its place longest is the least likely to be one. Safe for concurrent use.
type newcomers struct {
	limit int

	mu    sync.Mutex
	conns list.List
}

// add enters a connection; the function returned takes it out again.
func (n *newcomers) add(conn io.Closer) (remove func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conns.Len() == n.limit {
		n.cutOldest()
	}
	e := n.conns.PushBack(conn)
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.conns.Remove(e)
	}
}

// relieve cuts the oldest, for want of descriptors.
func (n *newcomers) relieve() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cutOldest()
}

func (n *newcomers) cutOldest() {
	if oldest := n.conns.Front(); oldest != nil {
		_ = n.conns.Remove(oldest).(io.Closer).Close()
	}
}
