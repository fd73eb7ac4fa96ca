package message

import "encoding/json"

// Message is one message of the bus. It is a value; Payload and More are not
// changed by anybody once the message is sent.
type Message struct {
	Topic   string
	Payload []byte
	// Meta is nil when the sender gave none.
	Meta *Meta
	// More holds the frames that follow, among them a third one that is no meta.
	More [][]byte
}

// New returns a message whose payload is v as JSON. It panics if v cannot be
// marshalled, which only a mistake in our own types brings about.
func New(topic string, v any) Message {
	payload, err := json.Marshal(v)
	if err != nil {
		panic("message: marshal payload of " + topic + ": " + err.Error())
	}
	return Message{Topic: topic, Payload: payload}
}

// FromFrames makes a message of the frames of a multipart message. The frames
// are kept, not copied.
func FromFrames(frames [][]byte) Message {
	var m Message
	if len(frames) > 0 {
		m.Topic = string(frames[0])
	}
	if len(frames) > 1 {
		m.Payload = frames[1]
	}
	if len(frames) > 2 {
		if meta, ok := parseMeta(frames[2]); ok {
			m.Meta = meta
			m.More = frames[3:]
		} else {
			m.More = frames[2:]
		}
	}
	return m
}

// Frames returns the message in its wire form: two frames, three with meta. Payload
// and More are not copied.
func (m Message) Frames() [][]byte {
	frames := make([][]byte, 0, 3+len(m.More))
	if m.Meta == nil {
		return append(append(frames, []byte(m.Topic), m.Payload), m.More...)
	}
	b := append(make([]byte, 0, len(m.Topic)+m.Meta.room()), m.Topic...)
	b = m.Meta.appendTo(b)
	end := len(m.Topic)
	return append(append(frames, b[:end:end], m.Payload, b[end:]), m.More...)
}

// ID returns the message's id, or "" if it has no meta.
func (m Message) ID() string {
	if m.Meta == nil {
		return ""
	}
	return m.Meta.ID
}

// Hops returns how many scene links led to this message; 0 without meta.
func (m Message) Hops() int {
	if m.Meta == nil {
		return 0
	}
	return m.Meta.Hops
}
