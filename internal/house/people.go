package house

import (
	"homebus/internal/occupancy"
	"homebus/internal/scene"
)

// newPeople returns the script of whoever lives in the house.
func newPeople(f *scene.File, o Options) *occupancy.Script {
	household := f.Household()
	if !o.Occupancy {
		household.People = nil
	}
	return occupancy.New(household, o.Start, occupancy.Options{Seed: o.Seed})
}

// live lets people do at the sensors what is due: by hand, so that no message leads
// to it.
func (h *House) live() {
	for _, t := range h.people.Tick(h.now) {
		out, _ := h.fleet.Touch(t.At, t.Device, t.Do, nil) // a refusal, as it would be to a person
		h.take(out)
	}
}
