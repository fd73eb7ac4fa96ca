package home

import (
	"fmt"
	"slices"
	"strings"

	"homebus/internal/message"
	"homebus/internal/mirror/safetext"
	"homebus/internal/telling"
	"homebus/topics"
)

func (h *Home) applyEvent(at Moment, id string, m message.Message) {
	name, ok := EventName(m)
	if !ok {
		h.misread(at, id, m)
		return
	}
	h.Stream.link(at, m, nodeEvent, id, h.labelAfter(m, id)+" "+telling.Moment(name), TonePlain)
}

// EventName reads which moment an event tells of, clean; false if it does not.
func EventName(m message.Message) (string, bool) {
	var said struct {
		Event string `json:"event"`
	}
	if !decode(m.Payload, &said) || said.Event == "" {
		return "", false
	}
	return safetext.Clean(said.Event, 30), true
}

// applyCommand notes what was asked, by whomever.
func (h *Home) applyCommand(at Moment, t topics.Topic, m message.Message) {
	if h.Stream.nodes[m.ID()] != nil {
		return // repeated, or our own come back
	}
	do, params, ok := decodeCommand(m.Payload)
	more := paramWords(params)
	if !ok {
		return
	}
	if t.Area == topics.AreaScene {
		h.Stream.link(at, m, nodeCommand, t.ID(), do+" "+h.sceneTitle(t.Name), TonePlain)
		return
	}
	if m.Meta != nil && m.Meta.Cause == "" {
		more += ", asked by " + safetext.Clean(m.Meta.From, 30)
	}
	h.Stream.link(at, m, nodeCommand, t.ID(), h.labelAfter(m, t.ID())+" "+do, TonePlain).more = more
	if a, ok := h.appliances[t.ID()]; ok {
		h.requests.overheard(at, a, do, params, m)
	}
}

func (h *Home) sceneTitle(name string) string {
	if s, ok := h.scenes[name]; ok {
		return s.Called()
	}
	return name
}

// decodeCommand reads what to do, clean, and with which parameters, as they came.
func decodeCommand(payload []byte) (do string, params map[string]any, ok bool) {
	if !decode(payload, &params) {
		return "", nil, false
	}
	do, ok = params["do"].(string)
	if !ok || do == "" {
		return "", nil, false
	}
	delete(params, "do")
	return safetext.Clean(do, 20), params, true
}

// paramWords says parameters clean: " (browning 4, over 10s)".
func paramWords(params map[string]any) string {
	var words []string
	for k, v := range params {
		switch v := v.(type) {
		case string, float64, bool:
			words = append(words, fmt.Sprintf("%s %v", k, v))
		}
	}
	slices.Sort(words)
	text := safetext.Clean(strings.Join(words, ", "), maxText)
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// tellState puts a change of an appliance's word into the stream, unless it is
// what a command just asked for, or an event has just said, which stands there
// already.
func (h *Home) tellState(at Moment, a *Appliance, m message.Message) {
	text := h.labelAfter(m, a.ID) + " " + a.Word()
	c := h.Stream.causeOf(m)
	if c == nil && h.Stream.hasJustSaid(at, text) {
		h.Stream.know(at, m, nodeState, a.ID, text)
		return
	}
	if c != nil && c.kind == nodeCommand && c.target == a.ID && c.entry != nil && at.House.Sub(c.entry.last) <= together {
		h.Stream.know(at, m, nodeState, a.ID, text)
		return
	}
	tone := TonePlain
	switch a.Phase() {
	case PhaseReady:
		tone = ToneGood
	case PhaseAlarm:
		tone = ToneAlarm
	}
	h.Stream.link(at, m, nodeState, a.ID, text, tone)
}

type ack struct {
	ID    string `json:"id"`
	OK    *bool  `json:"ok"`
	Error string `json:"error"`
}

func (h *Home) applyAck(at Moment, id string, m message.Message) {
	var said ack
	if !decode(m.Payload, &said) || said.OK == nil {
		return
	}
	reason := safetext.Clean(said.Error, maxText)
	h.requests.answered(at, h, said.ID, *said.OK, reason)
	h.faults.answered(at, id, said.ID, *said.OK)
	if *said.OK {
		h.Stream.know(at, m, nodeOther, id, h.Label(id)+" agreed")
		return
	}
	h.Stream.link(at, m, nodeOther, id, h.Label(id)+" refused"+because(reason), ToneAlarm)
}

// labelAfter is Label in the stream: after something in the same room, the room
// is not named again.
func (h *Home) labelAfter(m message.Message, id string) string {
	area, name, _ := topics.SplitID(id)
	if c := h.Stream.causeOf(m); c != nil && c.target != id && strings.HasPrefix(c.target, area+"/") {
		return name
	}
	return h.Label(id)
}

// Refusal reads why a command was refused, clean; false if the message is no
// refusal.
func Refusal(m message.Message) (reason string, ok bool) {
	var said ack
	if !decode(m.Payload, &said) || said.OK == nil || *said.OK {
		return "", false
	}
	return safetext.Clean(said.Error, 200), true
}

func (h *Home) applyNotice(at Moment, m message.Message) {
	text, level, ok := Notice(m)
	if !ok {
		return
	}
	tone := ToneGood
	if level != "info" {
		tone = ToneAlarm
	}
	h.Stream.link(at, m, nodeOther, "", "“"+text+"”", tone)
}

// Notice reads a notice, clean; false if the message is none.
func Notice(m message.Message) (text, level string, ok bool) {
	var said struct {
		Text  string `json:"text"`
		Level string `json:"level"`
	}
	if !decode(m.Payload, &said) || said.Text == "" {
		return "", "", false
	}
	if said.Level == "" {
		said.Level = "info"
	}
	return safetext.Clean(said.Text, 200), safetext.Clean(said.Level, 20), true
}
