package scene

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"homebus/internal/message"
	"homebus/topics"
)

// View is the home as its messages tell it: the last report of every device and
// scene, and who can be reached. A device that was lost is back once it has said
// again both that it is online and what its state is; until then it is offline.
//
// The zero View knows nothing and is ready. One owner; not safe for concurrent
// use.
type View struct {
	things map[string]*thing
}

// thing is a device ("area/name") or a scene ("scene/name").
type thing struct {
	facts
	// returned: online was said after a loss, and the report is still to come.
	returned bool
	// fresh: a report came after the loss, and online is still to be said.
	fresh bool
}

// facts are what is known of a thing at one moment; a value.
type facts struct {
	// report is the last whole state; nil if none is known.
	report *report
	// heard: a report or a word on being online has come.
	heard bool
	// away: it cannot be reached.
	away bool
}

// value returns an attribute as conditions see it.
func (f facts) value(attr string) (any, bool) {
	if attr == "" {
		attr = attrState
	}
	if f.away && attr == attrState {
		return offline, true
	}
	return f.report.value(attr)
}

// report is a whole state. Most are never asked for a value, and so it is taken
// apart when that first happens.
type report struct {
	raw    []byte // a JSON object, until values is made of it
	values map[string]any
}

func (r *report) value(attr string) (any, bool) {
	if r == nil {
		return nil, false
	}
	v, ok := r.all()[attr]
	return v, ok
}

// all returns the values by their attributes; the caller only reads them.
func (r *report) all() map[string]any {
	if r.values == nil {
		r.values = make(map[string]any)
		// It is valid JSON; what still can fail is a number beyond float64, which
		// is then unknown.
		_ = json.Unmarshal(r.raw, &r.values)
		r.raw = nil
	}
	return r.values
}

// Handle takes a message on a state, online or scene topic; every other message
// is ignored. The error says why a payload cannot be understood; nothing has
// changed then.
func (v *View) Handle(m message.Message) error {
	t, ok := topics.Parse(m.Topic)
	if !ok {
		return nil
	}
	var err error
	switch t.Kind {
	case topics.KindState:
		err = v.thing(t.ID()).takeReport(m.Payload)
	case topics.KindOnline:
		err = v.thing(t.ID()).takeOnline(m.Payload)
	case topics.KindScene:
		err = v.thing(m.Topic).takeReport(m.Payload)
	}
	return err
}

// Value returns an attribute of a device or of "scene/NAME"; "" is "state". The
// state of an offline device is "offline". It reports false for what is unknown.
func (v *View) Value(device, attr string) (any, bool) {
	if t := v.things[device]; t != nil {
		return t.value(attr)
	}
	return nil, false
}

// Holds reports whether the condition is true now; its For is not looked at.
func (v *View) Holds(c *StateCondition) bool {
	found, known := v.Value(c.Device, c.Attr)
	return c.Test.holds(found, known)
}

// thing returns the device or scene with the id, which need not be known yet.
func (v *View) thing(id string) *thing {
	t := v.things[id]
	if t == nil {
		if v.things == nil {
			v.things = make(map[string]*thing)
		}
		t = new(thing)
		v.things[id] = t
	}
	return t
}

// takeReport takes the payload of a state topic. An empty one deletes the value.
func (t *thing) takeReport(payload []byte) error {
	if len(payload) == 0 {
		t.report, t.fresh = nil, false
		return nil
	}
	if err := checkObject(payload); err != nil {
		return err
	}
	if !json.Valid(payload) {
		return errNoObject
	}
	t.setReport(&report{raw: bytes.Clone(payload)}) // payload may be part of a large buffer
	return nil
}

func (t *thing) setReport(r *report) {
	t.report, t.heard = r, true
	switch {
	case t.returned:
		t.away, t.returned = false, false
	case t.away:
		t.fresh = true
	}
}

// takeOnline takes the payload of an online topic. An empty one deletes the
// value: whether the device can be reached is then as unknown as at first.
func (t *thing) takeOnline(payload []byte) error {
	if len(payload) == 0 {
		t.away, t.returned, t.fresh = false, false, false
		return nil
	}
	var said struct {
		Online *bool `json:"online"`
	}
	if err := decodeObject(payload, &said); err != nil {
		return err
	}
	if said.Online == nil {
		return fmt.Errorf(`no key "online" that is true or false`)
	}
	t.heard = true
	switch {
	case !*said.Online:
		t.away, t.returned, t.fresh = true, false, false
	case t.away && (t.fresh || t.report == nil):
		t.away, t.fresh = false, false
	case t.away:
		t.returned = true
	}
	return nil
}

// errNoObject says why a payload cannot be understood.
var errNoObject = errors.New("the payload is no JSON object")

// maxPayload is how many bytes a payload may have that is looked into.
const maxPayload = 64 << 10

// decodeObject reads a payload that must be one JSON object.
func decodeObject(payload []byte, into any) error {
	if err := checkObject(payload); err != nil {
		return err
	}
	if err := json.Unmarshal(payload, into); err != nil {
		return fmt.Errorf("the payload is no JSON as it is wanted: %w", err)
	}
	return nil
}

// checkObject says why a payload is no JSON object, if it is JSON at all.
func checkObject(payload []byte) error {
	if len(payload) > maxPayload {
		return fmt.Errorf("the payload is %d bytes long; want at most %d", len(payload), maxPayload)
	}
	if trimmed := bytes.TrimLeft(payload, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return errNoObject
	}
	return nil
}
