package socket

import (
	"net"
	"sync"
	"time"
)

const (
	// writeRun is how many bytes of messages are written at once, if so much waits; a
	// larger message is written alone.
	writeRun = 64 << 10
	// joinUpTo is the longest message that is copied next to others; a longer one is
	// written from where it lies, in the same system call (writev).
	joinUpTo = 4 << 10
)

var writeBuffers = sync.Pool{New: func() any { return new(run) }}

// run is what is written at once: commands, and the messages behind them.
type run struct {
	joined []byte      // commands and small messages
	large  []inserted  // large ones
	size   int         // of all
	ends   []int       // where each message ends, from the first byte on
	pieces net.Buffers // in order, if there are large ones
}

// inserted is a message that comes before the byte at a place in joined.
type inserted struct {
	at   int
	wire []byte
}

func (r *run) empty() bool { return r.size == 0 }

func (r *run) reset() {
	clear(r.large)
	r.joined, r.large, r.size, r.ends = r.joined[:0], r.large[:0], 0, r.ends[:0]
}

// giveBack puts r where the next writer finds it, but not a buffer that was grown by
// very many subscriptions.
func (r *run) giveBack() {
	r.reset()
	if cap(r.joined) <= 2*writeRun {
		writeBuffers.Put(r)
	}
}

// command adds command frames; they come before all messages.
func (r *run) command(frames []byte) {
	r.joined = append(r.joined, frames...)
	r.size += len(frames)
}

func (r *run) add(m parcel) {
	if len(m.wire) > joinUpTo {
		r.large = append(r.large, inserted{len(r.joined), m.wire})
	} else {
		r.joined = append(r.joined, m.wire...)
	}
	r.size += len(m.wire)
	r.ends = append(r.ends, r.size)
}

// writeTo writes the run, and returns how many bytes of it.
func (r *run) writeTo(conn net.Conn) (int, error) {
	if len(r.large) == 0 {
		return conn.Write(r.joined)
	}
	pieces, from := r.pieces[:0], 0
	for _, m := range r.large {
		if m.at > from {
			pieces = append(pieces, r.joined[from:m.at])
			from = m.at
		}
		pieces = append(pieces, m.wire)
	}
	if from < len(r.joined) {
		pieces = append(pieces, r.joined[from:])
	}
	r.pieces = pieces
	n, err := r.pieces.WriteTo(conn)
	clear(pieces)
	r.pieces = pieces[:0]
	return int(n), err
}

// write writes what waits for p until its connection ends, and then has what was
// not written go elsewhere.
func (s *Socket) write(p *pipe) {
	defer s.stopSending(p)
	for {
		if !s.writeRun(p) {
			return
		}
		select {
		case <-p.toWrite:
		case <-p.cut:
			return
		}
	}
}

// writeRun writes until nothing waits, and reports whether the connection is still
// good.
func (s *Socket) writeRun(p *pipe) bool {
	r := writeBuffers.Get().(*run)
	defer r.giveBack()
	for {
		r.reset()
		s.take(p, r)
		if r.empty() {
			return true
		}
		n, err := r.writeTo(p.conn)
		s.wrote(p, r, n)
		if err != nil {
			return false
		}
	}
}

// take hands the next run to p's writer.
func (s *Socket) take(p *pipe, r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.command(p.control)
	if p.told > maxControl {
		p.owing.Store(true) // it may be busy with that for a while
	}
	if p.told = 0; cap(p.control) <= maxControl {
		p.control = p.control[:0]
	} else {
		p.control = nil
	}
	bytes := 0
	for p.out.len() > 0 {
		next := len(p.out.first().wire)
		if bytes > 0 && bytes+next > writeRun {
			return
		}
		m := p.out.pop()
		p.taken = append(p.taken, m)
		r.add(m)
		if bytes += next; bytes > writeRun {
			return
		}
	}
}

// wrote counts the messages of the run that lie in its first n bytes as sent: a
// message of which a part was not written has reached nobody.
func (s *Socket) wrote(p *pipe, r *run, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := 0
	for sent < len(r.ends) && r.ends[sent] <= n {
		p.forget(p.taken[sent])
		s.stats.Out.add(p.taken[sent].bytes)
		p.taken[sent].release()
		sent++
	}
	if sent == 0 {
		return
	}
	p.used, p.passed = time.Now(), true
	p.sent = true
	p.owing.Store(true)
	rest := copy(p.taken, p.taken[sent:])
	clear(p.taken[rest:])
	p.taken = p.taken[:rest]
	s.waiting -= sent
	s.spread()
	s.room.fire()
}
