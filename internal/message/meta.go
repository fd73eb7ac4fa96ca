package message

import (
	"bytes"
	"encoding/json"
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
func parseMeta(frame []byte) (Meta, bool) {
	trimmed := bytes.TrimLeft(frame, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' {
		return Meta{}, false
	}
	var meta Meta
	if err := json.Unmarshal(trimmed, &meta); err != nil || meta.ID == "" || meta.Hops < 0 {
		return Meta{}, false
	}
	return meta, true
}

func (m Meta) encode() []byte {
	b, err := json.Marshal(m)
	if err != nil { // a year outside 0..9999 is the only way
		m.At = time.Time{}
		b, _ = json.Marshal(m)
	}
	return b
}
