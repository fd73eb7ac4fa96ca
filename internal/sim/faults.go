package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// maxHeld bounds how many faults wait for an appliance's move to a connection of
// its own. The newest is lost, unanswered; whoever needs certainty asks again.
const maxHeld = 16

// Fault is a fault that an appliance has from the start.
type Fault struct {
	// Device is the appliance's id.
	Device string
	// Kind is one of the faults in the declaration of the appliance's type.
	Kind string
	// For is how long, in the words of a message on the fault topic: "2m"; "" for
	// until it is cleared.
	For string
}

// message is what would set the fault by the bus.
func (f *Fault) message() message.Message {
	payload := map[string]string{"kind": f.Kind}
	if f.For != "" {
		payload["for"] = f.For
	}
	return message.New(topics.Of(topics.KindFault, f.Device), payload)
}

// validateFaults says which fault its appliance would refuse.
func (c *Config) validateFaults() error {
	for _, f := range c.Faults {
		i := slices.IndexFunc(c.Specs, func(spec devices.Spec) bool { return spec.ID == f.Device })
		if i < 0 {
			return fmt.Errorf("fault %q: no appliance %q is simulated", f.Kind, f.Device)
		}
		if c.Specs[i].InHub() {
			return fmt.Errorf("fault %q: %s lives in the hub; it has no faults", f.Kind, f.Device)
		}
		if err := f.try(c.Specs[i]); err != nil {
			return fmt.Errorf("%s: %w", f.Device, err)
		}
	}
	return nil
}

// try sets the fault in a house of one appliance, on trial, and returns why it is
// refused.
func (f *Fault) try(spec devices.Spec) error {
	var now time.Time
	fleet, err := devices.NewFleet(CutWires([]devices.Spec{spec}), now, devices.Options{IDs: &message.Counted{}})
	if err != nil {
		return err
	}
	for _, out := range fleet.Handle(now, f.message()) {
		var ack presence.Ack
		if out.Control && json.Unmarshal(out.Message.Payload, &ack) == nil && !ack.OK {
			return errors.New(ack.Error)
		}
	}
	return nil
}

// setFaults gives the appliances the faults that they have from the start.
func (s *simulator) setFaults() {
	stamper := message.Stamper{From: controlName, IDs: s.cfg.IDs}
	for _, f := range s.cfg.Faults {
		now := s.clock()
		s.act(s.fleet.Handle(now, stamper.Stamp(now, f.message(), nil)))
	}
}

// fault handles a message on a fault topic. If it is to cut off an appliance that
// shares its connection, the appliance moves first, and m waits for that.
func (s *simulator) fault(m message.Message) {
	t, ok := topics.Parse(m.Topic)
	if !ok {
		return
	}
	id := t.ID()
	if to := s.moving[id]; to != nil {
		s.hold(to, m)
		return
	}
	if s.shared != nil && s.speaker[id] == s.shared && s.cutsOff(id, m.Payload) {
		if len(s.cfg.Specs)-len(s.shared.ids)+len(s.moving) >= MaxOwnLinks {
			s.log.Warn("fault not set: too many have a connection of their own", "device", id, "most", MaxOwnLinks)
			return
		}
		to := s.dialOwn(id)
		s.moving[id] = to
		s.hold(to, m)
		return
	}
	s.act(s.fleet.Handle(s.now(), m))
}

func (s *simulator) hold(to *conn, m message.Message) {
	if len(to.held) == maxHeld {
		s.log.Warn("fault not set: too many wait", "device", to.name)
		return
	}
	to.held = append(to.held, m)
}

// moved ends the move to c, if there is one, and returns the faults that waited
// for that: the appliance speaks on c from now on.
func (s *simulator) moved(c *conn) []message.Message {
	if s.moving[c.name] != c {
		return nil
	}
	delete(s.moving, c.name)
	s.leaveShared(c.name)
	s.speaker[c.name] = c
	held := c.held
	c.held = nil
	return held
}

// cutsOff reports whether a fault's payload is one that drops the appliance's
// connection. What cannot be read does not, and is refused by the fleet.
func (s *simulator) cutsOff(id string, payload []byte) bool {
	var asked struct {
		Kind  string `json:"kind"`
		Clear bool   `json:"clear"`
	}
	if json.Unmarshal(payload, &asked) != nil || asked.Clear {
		return false
	}
	f, ok := s.types[id].Fault(asked.Kind)
	return ok && f.CutsOff
}
