package house

import (
	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// absent is why appliances are offline, by their ids: those of which that was said
// last.
type absent map[string]string

// hear takes a message of the bus.
func (a absent) hear(t topics.Topic, payload []byte) {
	if t.Kind != topics.KindOnline || payload == nil {
		return
	}
	if word, reason := presence.Read(payload); word == presence.Offline {
		a[t.ID()] = reason
	} else {
		delete(a, t.ID())
	}
}

// refuse answers a command to an appliance that is offline, as the hub does. One of
// the house that is there whatever others say has heard it, and answers itself.
func (h *House) refuse(t topics.Topic, m message.Message) {
	reason, away := h.absent[t.ID()]
	if t.Kind != topics.KindCommand || !away || h.living[t.ID()] && !h.fleet.Offline(t.ID()) {
		return
	}
	cause := m.Meta
	if len(m.ID()) > message.MaxID {
		cause = nil
	}
	id := message.Message{Meta: cause}.ID()
	refusal := message.New(topics.Of(topics.KindAck, t.ID()), presence.Refusal(t.ID(), reason, id))
	h.send(h.hub.Stamp(h.now, refusal, cause))
}
