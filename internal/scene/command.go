package scene

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// Message returns the command as it is published, without a meta: the payload is
// {"do":"start","browning":4}, parameters in the order of their names.
func (c *Command) Message() message.Message {
	var b bytes.Buffer
	b.WriteString(`{"do":`)
	b.Write(marshal(c.Do))
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		b.WriteByte(',')
		b.Write(marshal(name))
		b.WriteByte(':')
		b.Write(marshal(c.Params[name]))
	}
	b.WriteByte('}')
	return message.Message{Topic: topics.Of(topics.KindCommand, c.Device), Payload: b.Bytes()}
}

// marshal is for values that came from a checked file, which JSON can hold.
func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("scene: a checked value is no JSON: " + err.Error())
	}
	return b
}

// command sends a command, and waits for its ack if that is asked for.
func (e *Engine) command(s *strand, c *Command) {
	if c.Confirm <= 0 {
		e.send(s, c)
		return
	}
	sent := e.publishStep(s, c.Message(), c.String())
	s.Command, s.Tries = sent.ID, 1
	e.unconfirmed[sent.ID] = s
	s.Until = e.wall.Add(c.Confirm)
	e.sleep(s, confirming, e.elapsed+c.Confirm)
}

// send sends a command whose ack nobody waits for; a refusal is noted.
func (e *Engine) send(s *strand, c *Command) {
	did := c.String()
	sent := e.publishStep(s, c.Message(), did)
	e.sent.add(sent.ID, sentCommand{p: s.run.player, text: did})
}

// unanswered tries a command again, or gives up.
func (e *Engine) unanswered(s *strand) {
	r, c := s.run, s.step().Action.(*Command)
	if s.Tries > c.Retry {
		e.fail(s, fmt.Sprintf("no answer from %s within %s (%s)", c.Device, devices.DurationText(c.Confirm), count(s.Tries, "try", "tries")))
		return
	}
	s.Tries++
	m := e.stamp.StampID(e.now, c.Message(), &r.Announced, s.Command)
	e.out = append(e.out, m)
	e.tellStep(s.stepName(), *m.Meta)
	e.noteStep(s, fmt.Sprintf("%s, try %d", c, s.Tries))
	s.Until = e.wall.Add(c.Confirm)
	e.sleep(s, confirming, e.elapsed+c.Confirm)
}

// acked takes the answer to a command of ours; others are ignored.
func (e *Engine) acked(m message.Message) {
	var ack presence.Ack
	if err := decodeObject(m.Payload, &ack); err != nil {
		e.note(nil, m.ID(), m.Topic+" not understood: "+err.Error())
		return
	}
	if s := e.unconfirmed[ack.ID]; s != nil {
		c := s.step().Action.(*Command)
		if m.Topic != topics.Of(topics.KindAck, c.Device) {
			return
		}
		if !ack.OK {
			e.fail(s, c.Device+" refused "+c.Do+": "+refusal(ack))
			return
		}
		e.wake(s)
		e.proceed(s)
		return
	}
	if sent, ok := e.sent.get(ack.ID); ok && !ack.OK {
		e.note(sent.p, m.ID(), "warning: "+sent.text+" was refused: "+refusal(ack))
	}
}

// refusal returns why an appliance refuses, in its own words if it has any.
func refusal(ack presence.Ack) string { return cmp.Or(shorten(ack.Error), "no reason given") }
