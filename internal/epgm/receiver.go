package epgm

import (
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
	old := s.known && ahead(p.sequence, s.spm) < 0
	if old && now.Sub(s.spmAt) <= spmReorder {
		return
	}
	if old || ahead(s.window.next, p.lead) > r.Window {
		// It has begun again, or a packet that was none of its own has made us believe that
		// it was far ahead.
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
