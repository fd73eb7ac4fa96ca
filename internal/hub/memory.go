package hub

import (
	"bytes"
	"sync/atomic"

	"homebus/internal/chronicle"
	"homebus/internal/lastvalue"
	"homebus/internal/presence"
	"homebus/internal/proxy"
	"homebus/topics"
)

// memory is what the hub remembers: last values, wills, who is offline, and what may
// have led to what. The forwarder calls it under its lock, which guards everything but
// the counters.
type memory struct {
	maxTopics, maxBytes int
	// will makes the message that speaks the will of a topic.
	will   func(topic string) proxy.Raw
	values lastvalue.Store[*value]
	wills  lastvalue.Wills[proxy.PeerID]
	// away has why an appliance is offline, by its online topic: those of which that
	// is the last value.
	away map[string]string
	// unheard is told of a command to one of those.
	unheard func(from proxy.PeerID, device, reason string, command proxy.Raw)
	// chronicle remembers what may turn out to be a cause, and clock is the house's
	// time in ns since 1970, as of the last second.
	chronicle *chronicle.Chronicle
	clock     atomic.Int64

	// For the statistics: what is kept, how many messages were not for want of
	// room, how many on online topics were not understood, and how many would have
	// been a will more than there is room for.
	topics, bytes, refused, misread, unwilled atomic.Int64
}

// value is a last value: the whole message in wire form, which does not change
// from proxy.SharedFrom bytes on.
type value struct{ message proxy.Raw }

var _ proxy.Tap = (*memory)(nil)

func newMemory(l Limits, will func(string) proxy.Raw) *memory {
	m := &memory{maxTopics: l.RetainedTopics, maxBytes: l.RetainedBytes, will: will, away: make(map[string]string), chronicle: chronicle.New(chronicle.DefaultBounds)}
	if m.maxTopics <= 0 {
		m.maxTopics = DefaultRetainedTopics
	}
	if m.maxBytes <= 0 {
		m.maxBytes = DefaultRetainedBytes
	}
	return m
}

// Watch remembers retained topics, minds the wills of online/x/y, looks whether there is
// anybody for command/x/y, and has what may be a cause remembered.
func (m *memory) Watch(topic []byte) proxy.Watcher {
	if !topics.Retained(topic) {
		return m.watchPassing(string(topic))
	}
	slot := &slot{memory: m, topic: string(topic)}
	t, ok := topics.Parse(slot.topic)
	switch {
	case !ok:
	case t.Kind == topics.KindOnline:
		return &willSlot{slot: slot}
	case t.Kind == topics.KindState:
		return &stateSlot{slot: slot}
	case t.Kind == topics.KindScene:
		return &sceneSlot{slot: slot}
	}
	return slot
}

// watchPassing returns who sees the messages on a topic that is not retained; nil for
// nobody.
func (m *memory) watchPassing(topic string) proxy.Watcher {
	t, ok := topics.Parse(topic)
	if !ok {
		return nil
	}
	switch t.Kind {
	case topics.KindCommand:
		if t.Area != topics.AreaScene {
			return &commandSlot{passing: passing{m, chronicle.Acts}, online: topics.Of(topics.KindOnline, t.ID())}
		}
		return &passing{m, chronicle.Acts}
	case topics.KindEvent, topics.KindNotice, topics.KindFault:
		return &passing{m, chronicle.Acts}
	case topics.KindAck:
		return &passing{m, chronicle.Reports}
	}
	return nil
}

// Subscribed gives the last values that match.
func (m *memory) Subscribed(prefix []byte, give func(proxy.Raw)) {
	m.values.Match(string(prefix), func(_ string, v *value) { give(v.message) })
}

// much is how many last values others notice that one subscriber is given: it takes
// some 0.1 ms.
const much = 1000

// Much reports whether very many last values match.
func (m *memory) Much(prefix []byte) bool { return m.values.More(string(prefix), much) }

// willStep is how many wills are spoken in one go.
const willStep = 64

// Gone speaks the wills of a peer.
func (m *memory) Gone(peer proxy.PeerID, publish func(proxy.Raw)) (more bool) {
	topics, more := m.wills.Gone(peer, willStep)
	for _, topic := range topics {
		publish(m.will(topic))
	}
	return more
}

// slot sees the messages on one retained topic.
type slot struct {
	memory *memory
	topic  string
}

// Message keeps the message, or forgets the topic if its payload is empty.
func (s *slot) Message(_ proxy.PeerID, raw proxy.Raw) {
	if payload, ok := raw.Frame(1); ok {
		s.take(payload, raw)
	}
}

// take is Message with the payload found.
func (s *slot) take(payload []byte, raw proxy.Raw) {
	if len(payload) == 0 {
		s.memory.forget(s.topic)
	} else {
		s.memory.keep(s.topic, raw)
	}
}

// willSlot is a slot on the online topic of an appliance.
type willSlot struct {
	*slot
	// last is the payload read last, if it is short, and said and reason what it says:
	// an appliance says the same again and again.
	last   []byte
	said   presence.Word
	reason string
	// told is the word of the message remembered last.
	told presence.Word
}

// maxLast is how long a payload willSlot remembers, in bytes.
const maxLast = 256

// read is presence.Read with a memory.
func (s *willSlot) read(payload []byte) presence.Word {
	if s.last == nil || !bytes.Equal(payload, s.last) {
		s.said, s.reason = presence.Read(payload)
		s.last = nil
		if len(payload) <= maxLast {
			s.last = bytes.Clone(payload)
		}
	}
	return s.said
}

// Message minds the will, keeps the message, and knows who is offline.
func (s *willSlot) Message(from proxy.PeerID, raw proxy.Raw) {
	payload, ok := raw.Frame(1)
	if !ok {
		return // neither kept nor understood
	}
	said := s.read(payload)
	switch said {
	case presence.Online:
		s.memory.claim(from, s.topic)
	case presence.Offline, presence.Forgotten:
		s.memory.wills.Release(s.topic)
	default:
		s.memory.misread.Add(1)
	}
	if said != s.told {
		s.told = said
		s.memory.remember(chronicle.Reports, raw)
	}
	s.take(payload, raw)
	s.memory.presence(s.topic, said, s.reason)
}

// presence knows from the word on an online topic, which has just been kept or not,
// whether its appliance is offline.
func (m *memory) presence(topic string, said presence.Word, reason string) {
	if said == presence.Offline {
		if _, kept := m.values.Get(topic); kept {
			m.away[topic] = reason
			return
		}
	}
	if len(m.away) > 0 {
		delete(m.away, topic)
	}
}

// commandSlot sees the commands to an appliance. There may be one for each of many
// thousand topics.
type commandSlot struct {
	passing
	online string // the topic that says whether it is there
}

// Message remembers the command, and tells of one to somebody who is offline.
func (s *commandSlot) Message(from proxy.PeerID, raw proxy.Raw) {
	s.passing.Message(from, raw)
	if reason, away := s.memory.away[s.online]; away {
		s.memory.unheard(from, s.online[len(topics.KindOnline.Prefix()):], reason, raw)
	}
}

// maxWillTopic is the longest topic that has a will, in bytes; it bounds what the
// wills take together.
const maxWillTopic = 255

// claim makes peer hold the will of topic, if there is room.
func (m *memory) claim(peer proxy.PeerID, topic string) {
	if !m.wills.Held(topic) && (m.wills.Len() >= m.maxTopics || len(topic) > maxWillTopic) {
		m.unwilled.Add(1)
		return
	}
	m.wills.Claim(peer, topic)
}

// keep makes raw the last value of topic. If there is no room, topic has none
// from then on: an old value must not pass for the newest.
func (m *memory) keep(topic string, raw proxy.Raw) {
	v, known := m.values.Get(topic)
	size := len(topic) + len(raw)
	if known {
		size -= len(topic) + len(v.message)
	}
	if m.bytes.Load()+int64(size) > int64(m.maxBytes) || !known && m.values.Len() == m.maxTopics {
		m.refused.Add(1)
		m.forget(topic)
		return
	}
	m.bytes.Add(int64(size))
	if known && cap(v.message) < proxy.SharedFrom && len(raw) <= cap(v.message) && 2*len(raw) >= cap(v.message) {
		v.message = append(v.message[:0], raw...)
		return
	}
	m.values.Put(topic, &value{message: append(proxy.Raw(nil), raw...)})
	m.topics.Store(int64(m.values.Len()))
}

func (m *memory) forget(topic string) {
	if v, known := m.values.Get(topic); known {
		m.bytes.Add(-int64(len(topic) + len(v.message)))
		m.values.Delete(topic)
		m.topics.Store(int64(m.values.Len()))
	}
}
