package sim

import (
	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// overheard handles what the simulator's own connection brings.
func (s *simulator) overheard(m message.Message) {
	t, ok := topics.Parse(m.Topic)
	switch {
	case !ok:
	case t.Kind == topics.KindFault:
		s.tally.heard++
		s.fault(m)
	case t.Kind == topics.KindOnline:
		s.contradict(t.ID(), m.Payload)
	}
}

// contradict lets an appliance announce itself once more if somebody says that it
// is offline, and it is not. That is the last will of another simulator of the
// same house: it had spoken for the appliance, and is gone.
func (s *simulator) contradict(id string, payload []byte) {
	if word, _ := presence.Read(payload); word != presence.Offline {
		return
	}
	if c := s.speaker[id]; c != nil && c.up {
		s.act(s.fleet.Announce(s.clock(), id))
	}
}
