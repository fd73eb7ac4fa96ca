package hub

import (
	"homebus/internal/proxy"
	"homebus/topics"
)

// slot is what is known of one retained topic, and sees the messages on it. It enters the
// values of the memory with the first of them, and is the only one of its topic there;
// the forwarder may know another that it was given before, which passes on what it sees.
type slot struct {
	memory *memory
	topic  string
	// message is the last value, the whole message in wire form; nil if the topic has
	// none, and then the slot is not in the values. From proxy.SharedFrom bytes on its
	// bytes do not change.
	message proxy.Raw
	// watcher is the slot with what it knows beside.
	watcher proxy.Watcher
}

// newSlot returns who sees the messages on a retained topic that has no value.
func newSlot(m *memory, topic string) proxy.Watcher {
	s := slot{memory: m, topic: topic}
	t, ok := topics.Parse(topic)
	switch {
	case !ok: // a stranger's, such as state/anything
	case t.Kind == topics.KindOnline:
		w := &willSlot{slot: s}
		w.watcher = w
		return w
	case t.Kind == topics.KindState:
		w := &stateSlot{slot: s}
		w.watcher = w
		return w
	case t.Kind == topics.KindScene:
		w := &sceneSlot{slot: s}
		w.watcher = w
		return w
	}
	w := &s
	w.watcher = w
	return w
}

// Message keeps the message, or forgets the topic if its payload is empty.
func (s *slot) Message(from proxy.PeerID, raw proxy.Raw) {
	if payload, ok := raw.Frame(1); ok && !s.passOn(from, raw) {
		s.take(payload, raw)
	}
}

// passOn gives the message to the slot in the values, if that is another one.
func (s *slot) passOn(from proxy.PeerID, raw proxy.Raw) bool {
	return s.message == nil && s.passOnTo(from, raw)
}

func (s *slot) passOnTo(from proxy.PeerID, raw proxy.Raw) bool {
	other, there := s.memory.values.Get(s.topic)
	if there {
		other.watcher.Message(from, raw)
	}
	return there
}

// take keeps the message with the payload, or forgets the topic if that is empty.
func (s *slot) take(payload []byte, raw proxy.Raw) {
	switch {
	case len(payload) == 0:
		s.forget()
	case len(raw) == len(s.message) && len(raw) < proxy.SharedFrom: // as most are
		copy(s.message, raw)
	default:
		s.keep(raw)
	}
}

// keep makes raw the last value. If there is no room, the topic has none from then on:
// an old value must not pass for the newest.
func (s *slot) keep(raw proxy.Raw) {
	m := s.memory
	bytes := m.bytes + len(raw) - len(s.message)
	if s.message == nil {
		bytes += len(s.topic)
	}
	if bytes > m.maxBytes || s.message == nil && m.values.Len() == m.maxTopics {
		m.refused.Add(1)
		s.forget()
		return
	}
	m.bytes = bytes
	switch room := cap(s.message); {
	case room < proxy.SharedFrom && len(raw) <= room && 2*len(raw) >= room:
		s.message = append(s.message[:0], raw...)
	case s.message == nil:
		m.values.Put(s.topic, s)
		fallthrough
	default:
		s.message = append(proxy.Raw(nil), raw...)
	}
}

// forget takes the last value away.
func (s *slot) forget() {
	if s.message != nil {
		s.memory.bytes -= len(s.topic) + len(s.message)
		s.memory.values.Delete(s.topic)
		s.message = nil
	}
}
