package sim

import (
	"maps"
	"slices"
	"time"

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

// contradict lets an appliance announce itself once more if the last word on it is
// not that it is online, and it is: the last will of another simulator of the same
// house, that had spoken for the appliance and is gone; or a stranger's word. What is
// said again and again is contradicted once in disputeRest.
func (s *simulator) contradict(id string, payload []byte) {
	if word, _ := presence.Read(payload); word == presence.Online || s.speaker[id] == nil {
		return
	}
	s.disputed[id] = true
	if time.Since(s.disputes) >= disputeRest {
		s.dispute()
	}
}

// disputeRest is the least time between two rounds of contradictions.
const disputeRest = time.Second

// dispute has all announce themselves of whom something wrong was said.
func (s *simulator) dispute() {
	if len(s.disputed) == 0 {
		return
	}
	var wronged []string
	for _, id := range slices.Sorted(maps.Keys(s.disputed)) {
		if c := s.speaker[id]; c != nil && c.up { // any other will, when it is connected
			wronged = append(wronged, id)
		}
	}
	clear(s.disputed)
	s.disputes = time.Now()
	if len(wronged) > 0 { // none would mean all
		s.act(s.fleet.Announce(s.now(), wronged...))
	}
}
