package socket

import (
	"net"
	"sync"
	"time"
)

// writeRun is how many bytes of messages are written at once, if so much waits; a
// larger message is written alone.
const writeRun = 64 << 10

var writeBuffers = sync.Pool{New: func() any { return new(run) }}

// run is what is written at once: commands, and the messages behind them.
type run struct {
	joined []byte   // commands and small messages
	large  []byte   // or one large message, behind the commands
	ends   []int    // where each message ends, from the first byte on
	pieces [][]byte // joined and large, for net.Buffers
}

func (r *run) empty() bool { return len(r.joined) == 0 && r.large == nil }

func (r *run) reset() { r.joined, r.large, r.ends = r.joined[:0], nil, r.ends[:0] }

// giveBack puts r where the next writer finds it, but not a buffer that was grown by
// very many subscriptions.
func (r *run) giveBack() {
	r.large = nil
	if cap(r.joined) <= 2*writeRun {
		writeBuffers.Put(r)
	}
}

func (r *run) add(m parcel) {
	if len(m.wire) > writeRun {
		r.large = m.wire
	} else {
		r.joined = append(r.joined, m.wire...)
	}
	r.ends = append(r.ends, len(r.joined)+len(r.large))
}

// writeTo writes the run, and returns how many bytes of it.
func (r *run) writeTo(conn net.Conn) (int, error) {
	if r.large == nil {
		return conn.Write(r.joined)
	}
	r.pieces = append(r.pieces[:0], r.joined, r.large)
	rest := net.Buffers(r.pieces)
	n, err := rest.WriteTo(conn)
	clear(r.pieces)
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
	r.joined = append(r.joined, p.control...)
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
