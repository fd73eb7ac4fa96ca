package sim

import "time"

// progressEvery is how often the log says how far a start has come.
const progressEvery = time.Second

// muster is how the appliances come onto the bus: when the house starts, and
// whenever it comes back to a hub.
type muster struct {
	began time.Time // by the wall clock
	over  bool      // all are there, and it has been said
}

// begin begins a muster.
func (m *muster) begin(now time.Time) { m.began, m.over = now, false }

// allThere reports whether every appliance that is not cut off has announced
// itself to the hub.
func (s *simulator) allThere() bool {
	return s.control.up && s.present == len(s.speaker) && len(s.late) == 0
}

// endMuster says, once, that all are there. From the first time on people act.
func (s *simulator) endMuster(now time.Time) {
	if s.muster.over || !s.allThere() {
		return
	}
	s.muster.over = true
	if s.cfg.Rate > 0 && s.acts == nil {
		s.acts = newActs(now, s.cfg.Rate, s.cfg.Seed)
	}
	s.log.Info("all are there", "appliances", s.present, "took", now.Sub(s.muster.began).Round(time.Millisecond))
}

// tellProgress says how many are there while not all are.
func (s *simulator) tellProgress() {
	if !s.muster.over && s.control.up {
		s.log.Info("starting", "started", s.present-s.waiters(), "of", len(s.speaker))
	}
}

// waiters counts the appliances whose state waits for room in the queue to the
// bus.
func (s *simulator) waiters() int {
	n := 0
	for _, c := range s.late {
		n += c.unheard()
	}
	return n
}
