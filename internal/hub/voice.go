package hub

import (
	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/internal/proxy"
)

// clientName is whom the hub's messages and those of its scenes come from.
const clientName = "bus"

// say publishes v as JSON in the hub's name.
func (h *Hub) say(topic string, v any) {
	h.publish(h.stamped(message.New(topic, v), nil))
}

// stamped gives m a meta of the hub's own; cause is that of the message that led to
// it, nil for none.
func (h *Hub) stamped(m message.Message, cause *message.Meta) message.Message {
	now := h.now()
	m.Meta = &message.Meta{ID: h.ids.NewID(now), At: now, From: clientName, Seq: h.seq.Add(1)}
	if cause != nil {
		m.Meta.Cause, m.Meta.Hops = cause.ID, cause.Hops
	}
	return m
}

// publish sends a complete message.
func (h *Hub) publish(m message.Message) {
	if err := h.own.Publish(m.Frames()); err != nil {
		h.log.Error("the hub's own message is not sent", "topic", m.Topic, "reason", err)
	}
}

// will returns what is published when the holder of the will of topic is lost.
func (h *Hub) will(topic string) proxy.Raw {
	return proxy.NewRaw(h.stamped(message.New(topic, presence.Lost), nil).Frames())
}
