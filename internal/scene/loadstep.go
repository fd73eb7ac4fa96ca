package scene

import (
	"encoding/json"
	"fmt"
	"slices"

	"homebus/topics"
)

// mostRetries bounds "retry".
const mostRetries = 100

// The levels of a notice.
const (
	levelInfo    = "info"
	levelWarning = "warning"
	levelAlarm   = "alarm"
)

var levels = []string{levelInfo, levelWarning, levelAlarm}

// step reads one entry of "do".
func (f *fields) step() Step {
	return Step{Pos: f.pos, If: f.inner("if"), Action: pick(f, "step", []form[Action]{
		{key: "device", read: (*fields).command},
		{key: "wait", read: (*fields).wait},
		{key: "until", read: (*fields).until},
		{key: "say", read: (*fields).say},
		{key: "run", read: (*fields).run},
		{key: "stop", read: (*fields).stop},
		{key: "publish", read: (*fields).publishStep},
		{key: "snapshot", read: (*fields).snapshot},
		{key: "restore", read: (*fields).restore},
		{key: "repeat", read: (*fields).repeat},
		{key: "choose", read: (*fields).choose},
		{key: "together", read: (*fields).together},
	})}
}

// inner reads the condition in the key, nil if there is none.
func (f *fields) inner(key string) Condition {
	n := f.get(key)
	if n == nil {
		return nil
	}
	if n.Table == nil {
		f.wrong(key, aCondition)
		return nil
	}
	where := f.where
	if key != "until" {
		where = fmt.Sprintf("%s, %s", where, key)
	}
	return (&fields{loader: f.loader, table: n.Table, where: where, pos: n.Pos}).moment()
}

func (f *fields) command() Action {
	s := f.subject("device")
	if s.typ == sceneType {
		f.failAt("device", `%s is a scene; write { run = … } or { stop = … }`, s.id)
		return nil
	}
	c := &Command{Device: s.id}
	c.Do, c.Params = f.order(s, "device", "do", "if", "confirm", "retry")
	c.Confirm, _ = f.duration("confirm", false)
	c.Retry = int(f.whole("retry", 0, mostRetries))
	if f.has("retry") && f.missing("confirm") {
		f.failKey("retry", `"retry" needs "confirm": without it nobody waits for an answer`)
	}
	return c
}

func (f *fields) wait() Action {
	f.only("wait", "if")
	d, _ := f.duration("wait", true)
	return &Wait{For: d}
}

func (f *fields) until() Action {
	f.only("until", "timeout", "on_timeout", "if")
	switch {
	case f.missing("timeout"):
		f.failKey("until", `an "until" needs a timeout, such as timeout = "10m", on_timeout = "continue"`)
	case f.has("timeout") && f.missing("on_timeout"):
		f.failKey("timeout", `a "timeout" needs on_timeout: "continue" or the name of a scene`)
	}
	u := &Until{Condition: f.inner("until"), OnTimeout: f.sceneName("on_timeout", OnTimeoutContinue)}
	u.Timeout, _ = f.duration("timeout", false)
	return u
}

func (f *fields) say() Action {
	f.only("say", "level", "if")
	s := &Say{Level: levelInfo}
	if level, ok := f.word("level", levels...); ok {
		s.Level = level
	}
	text, ok := f.text("say", "Coffee is ready")
	if !ok {
		return s
	}
	f.bounded("say", text)
	var err error
	if s.Text, err = parseText(text); err != nil {
		f.failAt("say", "%v", err)
	}
	f.textParts("say", s.Text)
	return s
}

// textParts checks that the values in a text, which stands in key, are some that there
// are.
func (f *fields) textParts(key string, t Text) {
	for _, p := range t {
		if p.Device == "" {
			continue
		}
		s, problem := f.lookUp(p.Device)
		if problem == "" {
			_, problem = f.attributeOf(s, p.Attr)
		}
		if problem != "" {
			f.failAt(key, "%s", problem)
		}
	}
}

func (f *fields) run() Action {
	f.only("run", "if")
	return &Run{Scene: f.sceneName("run")}
}

func (f *fields) stop() Action {
	f.only("stop", "if")
	return &Stop{Scene: f.sceneName("stop")}
}

// publishStep reads a message of any kind but those for which there is a step.
func (f *fields) publishStep() Action {
	f.only("publish", "payload", "if")
	p := &Publish{Payload: f.payload("payload")}
	f.bounded("payload", p.Payload)
	var err error
	if p.Text, err = parsePayload(p.Payload); err != nil {
		f.failAt("payload", "%v", err)
	} else if p.Text != nil {
		_, plain := f.get("payload").Scalar.(string)
		p.InJSON = !plain
	}
	f.textParts("payload", p.Text)
	var ok bool
	if p.Topic, ok = f.text("publish", "light"); !ok {
		return p
	}
	f.bounded("publish", p.Topic)
	t, ours := topics.Parse(p.Topic)
	switch {
	case !ours:
	case t.Kind == topics.KindCommand && t.Area == topics.AreaScene:
		f.failAt("publish", "write { run = %q } or { stop = %q }", t.Name, t.Name)
	case t.Kind == topics.KindCommand:
		f.failAt("publish", "a command is checked when it is written { device = %q, do = … }", t.ID())
	case t.Kind == topics.KindScene, t.Kind == topics.KindBus:
		f.failAt("publish", "%s is what the bus says itself", p.Topic)
	}
	return p
}

// bounded reports a text that steps would publish and that is longer than scenes listen to.
// A scene may take 1000 steps at an instant, and the bus is to hold what they publish.
func (f *fields) bounded(key, text string) {
	if len(text) > maxPayload {
		f.failAt(key, "%s has %d bytes; want at most %d", key, len(text), maxPayload)
	}
}

// payload reads any value: a text stands as it is, everything else becomes JSON.
func (f *fields) payload(key string) string {
	n := f.get(key)
	if n == nil {
		return ""
	}
	if text, ok := n.Scalar.(string); ok {
		return text
	}
	data, err := json.Marshal(n.JSON())
	if err != nil { // inf and nan
		f.failAt(key, "the payload cannot be written as JSON")
	}
	return string(data)
}

func (f *fields) snapshot() Action {
	f.only("snapshot", "if")
	a := &Snapshot{}
	list := f.list("snapshot", `a list of devices such as ["living/light"]`)
	if n := f.get("snapshot"); n.IsList && len(list) == 0 {
		f.wrong("snapshot", "one or more devices")
	}
	for _, n := range list {
		id, ok := n.Scalar.(string)
		if !ok {
			f.fail(n.Pos, f.where, `snapshot has %s; want devices such as "living/light"`, n.String())
			continue
		}
		if problem := f.keepable(id); problem != "" {
			f.fail(n.Pos, f.where, "%s", problem)
		}
		if !slices.Contains(a.Devices, id) {
			a.Devices = append(a.Devices, id)
		}
	}
	return a
}

// keepable says why a snapshot cannot keep a device; "" if it can.
func (f *fields) keepable(id string) string {
	s, problem := f.lookUp(id)
	switch {
	case problem != "" || s.typ == nil:
		return problem
	case s.typ == sceneType:
		return id + " is a scene; a snapshot is of devices"
	case !s.typ.Restorable():
		return fmt.Sprintf("%s is %s, of which nothing can be set back", id, s.a())
	}
	return ""
}

func (f *fields) restore() Action {
	f.only("restore", "if")
	if f.get("restore").Scalar != true {
		f.wrong("restore", "true: it brings back all that the snapshots of the run have kept")
	}
	return &Restore{}
}
