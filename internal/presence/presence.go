package presence

import (
	"encoding/json"
	"strings"
)

// Said is the payload of topics.Online.
type Said struct {
	Online bool `json:"online"`
	// Reason is why it is not online; "" if nobody said.
	Reason string `json:"reason,omitempty"`
}

// Here is what a connection says first.
var Here = Said{Online: true}

// Lost is the last will: what the hub says for an appliance whose connection ended
// without a goodbye.
var Lost = Said{Reason: "connection lost"}

// Word is what a message on an online topic says.
type Word int

// What can be said.
const (
	Nothing   Word = iota // what cannot be understood
	Online                // the appliance is there
	Offline               // it is not
	Forgotten             // the topic is to be forgotten
)

// maxPayload is the longest payload of an online topic that is read, in bytes: the
// whole bus waits meanwhile.
const maxPayload = 4 << 10

// here is how Here is written.
const here = `{"online":true}`

// Read reads the payload of an online topic. reason is why the appliance is
// offline, if it is, and somebody said why.
func Read(payload []byte) (word Word, reason string) {
	switch {
	case string(payload) == here: // as most do
		return Online, ""
	case len(payload) == 0:
		return Forgotten, ""
	case len(payload) > maxPayload:
		return Nothing, ""
	}
	var said struct {
		Online *bool `json:"online"`
		Reason any   `json:"reason"`
	}
	if err := json.Unmarshal(payload, &said); err != nil || said.Online == nil {
		return Nothing, ""
	}
	if *said.Online {
		return Online, ""
	}
	reason, _ = said.Reason.(string) // any other tells nobody anything
	return Offline, reason
}

// Ack is the payload of topics.Ack.
type Ack struct {
	// ID is the command's; "" if it had none.
	ID    string `json:"id,omitempty"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

// Answer returns the ack of a message by its id, "" for none: done, or, if err is
// not nil, refused for that reason.
func Answer(id string, err error) Ack {
	if err != nil {
		return Ack{ID: id, Error: err.Error()}
	}
	return Ack{ID: id, OK: true}
}

// Refusal answers a command to an appliance that is offline for a reason, "" if
// none is known.
func Refusal(device, reason, id string) Ack {
	why := device + " is offline"
	if reason != "" {
		why += " (" + shorten(reason) + ")"
	}
	return Ack{ID: id, Error: why}
}

// maxReason is how much of a reason is passed on, in bytes.
const maxReason = 200

// shorten cuts a foreign text to what fits into an answer.
func shorten(s string) string {
	if len(s) <= maxReason {
		return s
	}
	return strings.ToValidUTF8(s[:maxReason], "") + "…"
}
