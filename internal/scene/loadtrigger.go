package scene

import (
	"time"

	"homebus/devices"
	"homebus/internal/sun"
	"homebus/topics"
)

// trigger reads one entry of "when".
func (f *fields) trigger() Trigger {
	return pick(f, "trigger", []form[Trigger]{
		{key: "event", read: (*fields).eventTrigger},
		{key: "device", read: (*fields).stateTrigger},
		{key: "scene", read: (*fields).sceneTrigger},
		{key: "time", read: (*fields).timeTrigger},
		{key: "sun", read: (*fields).sunTrigger},
		{key: "every", read: (*fields).everyTrigger},
		{key: "start", read: (*fields).startTrigger},
		{key: "notice", read: (*fields).noticeTrigger},
		{key: "topic", read: (*fields).topicTrigger},
	})
}

func (f *fields) eventTrigger() Trigger {
	f.only("event", "is")
	s := f.device("event")
	t := &EventTrigger{Device: s.id, Pos: f.pos}
	if s.typ != nil && len(s.typ.Events) == 0 {
		f.failAt("event", "%s is %s, which has no events", s.id, s.a())
		return t
	}
	var ok bool
	if t.Event, ok = f.text("is", "press"); !ok || s.typ == nil {
		return t
	}
	if _, ok := s.typ.Event(t.Event); !ok {
		all := names(s.typ.Events, func(e devices.Event) string { return e.Name })
		f.failAt("is", "%s", f.unknown("event", t.Event, s.a()+" has", all))
	}
	return t
}

func (f *fields) stateTrigger() Trigger {
	f.only("device", "attr", "becomes", "above", "below", "from", "for")
	s := f.subject("device")
	attr, a := f.attribute("attr", s)
	t := &StateTrigger{Device: s.id, Attr: attr, Pos: f.pos}
	change := pick(f, "trigger", []form[Comparison]{
		{key: "becomes", read: func(f *fields) Comparison { return Comparison{Is: f.stateValue("becomes", a)} }},
		{key: "above", read: func(f *fields) Comparison { return f.compare("above", a) }},
		{key: "below", read: func(f *fields) Comparison { return f.compare("below", a) }},
	})
	t.Becomes, t.Above, t.Below = change.Is, change.Above, change.Below
	f.before(t, a)
	return t
}

// sceneTrigger reads { scene = "morning", becomes = "done" }.
func (f *fields) sceneTrigger() Trigger {
	f.only("scene", "becomes", "from", "for")
	f.need("becomes", `becomes = "done"`)
	state := &sceneType.Attributes[0]
	t := &StateTrigger{Device: topics.Scene(f.sceneName("scene")), Attr: attrState, Pos: f.pos}
	t.Becomes = f.stateValue("becomes", state)
	f.before(t, state)
	return t
}

// before reads what a trigger says of the value before and of how long it lasts.
func (f *fields) before(t *StateTrigger, a *devices.Attribute) {
	t.For, _ = f.duration("for", true)
	if f.has("from") && (f.has("above") || f.has("below")) {
		f.failKey("from", `"from" goes with "becomes"; what crosses a limit comes from its other side`)
		return
	}
	t.From = f.stateValue("from", a)
	if t.From != nil && t.From == t.Becomes {
		f.failAt("from", `"from" and "becomes" are the same; a trigger needs a change`)
	}
}

func (f *fields) timeTrigger() Trigger {
	f.only("time", "days")
	at, _ := f.timeOfDay("time", f.get("time"))
	return &TimeTrigger{At: at, Days: f.days("days"), Pos: f.pos}
}

func (f *fields) sunTrigger() Trigger {
	f.only("sun", "offset", "not_before", "not_after", "days")
	t := &SunTrigger{Days: f.days("days"), Pos: f.pos}
	if word, ok := f.word("sun", sun.Words[:]...); ok {
		t.Event, _ = sun.Parse(word)
	}
	f.placed("sun")
	t.Offset = f.offset("offset")
	t.NotBefore, t.NotAfter = f.bound("not_before"), f.bound("not_after")
	if t.NotBefore != nil && t.NotAfter != nil && *t.NotBefore > *t.NotAfter {
		f.failAt("not_after", "not_after is %v, earlier than not_before", t.NotAfter)
	}
	return t
}

// placed reports a key that needs to know where the home is.
func (f *fields) placed(key string) {
	if !f.located {
		f.failKey(key, "where the sun stands depends on the place; write latitude = 52.52 and longitude = 13.40 under [home]")
		f.located = true // which is one mistake, not one of each scene
	}
}

// bound reads a time of day that there may be.
func (f *fields) bound(key string) *TimeOfDay {
	n := f.get(key)
	if n == nil {
		return nil
	}
	at, ok := f.timeOfDay(key, n)
	if !ok {
		return nil
	}
	return &at
}

// offset reads a duration with a sign.
func (f *fields) offset(key string) time.Duration {
	n := f.get(key)
	if n == nil {
		return 0
	}
	text, _ := n.Scalar.(string)
	d, ok := parseOffset(text)
	if !ok || d%time.Second != 0 {
		f.wrong(key, `a duration of whole seconds up to 12h with a sign, such as "-20m" or "+1h"`)
	}
	return d
}

func (f *fields) everyTrigger() Trigger {
	f.only("every")
	d, ok := f.duration("every", false)
	if ok && (d < minEvery || d > maxEvery || d%time.Second != 0) {
		f.wrong("every", `a duration of whole seconds from "1s" to "24h"`)
	}
	return &EveryTrigger{Period: d, Pos: f.pos}
}

func (f *fields) startTrigger() Trigger {
	f.only("start")
	f.truth("start")
	return &StartTrigger{Pos: f.pos}
}

func (f *fields) noticeTrigger() Trigger {
	f.only("notice", "level")
	t := &NoticeTrigger{Pos: f.pos}
	if f.get("notice").Scalar != true {
		var ok bool
		if t.Text, ok = f.get("notice").Scalar.(string); !ok || t.Text == "" {
			f.wrong("notice", `a text such as "Coffee is ready", or true for any`)
		}
	}
	t.Level, _ = f.word("level", levels...)
	return t
}

func (f *fields) topicTrigger() Trigger {
	f.only("topic", "payload")
	t := &TopicTrigger{Pos: f.pos}
	t.Topic, _ = f.text("topic", "light")
	if n := f.get("payload"); n != nil {
		payload, ok := n.Scalar.(string)
		if !ok {
			f.wrong("payload", `a text such as "ON"`)
		}
		t.Payload = &payload
	}
	return t
}
