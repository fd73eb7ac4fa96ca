package hub

import (
	"bytes"

	"homebus/internal/chronicle"
	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/topics"
)

// remember has a message remembered as a possible cause.
func (m *memory) remember(class chronicle.Class, raw proxy.Raw) {
	if len(raw) > chronicle.MaxMessage {
		raw = shortened(raw)
	}
	m.chronicle.Note(class, m.clock.Load(), raw)
}

// Bounds of what is remembered of a long message, in bytes of its frames: it has the
// beginning of its payload, and no meta at all rather than a part of it.
const (
	maxCauseTopic   = 256
	maxCausePayload = 1 << 10
	maxCauseMeta    = 2 << 10 // two ids of message.MaxID, however they are escaped
)

// shortened returns a message with the beginning of its payload.
func shortened(raw proxy.Raw) proxy.Raw {
	frames := raw.Frames()
	frames = frames[:min(len(frames), 3)]
	for i, most := range []int{maxCauseTopic, maxCausePayload, maxCauseMeta}[:len(frames)] {
		frames[i] = frames[i][:min(len(frames[i]), most)]
	}
	return proxy.NewRaw(frames)
}

// rememberCause has a message remembered that the scenes have answered with something, and
// that would not be otherwise: the report of a device whose word has not changed, or what
// is on no topic of ours. Without a meta nothing can name it as its cause.
func (h *Hub) rememberCause(m message.Message) {
	if m.Meta == nil {
		return
	}
	switch t, _ := topics.Parse(m.Topic); t.Kind {
	case "", topics.KindState, topics.KindOnline, topics.KindAck:
		raw := proxy.NewRaw(m.Frames())
		h.forwarder.Inspect(func() { h.memory.remember(chronicle.Acts, raw) })
	}
}

// rememberStep remembers which step of a scene published the message with the id.
func (h *Hub) rememberStep(id, step string) {
	h.forwarder.Inspect(func() { h.memory.chronicle.Remark(id, step) })
}

// passing sees the messages on topics that are remembered as possible causes, and
// nothing else.
type passing struct {
	memory *memory
	class  chronicle.Class
}

// Message remembers the message.
func (s *passing) Message(_ proxy.PeerID, raw proxy.Raw) { s.memory.remember(s.class, raw) }

// commands sees the commands to appliances.
type commands struct{ memory *memory }

// Message remembers the command, and tells of one to somebody who is offline.
func (c *commands) Message(from proxy.PeerID, raw proxy.Raw) {
	m := c.memory
	m.remember(chronicle.Acts, raw)
	if len(m.away) == 0 {
		return
	}
	topic, _ := raw.Frame(0)
	device := topic[len(topics.KindCommand)+1:]
	if reason, away := m.away[string(device)]; away {
		m.unheard(from, string(device), reason, raw)
	}
}

// sceneSlot is a slot on the topic of a scene.
type sceneSlot struct{ slot }

// Message keeps the message, and remembers it.
func (s *sceneSlot) Message(from proxy.PeerID, raw proxy.Raw) {
	if s.passOn(from, raw) {
		return
	}
	s.memory.remember(chronicle.Acts, raw)
	s.slot.Message(from, raw)
}

// stateSlot is a slot on the state topic of an appliance. Most reports say again what the
// appliance is doing, with other quantities: those are no causes.
type stateSlot struct {
	slot
	// word is that of the report remembered last, with the byte behind it.
	word []byte
}

// Message keeps the message, and remembers it if the word of the state is another one.
func (s *stateSlot) Message(from proxy.PeerID, raw proxy.Raw) {
	payload, ok := raw.Frame(1)
	if !ok || s.passOn(from, raw) {
		return
	}
	if value := stateValue(payload); !bytes.HasPrefix(value, s.word) || len(s.word) == 0 && len(value) > 0 {
		s.word = append(s.word[:0], stateWord(value)...)
		s.memory.remember(chronicle.Reports, raw)
	}
	s.take(payload, raw)
}

// stateKey is the key of an appliance's word, and maxWord how much of one is looked at,
// in bytes.
const (
	stateKey = `"state":`
	maxWord  = 64
)

// stateValue returns what stands behind the key of the word, wherever that is in the
// beginning of a report; nothing if it is nowhere. It only serves to tell one report from
// another.
func stateValue(payload []byte) []byte {
	payload = payload[:min(len(payload), maxCausePayload)]
	if len(payload) > len(stateKey) && string(payload[1:1+len(stateKey)]) == stateKey { // as most begin
		return payload[1+len(stateKey):]
	}
	i := bytes.Index(payload, []byte(stateKey))
	if i < 0 {
		return nil
	}
	return payload[i+len(stateKey):]
}

// stateWord returns the word with which a value begins, and the byte behind it.
func stateWord(value []byte) []byte {
	value = value[:min(len(value), maxWord)]
	if end := bytes.IndexAny(value, ",}"); end >= 0 {
		value = value[:end+1]
	}
	return value
}
