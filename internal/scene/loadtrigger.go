package scene

import "homebus/devices"

// trigger reads one entry of "when".
func (f *fields) trigger() Trigger {
	return pick(f, "trigger", []form[Trigger]{
		{key: "event", read: (*fields).eventTrigger},
		{key: "device", read: (*fields).stateTrigger},
		{key: "time", read: (*fields).timeTrigger},
		{key: "topic", read: (*fields).topicTrigger},
		{key: "sun"}, {key: "every"}, {key: "start"}, {key: "scene"}, {key: "notice"},
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
	for _, key := range []string{"above", "below"} {
		if f.has(key) {
			f.failKey(key, "a trigger with %q is not supported yet", key)
			return nil
		}
	}
	f.only("device", "attr", "becomes", "from", "for")
	f.need("becomes", `becomes = "on"`)
	s := f.subject("device")
	if s.typ == sceneType {
		f.failAt("device", "a trigger on a scene is not supported yet")
		return nil
	}
	attr, a := f.attribute("attr", s)
	t := &StateTrigger{Device: s.id, Attr: attr, Pos: f.pos}
	t.Becomes = f.stateValue("becomes", a)
	t.From = f.stateValue("from", a)
	t.For, _ = f.duration("for", true)
	if t.From != nil && t.From == t.Becomes {
		f.failAt("from", `"from" and "becomes" are the same; a trigger needs a change`)
	}
	return t
}

func (f *fields) timeTrigger() Trigger {
	f.only("time", "days")
	at, _ := f.timeOfDay("time", f.get("time"))
	return &TimeTrigger{At: at, Days: f.days("days"), Pos: f.pos}
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
