package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/topics"
)

// request is what send asks for: a command to an appliance or to a scene, or a
// fault for the simulator.
type request struct {
	id      string // "area/name" or "scene/NAME"
	action  string
	payload map[string]any
	// short: it is of "bus run" or "bus stop", which call a scene by its name alone.
	short bool
}

// actionFault is the word that makes of send a request to the simulator.
const actionFault = "fault"

// parseRequest reads the arguments of send.
func parseRequest(id, action string, pairs []string) (request, error) {
	if _, _, ok := topics.SplitID(id); !ok {
		return request{}, fmt.Errorf("%q is no id; want area/name of small letters, digits and hyphens, such as kitchen/toaster", id)
	}
	r := request{id: id, action: action, payload: make(map[string]any)}
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return request{}, fmt.Errorf("%q is no parameter; want key=value, such as browning=4", pair)
		}
		if _, twice := r.payload[key]; twice || key == "do" {
			return request{}, fmt.Errorf("%q is given twice", key)
		}
		r.payload[key] = parseValue(value)
	}
	if !r.isFault() {
		r.payload["do"] = action
		return r, nil
	}
	if _, kind := r.payload["kind"]; !kind && r.payload["clear"] != true {
		return request{}, fmt.Errorf("which fault? want kind=NAME, or clear=true")
	}
	return r, nil
}

// parseValue makes of a parameter's text true or false, a number as JSON writes
// them, or else the text itself.
func parseValue(s string) any {
	switch s {
	case "true":
		return true
	case "false":
		return false
	}
	var n json.Number
	if json.Unmarshal([]byte(s), &n) == nil && n == json.Number(s) {
		return n
	}
	return s
}

func (r request) isFault() bool { return r.action == actionFault }

func (r request) isScene() bool { return strings.HasPrefix(r.id, scenePrefix) }

// scenePrefix begins the ids of scenes.
const scenePrefix = topics.AreaScene + "/"

// client is in whose name the request is sent.
func (r request) client() string {
	if r.short {
		return "bus " + r.action
	}
	return "bus send"
}

// shown returns an id as whoever asks writes it.
func (r request) shown(id string) string {
	if r.short {
		return strings.TrimPrefix(id, scenePrefix)
	}
	return id
}

// topic is where the request is heard.
func (r request) topic() string {
	if r.isFault() {
		return topics.Of(topics.KindFault, r.id)
	}
	return topics.Of(topics.KindCommand, r.id)
}

func (r request) ackTopic() string { return topics.Of(topics.KindAck, r.id) }

// presence is the prefix of the last values that say who is there.
func (r request) presence() string {
	if r.isScene() {
		return topics.KindScene.Prefix()
	}
	return topics.KindOnline.Prefix()
}

// presence is what the bus says of an appliance or a scene that it knows.
type presence struct {
	gone string // why it is offline; "" if it is not
}

// presenceIn reads a last value that says who is there.
func presenceIn(m message.Message) (id string, p presence, ok bool) {
	t, ok := topics.Parse(m.Topic)
	switch {
	case ok && t.Kind == topics.KindScene:
		return topics.AreaScene + "/" + t.Name, presence{}, true
	case !ok || t.Kind != topics.KindOnline:
		return "", presence{}, false
	}
	var said struct {
		Online bool   `json:"online"`
		Reason string `json:"reason"`
	}
	if json.Unmarshal(m.Payload, &said) != nil {
		return "", presence{}, false
	}
	if !said.Online && said.Reason == "" {
		said.Reason = "no reason given"
	}
	if said.Online {
		said.Reason = ""
	}
	return t.ID(), presence{gone: said.Reason}, true
}

// ack is an answer, as ack/area/name carries it.
type ack struct {
	ID    string `json:"id"`
	OK    bool   `json:"ok"`
	Error string `json:"error"`
}

func parseAck(payload []byte) (ack, bool) {
	var a ack
	err := json.Unmarshal(payload, &a)
	return a, err == nil && a.ID != ""
}

// mostKnown bounds how many names an error lists.
const mostKnown = 12

// knownWords says whom somebody probably meant who has mistyped a name, and lists who is
// there.
func (r request) knownWords(present map[string]presence) string {
	ids := slices.Sorted(maps.Keys(present))
	if len(ids) == 0 {
		return ""
	}
	for i := range ids {
		ids[i] = r.shown(ids[i])
	}
	hint := ""
	if near, ok := devices.Nearest(r.shown(r.id), ids); ok {
		hint = fmt.Sprintf("did you mean %q? ", near)
	}
	words := strings.Join(ids[:min(len(ids), mostKnown)], ", ")
	if more := len(ids) - mostKnown; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return " (" + hint + "it knows " + words + ")"
}
