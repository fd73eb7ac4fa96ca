package zmqlink

import (
	"io"
	"net"
	"sync"
	"time"
)

const (
	// pipeSize is how many bytes one direction of a pipe holds.
	pipeSize = 64 << 10
	// minRing is the least that is allocated for them, and keptRing what stays when
	// nothing is held: of thousands of links nearly all have nothing to say. A ring that
	// is larger has pipeSize, and is another pipe's when it is empty.
	minRing  = 512
	keptRing = 4 << 10
)

var rings = sync.Pool{New: func() any { return new([pipeSize]byte) }}

// newPipe returns the two ends of a stream in memory. Unlike net.Pipe it holds
// some bytes, for both ends of a ZMTP connection write before they read. After
// Close of either end, every Read and Write says io.EOF, the one error that zmq4
// takes for the end of a connection; what was not read is gone.
func newPipe() (a, b *pipeConn) {
	there, back := newStream(), newStream()
	return &pipeConn{in: back, out: there}, &pipeConn{in: there, out: back}
}

// pipeConn is one end of a pipe. It has no deadlines: its owner closes it.
type pipeConn struct{ in, out *stream }

var _ net.Conn = (*pipeConn)(nil)

func (c *pipeConn) Read(b []byte) (int, error)  { return c.in.read(b) }
func (c *pipeConn) Write(b []byte) (int, error) { return c.out.write(b) }

func (c *pipeConn) Close() error {
	c.in.close()
	c.out.close()
	return nil
}

func (c *pipeConn) LocalAddr() net.Addr              { return pipeAddr{} }
func (c *pipeConn) RemoteAddr() net.Addr             { return pipeAddr{} }
func (c *pipeConn) SetDeadline(time.Time) error      { return nil }
func (c *pipeConn) SetReadDeadline(time.Time) error  { return nil }
func (c *pipeConn) SetWriteDeadline(time.Time) error { return nil }

type pipeAddr struct{}

func (pipeAddr) Network() string { return scheme }
func (pipeAddr) String() string  { return scheme }

// stream is one direction: a ring that grows up to keptRing bytes and then to pipeSize,
// given up at the end, for zmq4 may hold on to a pipe that is closed.
type stream struct {
	mu          sync.Mutex
	changed     sync.Cond
	ring        []byte
	first, held int
	closed      bool
}

func newStream() *stream {
	s := &stream{}
	s.changed.L = &s.mu
	return s
}

func (s *stream) read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.held == 0 && !s.closed && len(b) > 0 {
		s.changed.Wait()
	}
	if s.closed {
		return 0, io.EOF
	}
	n := 0
	if s.held > 0 {
		n = copy(b[:min(len(b), s.held)], s.ring[s.first:])
		s.first = (s.first + n) % len(s.ring)
		s.held -= n
	}
	if s.held == 0 && len(s.ring) > keptRing {
		rings.Put((*[pipeSize]byte)(s.ring))
		s.ring, s.first = nil, 0
	}
	s.changed.Broadcast()
	return n, nil
}

// grow makes room for n more bytes, as far as pipeSize allows.
func (s *stream) grow(n int) {
	size := max(len(s.ring), minRing)
	for size < pipeSize && size-s.held < n {
		size *= 2
	}
	if size == len(s.ring) {
		return
	}
	var ring []byte
	if size > keptRing {
		ring = rings.Get().(*[pipeSize]byte)[:]
	} else {
		ring = make([]byte, size)
	}
	behind := copy(ring, s.ring[s.first:min(len(s.ring), s.first+s.held)])
	copy(ring[behind:], s.ring[:s.held-behind])
	s.ring, s.first = ring, 0
}

func (s *stream) write(b []byte) (written int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for written < len(b) || s.closed {
		for s.held == pipeSize && !s.closed {
			s.changed.Wait()
		}
		if s.closed {
			return written, io.EOF
		}
		s.grow(len(b) - written)
		end := (s.first + s.held) % len(s.ring)
		n := copy(s.ring[end:min(len(s.ring), end+len(s.ring)-s.held)], b[written:])
		written += n
		s.held += n
		s.changed.Broadcast()
	}
	return written, nil
}

// empty reports whether there is nothing to read now.
func (s *stream) empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held == 0
}

func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.ring = true, nil
	s.changed.Broadcast()
}
