// Package cork writes many small frames in one system call: a connection that is corked
// gathers what is written to it, and hands it on in one write when it is uncorked.
//
// It is for protocols that take over the connection of an HTTP request, such as
// WebSocket, whose libraries flush after every message:
//
//	upgrade := cork.NewUpgrade(w, 30*time.Second)
//	ws, err := websocket.Accept(upgrade, r, nil)
//	conn := upgrade.Conn()
//	conn.Cork()
//	… ws.Write, many times …
//	err = conn.Uncork()
package cork

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Room is how many bytes a corked connection gathers at most, and so what one call
// writes at most, but for a single Write that is longer. What waits beyond the system's
// own buffers is never more.
const Room = 64 << 10

// ErrStuck says that the peer's end did not take what was written in time.
var ErrStuck = errors.New("the peer takes nothing any more")

// Conn is a connection that can be corked.
//
// Write has one caller at a time, and Cork and Uncork have one, who may be another: what
// is written meanwhile is gathered too, as long as there is room. So it is while a write
// is under way: a PONG does not wait for a peer that does not read. All other methods may
// be called from any goroutine. Close ends writes that are under way.
type Conn struct {
	net.Conn
	patience time.Duration

	mu     sync.Mutex
	corked bool
	// writing says that the system is writing, done is signalled when it has.
	writing bool
	done    sync.Cond
	// gathered waits for the next write, nil if nothing does.
	gathered *room
	// err is that of the first write that failed.
	err error
	// waits counts the writes that had to wait for the peer, and were taken.
	waits uint64
}

// room is memory for what is gathered; a connection has it only while something waits.
type room struct{ b []byte }

var rooms = sync.Pool{New: func() any { return &room{make([]byte, 0, Room)} }}

// longWrite is from when on a write has had to wait for the peer.
const longWrite = 100 * time.Millisecond

// New returns conn as one that can be corked. When the system has not taken a write
// after so much patience, it fails with ErrStuck; after any failure all writes fail.
func New(conn net.Conn, patience time.Duration) *Conn {
	c := &Conn{Conn: conn, patience: patience}
	c.done.L = &c.mu
	return c
}

// Cork makes Write gather until Uncork.
func (c *Conn) Cork() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.corked = true
}

// Uncork writes what was gathered. The error is that of any write before.
func (c *Conn) Uncork() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.corked = false
	for c.gathered != nil && !c.writing && c.err == nil {
		c.flush()
	}
	return c.err
}

// Write writes p, or gathers it. The error may be that of an earlier write.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.err == nil {
		switch {
		case (c.corked || c.writing) && c.gather(p):
			return len(p), nil
		case c.writing:
			c.done.Wait()
		case c.gathered != nil:
			c.flush()
		default:
			if c.send(p); c.err == nil {
				return len(p), nil
			}
		}
	}
	return 0, c.err
}

// MakeRoom writes what is gathered if n bytes more would not fit; so the next Write of as
// much need not wait for the peer. It is for the caller of Cork. The error is that of any
// write before.
func (c *Conn) MakeRoom(n int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gathered != nil && len(c.gathered.b)+n > Room && !c.writing && c.err == nil {
		c.flush()
	}
	return c.err
}

// Progress is what is known of whether the peer's end takes what it is sent.
type Progress struct {
	// Waits is how many writes had to wait for the peer's end to make room and were taken
	// then: each is a sign of life.
	Waits uint64
	// Writing says that a write is under way.
	Writing bool
}

// Progress returns how things are now.
func (c *Conn) Progress() Progress {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Progress{c.waits, c.writing}
}

// gather keeps p for the next write, if there is room.
func (c *Conn) gather(p []byte) bool {
	if c.gathered == nil {
		if len(p) > Room {
			return false
		}
		c.gathered = rooms.Get().(*room)
	}
	r := c.gathered
	if len(p) > Room-len(r.b) {
		return false
	}
	r.b = append(r.b, p...)
	return true
}

// flush writes what is gathered; nobody is writing.
func (c *Conn) flush() {
	r := c.gathered
	c.gathered = nil
	c.send(r.b)
	r.b = r.b[:0]
	rooms.Put(r)
}

// send has the system write p. c.mu is held, but not meanwhile.
func (c *Conn) send(p []byte) {
	c.writing = true
	c.mu.Unlock()
	began := time.Now()
	err := c.Conn.SetWriteDeadline(began.Add(c.patience))
	if err == nil {
		_, err = c.Conn.Write(p)
	}
	waited := err == nil && time.Since(began) >= longWrite
	c.mu.Lock()
	c.writing = false
	c.done.Broadcast()
	if waited {
		c.waits++
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("%w: %d bytes in %v", ErrStuck, len(p), c.patience)
	}
	if err != nil {
		c.err = err
	}
}
