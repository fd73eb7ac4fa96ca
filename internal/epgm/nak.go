package epgm

import "time"

// How missing packets are asked for; the times are those that libzmq sets (pgm_socket.cpp).
const (
	// mostBackOff is the most that is waited, by chance, before a NAK: another receiver
	// may have asked by then, and its NCF is for all.
	mostBackOff = 50 * time.Millisecond
	// ncfWait is how long an NCF is waited for, and dataWait how long the repair, before
	// the packet is asked for again.
	ncfWait  = 200 * time.Millisecond
	dataWait = 200 * time.Millisecond
	// mostTries is how often a packet is asked for.
	mostTries = 50
	// mostNAKs is how many NAKs go to one source at once, and nakPause how long later
	// the next ones do, so that a long gap makes no flood.
	mostNAKs = 4
	nakPause = 20 * time.Millisecond
)

func (r *receiver) backOff() time.Duration {
	return time.Microsecond + time.Duration(r.random.Int64N(int64(mostBackOff)))
}

// confirmed takes an NCF: the repairs will come, whoever has asked for them.
func (r *receiver) confirmed(now time.Time, s *source, p *packet) {
	if p.parity {
		return
	}
	for sequence := range p.sequences {
		if slot := s.window.get(sequence); slot != nil && (slot.state == slotBackOff || slot.state == slotAsked) {
			slot.state, slot.at = slotPromised, now.Add(dataWait)
			s.wake(slot.at)
		}
	}
}

// Next returns when Tick has something to do; the zero time is never.
func (r *receiver) Next() time.Time { return r.due }

// Tick returns what is to be sent to sources now, and what is lost by now. Both are
// valid until the next call.
func (r *receiver) Tick(now time.Time) ([]Event, []ask) {
	r.begin()
	r.asks = r.asks[:0]
	if r.due.IsZero() || now.Before(r.due) {
		return nil, nil
	}
	for i := 0; i < len(r.order); i++ {
		s := r.order[i]
		if !now.Before(s.expires(r.Expiry)) {
			r.forgetOrRemember(s)
			if i >= len(r.order) || r.order[i] != s {
				i-- // it is removed
				continue
			}
		}
		r.askForSPM(now, s)
		if !s.due.IsZero() && !now.Before(s.due) {
			r.askForMissing(now, s)
			r.end(s)
		}
	}
	r.due = time.Time{}
	for _, s := range r.order {
		r.due = earliest(r.due, s.next(r.Expiry))
	}
	return r.events, r.asks
}

// forgetOrRemember ends a source whose time is up. One that has said good-bye is
// remembered for a while, so that a late packet does not look like a newcomer's.
func (r *receiver) forgetOrRemember(s *source) {
	if s.fin && !s.gone {
		r.part(s)
		return
	}
	r.forget(s)
}

func (r *receiver) askForSPM(now time.Time, s *source) {
	if s.askAt.IsZero() || now.Before(s.askAt) {
		return
	}
	s.askAt, s.askedAt = time.Time{}, now
	r.asks = append(r.asks, ask{s.id.Addr, s.session(r.group).spmr()})
}

// askForMissing asks for what is missing and has waited long enough, or gives it up.
func (r *receiver) askForMissing(now time.Time, s *source) {
	w := &s.window
	s.due = time.Time{}
	var sequences []uint32
	again := now.Add(r.backOff())
	for i := range w.n {
		slot := w.at(i)
		if !slot.missing() {
			continue
		}
		if !now.Before(slot.at) {
			switch {
			case slot.state != slotBackOff: // no answer
				slot.state, slot.at = slotBackOff, again
			case slot.tries == mostTries:
				slot.state = slotLost
				continue
			case len(sequences) == mostNAKs*(1+maxList):
				slot.at = now.Add(nakPause)
			default:
				sequences = append(sequences, w.next+uint32(i))
				slot.state, slot.at = slotAsked, now.Add(ncfWait)
				slot.tries++
			}
		}
		s.wake(slot.at)
	}
	r.nak(s, sequences)
	r.advance(s)
}

// nak sends NAKs to where the packets of the source come from: to send to where it says
// that it is would let anybody aim them.
func (r *receiver) nak(s *source, sequences []uint32) {
	session := s.session(r.group)
	for len(sequences) > 0 {
		n := min(len(sequences), 1+maxList)
		r.asks = append(r.asks, ask{s.id.Addr, session.nak(kindNAK, sequences[:n])})
		sequences = sequences[n:]
		r.stats.NAKs++
	}
}
