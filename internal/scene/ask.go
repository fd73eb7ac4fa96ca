package scene

import (
	"fmt"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// sceneCommand takes a request to run or stop a scene and answers it.
func (e *Engine) sceneCommand(m message.Message) {
	t, ok := topics.Parse(m.Topic)
	if !ok {
		e.note(nil, m.ID(), shorten(m.Topic)+" names no scene")
		return
	}
	p := e.byName[t.Name]
	var err error
	switch {
	case p == nil:
		err = fmt.Errorf("there is no scene %q", shorten(t.Name))
	default:
		err = e.obeyOnce(p, m)
	}
	if err != nil {
		e.note(p, m.ID(), "request refused: "+err.Error())
	}
	e.publish(message.New(topics.Of(topics.KindAck, t.ID()), presence.Answer(m.ID(), err)), m.Meta)
}

// obeyOnce does what a request says, but at most once for an id: a repeat gives
// the answer of the first time.
func (e *Engine) obeyOnce(p *player, m message.Message) error {
	id := m.ID()
	if len(id) > message.MaxID {
		return fmt.Errorf("the message's id is %d bytes long; want at most %d", len(id), message.MaxID)
	}
	if err, done := p.done.get(id); done {
		return err
	}
	err := e.obey(p, m)
	if id != "" {
		p.done.add(id, err)
	}
	return err
}

func (e *Engine) obey(p *player, m message.Message) error {
	var request struct {
		Do string `json:"do"`
	}
	if err := decodeObject(m.Payload, &request); err != nil {
		return err
	}
	switch request.Do {
	case "run":
		return e.start(p, start{reason: asker(m), cause: metaOf(m.Meta)})
	case "stop":
		e.stop(p, asker(m), metaOf(m.Meta))
		return nil
	}
	return fmt.Errorf(`"do" is %q; want "run" or "stop"`, shorten(request.Do))
}

// asker says who made a request.
func asker(m message.Message) string {
	if m.Meta == nil || m.Meta.From == "" {
		return "by hand"
	}
	return "by " + shorten(m.Meta.From)
}
