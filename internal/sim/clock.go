package sim

import "time"

// maxSteps is how much of the lives of appliances passes in one go.
const maxSteps = 1000

// now lets time pass in the house until now, as far as that goes in one go, and
// returns what time it is there then. A house that is asked to run faster than it can,
// or has long stood still, is behind its clock for a while; it still hears, and ends.
func (s *simulator) now() time.Time {
	now := s.clock()
	s.reach(now)
	return s.reached
}

// reach lets time pass until at, with what the people of the house do until then, and
// reports whether it came so far.
func (s *simulator) reach(at time.Time) bool {
	if len(s.deeds) == 0 {
		s.deeds = s.people.Tick(at)
	}
	for s.ctx.Err() == nil && len(s.deeds) > 0 && !s.deeds[0].At.After(at) {
		deed := s.deeds[0]
		if !s.advance(deed.At) {
			return false
		}
		s.deeds = s.deeds[1:]
		s.live(deed)
	}
	return s.advance(at)
}

// advance lets the appliances live until at, and reports whether they came so far.
func (s *simulator) advance(at time.Time) bool {
	outputs, reached := s.fleet.Advance(at, maxSteps)
	s.reached = reached
	s.act(outputs)
	return !reached.Before(at)
}

// untilDue returns how long it is until something happens by itself; false if
// nothing is to happen.
func (s *simulator) untilDue(now time.Time) (wait time.Duration, ok bool) {
	next, ok := s.due()
	if ok {
		wait = s.cfg.Clock.Until(now, next)
	}
	if s.acts != nil {
		if act := max(s.acts.next().Sub(now), 0); !ok || act < wait {
			return act, true
		}
	}
	return wait, ok
}

// due returns when something happens by itself.
func (s *simulator) due() (time.Time, bool) {
	next, ok := s.fleet.Next()
	if p, lived := s.people.Next(); lived && (!ok || p.Before(next)) {
		return p, true
	}
	return next, ok
}
