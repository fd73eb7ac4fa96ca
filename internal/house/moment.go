package house

import (
	"encoding/json"
	"fmt"
	"strings"

	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/topics"
)

// moment is something that a line of a test demands and that is over at once.
type moment interface {
	// read says in words what a message of the subject was, and whether it is the moment;
	// ok is false if it cannot be understood.
	read(m message.Message) (words string, met, ok bool)
	subject() subject
	// verb is what happens to it, "said"; String says which it is.
	verb() string
	String() string
}

var (
	_ moment = (*notice)(nil)
	_ moment = (*passage)(nil)
)

// notices is the subject of those given to the people at home.
var notices = subject{of: string(topics.KindNotice)}

// notice is that a text was said to the people at home.
type notice struct{ text string }

func (n *notice) subject() subject { return notices }

func (n *notice) verb() string { return "said" }

// String returns the text in quotes.
func (n *notice) String() string { return fmt.Sprintf("%q", n.text) }

func (n *notice) read(m message.Message) (words string, met, ok bool) {
	var said struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(m.Payload, &said) != nil {
		return "", false, false // no notice of ours
	}
	return fmt.Sprintf("%q", said.Text), said.Text == n.text, true
}

// passage is that a message passed.
type passage struct{ *scene.Heard }

func (p *passage) subject() subject { return subject{topic: p.Topic} }

func (p *passage) verb() string { return "heard" }

// String returns the topic and the payload, if one is wanted.
func (p *passage) String() string {
	if p.Payload == nil {
		return p.Topic
	}
	return strings.TrimSpace(p.Topic + " " + *p.Payload)
}

func (p *passage) read(m message.Message) (words string, met, ok bool) {
	return strings.TrimSpace(m.Topic + " " + string(m.Payload)), p.Payload == nil || *p.Payload == string(m.Payload), true
}
