package epgm

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"
)

// receiver is what a subscriber decides: what is a message, what is missing and asked
// for, what is lost. It reads no clock and no socket. Its owner calls Tick when Next
// says so, and sends what that returns. Handle and Tick return events, which are valid
// until the next call; messages belong to whoever takes them. One owner.
type receiver struct {
	SubscriberConfig
	group netip.AddrPort
	// random chooses the times of back-off.
	random *rand.Rand

	sources map[Source]*source
	// order has the sources in the order of their coming, so that the same packets give
	// the same events.
	order []*source
	// due is when there is something to do for the first source, or earlier; zero if
	// there are none.
	due  time.Time
	held int

	// current is whose data is read, and taken is take for it.
	current *source
	taken   take
	events  []Event
	asks    []ask
	stats   SubscriberStats
}

// ask is a packet for a source.
type ask struct {
	to     netip.Addr
	packet []byte
}

func newReceiver(group netip.AddrPort, c SubscriberConfig, random *rand.Rand) *receiver {
	r := &receiver{SubscriberConfig: c.withDefaults(), group: group, random: random, sources: map[Source]*source{}}
	r.taken = r.take
	return r
}

// Handle takes a packet that has come from an address, to the group.
func (r *receiver) Handle(now time.Time, from netip.Addr, b []byte) []Event {
	r.begin()
	p, err := parse(b)
	if err != nil {
		r.stats.Malformed++
		return nil
	}
	if p.port != r.group.Port() {
		return nil
	}
	s := r.sources[Source{from, p.tsi}]
	if s == nil {
		s = r.meet(now, from, &p)
	}
	if s == nil || s.gone {
		return r.events
	}
	switch p.kind {
	case kindSPM:
		r.spm(now, s, &p)
	case kindODATA, kindRDATA:
		if !p.parity { // of which nothing is understood here, and libzmq sends none
			r.data(now, s, &p)
		}
	case kindNCF:
		r.confirmed(now, s, &p)
	default:
		return r.events // not from a source
	}
	s.heard = now
	r.end(s)
	r.due = earliest(r.due, s.next(r.Expiry))
	return r.events
}

func (r *receiver) begin() { r.events = r.events[:0] }

// end finishes what was done for a source.
func (r *receiver) end(s *source) {
	r.flush(s)
	if s.fin && !s.gone && s.window.n == 0 {
		r.part(s)
	}
}

// meet begins to hear a source, unless the packet tells nothing of where to begin, or
// there are too many.
func (r *receiver) meet(now time.Time, from netip.Addr, p *packet) *source {
	next := p.sequence
	switch {
	case p.kind == kindSPM && !p.fin:
		next = p.lead + 1
	case p.kind != kindODATA || p.parity:
		return nil
	}
	if len(r.sources) >= r.Sources && !r.displace(now) {
		r.stats.Refused++
		return nil
	}
	s := &source{id: Source{from, p.tsi}, nla: from, heard: now, window: recvWindow{next: next}}
	r.sources[s.id] = s
	r.order = append(r.order, s)
	return s
}

// displace forgets the source that has been silent for longest, if that is long enough.
func (r *receiver) displace(now time.Time) bool {
	oldest := slices.MinFunc(r.order, func(a, b *source) int { return a.heard.Compare(b.heard) })
	if !oldest.gone && now.Sub(oldest.heard) < displaceable {
		return false
	}
	r.forget(oldest)
	return true
}

// spm takes an SPM.
func (r *receiver) spm(now time.Time, s *source, p *packet) {
	if s.known && ahead(p.sequence, s.spm) < 0 {
		if now.Sub(s.spmAt) <= spmReorder {
			return
		}
		r.part(s)
		s.gone, s.fin = false, false
		s.window.next = p.lead + 1
	}
	s.known, s.spm, s.spmAt, s.nla, s.askAt = true, p.sequence, now, p.source, time.Time{}
	r.withdrawn(s, p.trail)
	r.extend(now, s, p.lead)
	s.fin = s.fin || p.fin
}

// data takes an ODATA or RDATA.
func (r *receiver) data(now time.Time, s *source, p *packet) {
	r.stats.Packets++
	if !s.known && s.askAt.IsZero() && now.Sub(s.askedAt) > spmrEvery {
		s.askAt = now.Add(spmrWait)
	}
	r.withdrawn(s, p.trail)
	w := &s.window
	if p.sequence == w.next {
		r.expected(s, p)
		return
	}
	r.extend(now, s, p.sequence)
	slot := w.get(p.sequence)
	if slot == nil || !slot.missing() {
		r.stats.Duplicates++
		return
	}
	if !r.hold(s, len(p.data)) {
		r.stats.Unheld++
		return
	}
	if p.kind == kindRDATA {
		r.stats.Repaired++
	}
	slot.state, slot.foreign, slot.data = slotHere, p.foreign, slices.Clone(p.data)
	r.advance(s)
}

// expected takes the packet that is to be delivered next. It needs no room to wait in.
func (r *receiver) expected(s *source, p *packet) {
	if s.window.n > 0 {
		s.window.pop()
	} else {
		s.window.next++
	}
	if p.kind == kindRDATA {
		r.stats.Repaired++
	}
	r.read(s, p.data, p.foreign)
	r.advance(s)
}

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
	if w.n == 0 {
		s.due = time.Time{}
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

// part tells that a source is gone, and gives back what it held.
func (r *receiver) part(s *source) {
	r.skip(s, s.window.n, LossGone)
	r.flush(s)
	s.stream.breakOff()
	r.stats.Torn += s.stream.torn
	r.release(s, s.held)
	s.stream, s.window, s.due, s.askAt = stream{}, recvWindow{next: s.window.next}, time.Time{}, time.Time{}
	s.known, s.gone = false, true
	r.events = append(r.events, Event{Source: s.id, Gone: true})
}

// forget removes a source.
func (r *receiver) forget(s *source) {
	if !s.gone {
		r.part(s)
	}
	delete(r.sources, s.id)
	r.order = slices.DeleteFunc(r.order, func(other *source) bool { return other == s })
}

// Stats returns what has happened so far.
func (r *receiver) Stats() SubscriberStats {
	stats := r.stats
	for _, s := range r.order {
		stats.Torn += s.stream.torn
	}
	stats.Sources, stats.Held = len(r.order), r.held
	return stats
}
