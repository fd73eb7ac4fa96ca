package message

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// MaxID is the most bytes of an id that our own programs keep. A request with a
// longer one is refused, for it could not be done at most once; whatever else
// such a message leads to names no cause.
const MaxID = 256

// Meta says where a message comes from.
type Meta struct {
	// ID names the message; a UUID, version 7 from our own programs.
	ID string `json:"id"`
	// At is when it was sent, by the sender's clock.
	At time.Time `json:"at"`
	// From is the client that sent it.
	From string `json:"from"`
	// Seq counts the client's messages, from 1.
	Seq uint64 `json:"seq"`
	// Cause is the id of the message that led to this one, "" for none.
	Cause string `json:"cause,omitempty"`
	// Hops counts the scene links that led here; see DESIGN "Loops".
	Hops int `json:"hops"`
}

// parseMeta reads a meta frame. A JSON object with a non-empty string id is a
// meta; a field of the wrong type makes it none.
func parseMeta(frame []byte) (*Meta, bool) {
	if meta, ok := scanMeta(frame); ok {
		return meta, true
	}
	trimmed := bytes.TrimLeft(frame, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, false
	}
	var meta Meta
	if err := json.Unmarshal(trimmed, &meta); err != nil || meta.ID == "" || meta.Hops < 0 {
		return nil, false
	}
	return &meta, true
}

// metaRoom is as much as a meta takes in JSON beside its strings: keys, two numbers, a
// time with its zone.
const metaRoom = 128

// room is how many bytes m takes in JSON, if its strings need no escapes.
func (m *Meta) room() int { return metaRoom + len(m.ID) + len(m.From) + len(m.Cause) }

// appendTo appends m in JSON, as json.Marshal has it.
func (m *Meta) appendTo(b []byte) []byte {
	b = appendString(append(b, `{"id":`...), m.ID)
	b = appendTime(append(b, `,"at":"`...), m.At)
	b = appendString(append(b, `","from":`...), m.From)
	b = strconv.AppendUint(append(b, `,"seq":`...), m.Seq, 10)
	if m.Cause != "" {
		b = appendString(append(b, `,"cause":`...), m.Cause)
	}
	b = strconv.AppendInt(append(b, `,"hops":`...), int64(m.Hops), 10)
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	if plain(s) == len(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	escaped, _ := json.Marshal(s) // no string fails
	return append(b, escaped...)
}

func appendTime(b []byte, t time.Time) []byte {
	with, err := t.AppendText(b)
	if err != nil { // a year outside 0..9999 or a zone of more than a day
		with, _ = time.Time{}.AppendText(b)
	}
	return with
}
