package epgm

import (
	"errors"
	"time"
)

// hold takes so many bytes of memory for the source: no more than it leaves free.
func (r *receiver) hold(s *source, n int) bool {
	if n > r.room(s) {
		return false
	}
	s.held += n
	r.held += n
	return true
}

// room is how many bytes more the source may take.
func (r *receiver) room(s *source) int { return r.Memory - r.held - s.held }

func (r *receiver) release(s *source, n int) {
	s.held -= n
	r.held -= n
}

// extend makes slots up to a packet; what is new is missing.
func (r *receiver) extend(now time.Time, s *source, to uint32) {
	w := &s.window
	n := ahead(to, w.next) + 1
	if n <= w.n {
		return
	}
	if n > r.Window {
		r.skip(s, n-r.Window, LossOverflow)
		n = ahead(to, w.next) + 1
	}
	if size := w.grown(n); n > len(w.slots) {
		if r.hold(s, (size-len(w.slots))*slotSize) {
			w.grow(size)
		} else {
			r.skip(s, n-len(w.slots), LossOverflow)
			n = ahead(to, w.next) + 1
		}
	}
	at := now.Add(r.backOff())
	for ; w.n < n; w.n++ {
		*w.at(w.n) = slot{state: slotBackOff, at: at}
		s.wake(at)
	}
}

// withdrawn gives up what the source no longer has.
func (r *receiver) withdrawn(s *source, trail uint32) {
	if n := ahead(trail, s.window.next); n > 0 {
		r.skip(s, n, LossWithdrawn)
	}
}

// skip waits no longer for what is missing among the next n packets.
func (r *receiver) skip(s *source, n int, why LossReason) {
	w := &s.window
	for ; n > 0 && w.n > 0; n-- {
		r.pop(s, why)
	}
	if n > 0 {
		w.next += uint32(n)
		r.lose(s, n, why)
	}
	r.advance(s)
}

// advance reads all that waits for nothing any more.
func (r *receiver) advance(s *source) {
	w := &s.window
	for w.n > 0 && !w.at(0).missing() {
		r.pop(s, LossUnanswered)
	}
	if w.n > 0 {
		return
	}
	s.due = time.Time{}
	if len(w.slots) > leastSlots { // a gap as long as that is rare
		r.release(s, len(w.slots)*slotSize)
		w.slots = nil
	}
}

// pop takes the next packet out, and reads it, or loses it.
func (r *receiver) pop(s *source, why LossReason) {
	slot := s.window.pop()
	if slot.state != slotHere {
		r.lose(s, 1, why)
		return
	}
	r.release(s, len(slot.data))
	r.read(s, slot.data, slot.foreign)
}

// read reads the next packet of the stream.
func (r *receiver) read(s *source, data []byte, foreign bool) {
	held := s.stream.held()
	r.current = s
	if foreign {
		s.stream.fail(errFraming, r.taken)
	} else {
		s.stream.read(data, held+max(r.room(s), 0), r.taken)
	}
	r.release(s, held-s.stream.held())
}

// take is given what the current source's stream has read.
func (r *receiver) take(message [][]byte, err error) {
	r.flush(r.current)
	e := Event{Source: r.current.id, Message: message}
	switch {
	case errors.Is(err, errTooLarge):
		e.Lost = &Loss{Why: LossTooLarge}
	case err != nil:
		e.Lost = &Loss{Why: LossMalformed}
	default:
		r.stats.Messages++
	}
	r.events = append(r.events, e)
}

// lose counts packets that will not come.
func (r *receiver) lose(s *source, n int, why LossReason) {
	if s.loss.Why != why {
		r.flush(s)
	}
	s.loss.Packets += uint64(n)
	s.loss.Why = why
	r.stats.Lost += uint64(n)
	held := s.stream.held()
	s.stream.breakOff()
	r.release(s, held-s.stream.held())
}

// flush tells what is lost.
func (r *receiver) flush(s *source) {
	if s.loss.Packets > 0 {
		lost := s.loss
		s.loss = Loss{}
		r.events = append(r.events, Event{Source: s.id, Lost: &lost})
	}
}
