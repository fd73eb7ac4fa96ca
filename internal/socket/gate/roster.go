package gate

import (
	"io"
	"sync"
)

// roster holds the connections that have come in through one Serve, so that their
// end costs no more than an entry. Safe for concurrent use.
type roster struct {
	mu     sync.Mutex
	closed bool
	conns  map[io.Closer]struct{}
}

// add enters a connection, or closes it if the end has come.
func (r *roster) add(conn io.Closer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = conn.Close()
		return
	}
	if r.conns == nil {
		r.conns = make(map[io.Closer]struct{})
	}
	r.conns[conn] = struct{}{}
}

func (r *roster) remove(conn io.Closer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, conn)
}

// close closes all, and whoever comes later.
func (r *roster) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for conn := range r.conns {
		_ = conn.Close()
	}
}
