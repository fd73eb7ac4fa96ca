package socket

import "time"

// frameCost is what a frame or a message that waits costs beside its bytes: its place in
// a queue, and what the allocator adds.
const frameCost = 32

// allowance is what may wait in all queues of one direction together, in bytes. It
// belongs to the socket's lock.
//
// The more of it is used, the less each queue may hold: no more than is left for all
// (dynamic thresholds: Choudhury and Hahne, IEEE/ACM ToN 6(2), 1998). So however many
// hold as much as they can, whoever holds little has room as before, and nobody must be
// counted or cut. A quarter is kept for messages that wait alone, so that large ones get
// their turn too.
type allowance struct{ total, used int }

// permits reports whether a queue that holds so many bytes may hold so many more. One
// message may wait alone in all, whatever its size.
func (a *allowance) permits(held, more int) bool {
	switch {
	case a.used == 0:
		return true
	case held == 0:
		return a.used+more <= a.total
	}
	return held+more <= a.shared()-a.used
}

// shared is what messages may use that do not wait alone.
func (a *allowance) shared() int { return a.total - a.total/4 }

// charge counts what waits in one queue more. What waits in many is counted once.
func (a *allowance) charge(m parcel) {
	if !m.shared {
		a.used += m.cost
		return
	}
	if m.box.holders == 0 {
		a.used += m.cost
	}
	m.box.holders++
}

// release is the opposite of charge.
func (a *allowance) release(m parcel) {
	if m.shared {
		if m.box.holders--; m.box.holders > 0 {
			return
		}
	}
	a.used -= m.cost
}

// claimStep is how many bytes of an unfinished message, and by how many more, are not
// counted yet.
const claimStep = 64 << 10

// claim counts what p's reader holds of an unfinished message, in steps. If all of that
// together is too much, those with most of it are cut: it cannot wait, for what is
// unfinished never becomes less by waiting.
func (s *Socket) claim(p *pipe, r *reader) {
	held := r.unfinished()
	if held < claimStep {
		held = 0
	}
	if grown := held - r.claimed; grown == 0 || grown > 0 && grown < claimStep {
		return
	}
	r.claimed = held
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unfinished += held - p.claimed
	p.claimed = held
	for s.unfinished > s.receiving.total {
		s.cutLargest()
	}
}

// cutLargest cuts the peer with the largest unfinished message.
func (s *Socket) cutLargest() {
	var largest *pipe
	for p := range s.peers {
		if largest == nil || p.claimed > largest.claimed {
			largest = p
		}
	}
	s.unfinished -= largest.claimed // soon free
	largest.claimed = 0
	largest.close(errGreedy)
	if n, ok := s.greedy.Allow(time.Now()); ok {
		s.log.Warn("unfinished messages take too much, the largest is cut off", "peer", largest.name, "more", n)
	}
}
