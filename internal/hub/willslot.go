package hub

import (
	"bytes"

	"homebus/internal/chronicle"
	"homebus/internal/presence"
	"homebus/internal/proxy"
	"homebus/topics"
)

// willSlot is a slot on the online topic of an appliance.
type willSlot struct {
	slot
	// said and reason are what the last value says, while there is one: an appliance
	// says the same again and again.
	said   presence.Word
	reason string
	// told is the word of the message remembered last.
	told presence.Word
	// away says that the memory knows the appliance to be offline.
	away bool
	// holder is who holds the will, 0 for unknown. It is known only while the topic has
	// a last value, for then nobody but this slot gives the will to anybody.
	holder proxy.PeerID
}

// read is presence.Read with a memory.
func (s *willSlot) read(payload []byte) presence.Word {
	if s.message != nil {
		if last, _ := s.message.Frame(1); bytes.Equal(payload, last) {
			return s.said
		}
	}
	s.said, s.reason = presence.Read(payload)
	return s.said
}

// Message minds the will, keeps the message, and knows who is offline.
func (s *willSlot) Message(from proxy.PeerID, raw proxy.Raw) {
	payload, ok := raw.Frame(1)
	if !ok || s.passOn(from, raw) {
		return // neither kept nor understood, or not here
	}
	said := s.read(payload)
	switch said {
	case presence.Online:
		s.claim(from)
	case presence.Offline, presence.Forgotten:
		s.memory.wills.Release(s.topic)
		s.holder = 0
	default:
		s.memory.misread.Add(1)
	}
	if said != s.told {
		s.told = said
		s.memory.remember(chronicle.Reports, raw)
	}
	s.take(payload, raw)
	if s.message == nil {
		s.holder = 0 // another slot may be asked from now on
	}
	s.presence(said)
}

// claim makes peer hold the will.
func (s *willSlot) claim(peer proxy.PeerID) {
	if s.holder == peer {
		return
	}
	s.holder = 0
	if s.memory.claim(peer, s.topic) {
		s.holder = peer
	}
}

// presence knows from the word of a message, which has just been kept or not, whether
// the appliance is offline.
func (s *willSlot) presence(said presence.Word) {
	device := s.topic[len(topics.KindOnline)+1:]
	away := said == presence.Offline && s.message != nil
	switch {
	case away:
		s.memory.away[device] = s.reason
	case s.away:
		delete(s.memory.away, device)
	}
	s.away = away
}

// maxWillTopic is the longest topic that has a will, in bytes; it bounds what the
// wills take together.
const maxWillTopic = 255

// claim makes peer hold the will of topic. It reports false if there is no room.
func (m *memory) claim(peer proxy.PeerID, topic string) bool {
	if !m.wills.Held(topic) && (m.wills.Len() >= m.maxTopics || len(topic) > maxWillTopic) {
		m.unwilled.Add(1)
		return false
	}
	m.wills.Claim(peer, topic)
	return true
}
