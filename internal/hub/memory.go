package hub

import (
	"sync/atomic"

	"homebus/internal/chronicle"
	"homebus/internal/lastvalue"
	"homebus/internal/proxy"
	"homebus/topics"
)

// memory is what the hub remembers: last values, wills, who is offline, and what may
// have led to what. The forwarder calls it under its lock, which guards everything but
// the counters.
//
// A publisher at full speed, and everybody who waits for it, pays for each step that a
// message takes here. So what is known of a retained topic lies in its slot, which is also
// who watches it, and what is not retained has a watcher in common.
type memory struct {
	maxTopics, maxBytes int
	// will makes the message that speaks the will of a topic.
	will func(topic string) proxy.Raw
	// values has the slots of the topics that have a last value, and bytes is how much
	// these take, with their topics.
	values lastvalue.Store[*slot]
	bytes  int
	wills  lastvalue.Wills[proxy.PeerID]
	// away has why an appliance is offline, by its id: those of which that is the last
	// value.
	away map[string]string
	// unheard is told of a command to one of those.
	unheard func(from proxy.PeerID, device, reason string, command proxy.Raw)
	// chronicle remembers what may turn out to be a cause, and clock is the house's
	// time in ns since 1970, as of the last second.
	chronicle *chronicle.Chronicle
	clock     atomic.Int64
	// acts, reports and commands watch all topics that are not retained.
	acts, reports passing
	commands      commands

	// For the statistics: how many messages were not kept for want of room, how many
	// on online topics were not understood, and how many would have been a will more
	// than there is room for.
	refused, misread, unwilled atomic.Int64
}

var _ proxy.Tap = (*memory)(nil)

func newMemory(l Limits, will func(string) proxy.Raw) *memory {
	m := &memory{maxTopics: l.RetainedTopics, maxBytes: l.RetainedBytes, will: will, away: make(map[string]string), chronicle: chronicle.New(chronicle.DefaultBounds)}
	if m.maxTopics <= 0 {
		m.maxTopics = DefaultRetainedTopics
	}
	if m.maxBytes <= 0 {
		m.maxBytes = DefaultRetainedBytes
	}
	m.acts, m.reports, m.commands = passing{m, chronicle.Acts}, passing{m, chronicle.Reports}, commands{m}
	return m
}

// Watch remembers retained topics, minds the wills of online/x/y, looks whether there is
// anybody for command/x/y, and has what may be a cause remembered. The forwarder may ask
// at each message, if there are more topics than it remembers: it is answered without an
// allocation unless the topic is a retained one that has no value yet, or one of ours with
// more than 32 bytes.
func (m *memory) Watch(topic []byte) proxy.Watcher {
	switch kind := topics.KindOf(topic); {
	case kind == "":
		return nil
	case !topics.Retained(topic):
		return m.watchPassing(kind, topic)
	}
	if s, known := m.values.Find(topic); known {
		return s.watcher
	}
	return newSlot(m, string(topic))
}

// watchPassing returns who sees the messages on a topic that is not retained; nil for
// nobody.
func (m *memory) watchPassing(kind topics.Kind, topic []byte) proxy.Watcher {
	t, ok := topics.Parse(string(topic))
	if !ok {
		return nil
	}
	switch kind {
	case topics.KindCommand:
		if t.Area != topics.AreaScene {
			return &m.commands
		}
		return &m.acts
	case topics.KindEvent, topics.KindNotice, topics.KindFault:
		return &m.acts
	case topics.KindAck:
		return &m.reports
	}
	return nil
}

// Subscribed gives the last values that match.
func (m *memory) Subscribed(prefix []byte, give func(proxy.Raw)) {
	m.values.Match(string(prefix), func(_ string, s *slot) { give(s.message) })
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
