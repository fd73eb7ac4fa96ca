package sim

import (
	"slices"
	"time"

	"homebus/internal/occupancy"
)

// mostLate is how much of the lives of people is made up for in a house that runs so
// fast that its simulator does not follow.
const mostLate = 24 * time.Hour

// moveIn begins the lives of the people of the house.
func (s *simulator) moveIn(now time.Time) {
	h := s.cfg.Household
	late := s.cfg.Clock.Span(occupancy.DefaultLate) // by the wall clock: a fast house is soon late
	late = min(max(late, occupancy.DefaultLate), mostLate)
	s.people = occupancy.New(h, now, occupancy.Options{Seed: s.cfg.Seed, Late: late})
	if len(h.People) == 0 {
		return
	}
	if !slices.ContainsFunc(slices.Concat(h.Motion, h.Contacts), s.simulates) {
		s.log.Warn("nobody who lives here is noticed: no motion or contact sensor is simulated", "people", len(h.People))
		return
	}
	s.log.Info("the house is lived in", "people", len(h.People))
}

func (s *simulator) simulates(id string) bool { return s.types[id] != nil }

// live lets somebody do something at a sensor. Where another simulator has the sensor,
// that does it.
func (s *simulator) live(deed occupancy.Touch) {
	if s.simulates(deed.Device) {
		outputs, _ := s.fleet.Touch(deed.At, deed.Device, deed.Do, nil) // a refusal, as it would be to a person
		s.act(outputs)
	}
}
