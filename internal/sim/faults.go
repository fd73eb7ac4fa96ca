package sim

import (
	"encoding/json"

	"homebus/internal/message"
	"homebus/topics"
)

// maxHeld bounds how many faults wait for an appliance's move to a connection of
// its own. The newest is lost, unanswered; whoever needs certainty asks again.
const maxHeld = 16

// setFaults gives the appliances the faults that they have from the start.
func (s *simulator) setFaults() {
	stamper := message.Stamper{From: controlName, IDs: s.cfg.IDs}
	for _, f := range s.cfg.Faults {
		now := s.clock()
		m := message.New(topics.Of(topics.KindFault, f.Device), map[string]string{"kind": f.Kind})
		s.act(s.fleet.Handle(now, stamper.Stamp(now, m, nil)))
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
		to := s.dialOwn(id)
		s.moving[id] = to
		s.hold(to, m)
		return
	}
	s.act(s.fleet.Handle(s.clock(), m))
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
		Kind string `json:"kind"`
	}
	if json.Unmarshal(payload, &asked) != nil {
		return false
	}
	f, ok := s.types[id].Fault(asked.Kind)
	return ok && f.CutsOff
}
