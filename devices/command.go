package devices

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// Bounds of what an appliance takes and keeps.
const (
	// maxCommand is the longest payload in bytes that is looked at.
	maxCommand = 64 << 10
	// maxLate bounds the commands that wait in a slow appliance.
	maxLate = 64
	// rememberIDs is how many ids of commands an appliance remembers.
	rememberIDs = 256
	// rememberRefusals is of how many refusals it remembers the reason.
	rememberRefusals = 16
)

// command is a decoded, checked command.
type command struct {
	do   string
	args values
}

// lateCommand waits in a slow appliance.
type lateCommand struct {
	at time.Time
	command
	meta *message.Meta
}

// command takes a message on the command topic.
func (a *appliance) command(now time.Time, m message.Message) {
	if !a.hears() {
		return
	}
	if became, why, known := a.answered.find(m.ID()); known {
		if became != waits {
			a.send(now, a.ackMessage(m.ID(), why), m.Meta)
		}
		return
	}
	c, err := decodeCommand(a.typ, m)
	if err == nil && a.failing(faultSlow) {
		if len(a.late) < maxLate {
			a.answered.expect(m.ID())
			a.late = append(a.late, lateCommand{now.Add(slowBy), c, causeOf(m.Meta)})
			return
		}
		err = fmt.Errorf("too busy: %d commands wait already", maxLate)
	}
	if err != nil {
		a.acknowledge(now, m.Meta, err)
		return
	}
	a.obey(now, c, causeOf(m.Meta))
}

// causeOf returns what is kept of the meta of a cause: a stranger's meta can be of
// any size.
func causeOf(m *message.Meta) *message.Meta {
	if m == nil {
		return nil
	}
	return &message.Meta{ID: m.ID, Hops: m.Hops}
}

// catchUp does the commands that wait, one after the other, as long as ready holds.
func (a *appliance) catchUp(now time.Time, ready func(lateCommand) bool) {
	for len(a.late) > 0 && ready(a.late[0]) {
		c := a.late[0]
		a.late = a.late[1:]
		a.obey(now, c.command, c.meta)
	}
}

// obey does a command and acks it.
func (a *appliance) obey(now time.Time, c command, meta *message.Meta) {
	a.act(now, c.do, c.args, meta, func(err error) { a.acknowledge(now, meta, err) })
}

func (a *appliance) acknowledge(now time.Time, meta *message.Meta, err error) {
	id := message.Message{Meta: meta}.ID()
	a.answered.keep(id, err)
	a.send(now, a.ackMessage(id, err), meta)
}

func (a *appliance) ackMessage(id string, err error) message.Message {
	return message.New(topics.Of(topics.KindAck, a.id), presence.Answer(id, err))
}

// decodeCommand makes a checked command of a foreign message. The error is a
// reason that a person understands.
func decodeCommand(t *Type, m message.Message) (command, error) {
	if len(t.Actions) == 0 {
		return command{}, fmt.Errorf("a %s takes no commands", t.Name)
	}
	object, err := decodeObject(m, `{"do":"`+t.Actions[0].Name+`"}`)
	if err != nil {
		return command{}, err
	}
	names := t.actionNames()
	do, ok := object["do"].(string)
	if x, given := object["do"]; !given {
		return command{}, fmt.Errorf(`"do" is missing; want one of %s`, joinWords(names))
	} else if !ok {
		return command{}, fmt.Errorf(`"do" is %s; want one of %s`, show(x), joinWords(names))
	}
	delete(object, "do")
	return t.checkCommand(do, object)
}

// checkCommand makes a checked command of an action's name and its parameters.
func (t *Type) checkCommand(do string, params map[string]any) (command, error) {
	action, ok := t.Action(do)
	if !ok && len(t.Actions) == 0 {
		return command{}, fmt.Errorf("a %s takes no commands", t.Name)
	}
	if !ok {
		names := t.actionNames()
		return command{}, fmt.Errorf("a %s cannot %q%s; it knows %s", t.Name, shorten(do), didYouMean(do, names), joinWords(names))
	}
	args, err := checkAll("parameter of "+do, action.Params, params)
	return command{do, args}, oneLine(err)
}

// decodeObject reads the JSON object of a command or fault.
func decodeObject(m message.Message, example string) (map[string]any, error) {
	switch {
	case len(m.ID()) > message.MaxID:
		return nil, fmt.Errorf("the message's id is %d bytes long; want at most %d", len(m.ID()), message.MaxID)
	case len(m.Payload) > maxCommand:
		return nil, fmt.Errorf("the payload is %d bytes long; want at most %d", len(m.Payload), maxCommand)
	case len(m.Payload) == 0:
		return nil, fmt.Errorf("the payload is empty; want a JSON object such as %s", example)
	}
	var x any
	var beyond *json.UnmarshalTypeError // it is JSON, but a number in it is no float64
	if err := json.Unmarshal(m.Payload, &x); errors.As(err, &beyond) {
		return nil, fmt.Errorf("%s is too large a number", shorten(strings.TrimPrefix(beyond.Value, "number ")))
	} else if err != nil {
		return nil, fmt.Errorf("the payload is no JSON (%w); want an object such as %s", err, example)
	}
	object, ok := x.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the payload is %s; want a JSON object such as %s", show(x), example)
	}
	return object, nil
}

// oneLine tells joined mistakes in one line, as an ack has it.
func oneLine(err error) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	text := ""
	for i, e := range joined.Unwrap() {
		if i == maxMistakes {
			text += "; and more"
			break
		}
		if i > 0 {
			text += "; "
		}
		text += e.Error()
	}
	return errors.New(text)
}

// maxMistakes bounds how many mistakes one ack tells.
const maxMistakes = 5
