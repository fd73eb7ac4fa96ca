package scene

import (
	"slices"

	"homebus/devices"
)

// saved is what a snapshot has kept of one device: the orders that bring it back.
type saved struct {
	Device string          `json:"device"`
	Orders []devices.Order `json:"orders"`
}

// snapshot keeps how devices are now, in place of what was kept of them before.
func (e *Engine) snapshot(s *strand, a *Snapshot) {
	r := s.run
	for _, id := range a.Devices {
		r.Saved = slices.DeleteFunc(r.Saved, func(x saved) bool { return x.Device == id })
		orders, ok := e.asItIs(id)
		if !ok {
			e.noteStep(s, "nothing is known of "+id+", nothing is kept")
			continue
		}
		r.Saved = append(r.Saved, saved{id, orders})
		e.noteStep(s, "kept "+id)
	}
}

// asItIs returns the orders that bring a device back to how it is now: as it is
// being restored to, if it has not yet said how it is since, or else as it last said.
func (e *Engine) asItIs(id string) (orders []devices.Order, known bool) {
	t := e.targets[id]
	switch {
	case t.restored != nil:
		return t.restored, true
	case t.thing.report == nil || e.types[id] == nil:
		return nil, false
	}
	return e.types[id].Restore(t.thing.report.all(), e.elapsed-t.reported), true
}

// restore brings back what the run's snapshots have kept, in the order in which
// that was done.
func (e *Engine) restore(s *strand) {
	r := s.run
	if len(r.Saved) == 0 {
		e.noteStep(s, "nothing was kept, nothing is restored")
	}
	for _, kept := range r.Saved {
		e.targets[kept.Device].restored = kept.Orders
		for _, o := range kept.Orders {
			e.send(s, &Command{Device: kept.Device, Do: o.Do, Params: o.Params})
		}
	}
}
