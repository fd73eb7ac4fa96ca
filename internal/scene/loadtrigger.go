package scene

import "homebus/devices"

// trigger reads one entry of "when".
func (f *fields) trigger() (Trigger, bool) {
	return pick(f, "trigger", []form[Trigger]{
		{key: "event", read: (*fields).eventTrigger},
		{key: "device", read: (*fields).stateTrigger},
		{key: "time", read: (*fields).timeTrigger},
		{key: "topic", read: (*fields).topicTrigger},
		{key: "sun"}, {key: "every"}, {key: "start"}, {key: "scene"}, {key: "notice"},
	})
}

func (f *fields) eventTrigger() (Trigger, bool) {
	f.only("event", "is")
	s, ok := f.device("event")
	if !ok {
		return nil, false
	}
	t := &EventTrigger{Device: s.id, Pos: f.pos}
	if s.typ != nil && len(s.typ.Events) == 0 {
		f.failAt("event", "%s is %s, which has no events", s.id, s.a())
		return nil, false
	}
	if !f.has("is") {
		return t, true
	}
	if t.Event, ok = f.text("is", "press"); !ok || s.typ == nil {
		return t, ok
	}
	if _, ok = s.typ.Event(t.Event); !ok {
		all := names(s.typ.Events, func(e devices.Event) string { return e.Name })
		f.failAt("is", "%s", f.unknown("event", t.Event, s.a()+" has", all))
	}
	return t, ok
}

func (f *fields) stateTrigger() (Trigger, bool) {
	for _, key := range []string{"above", "below"} {
		if f.has(key) {
			f.failKey(key, "a trigger with %q is not supported yet", key)
			return nil, false
		}
	}
	f.only("device", "attr", "becomes", "from", "for")
	s, ok := f.subject("device")
	if !ok {
		return nil, false
	}
	if s.typ == sceneType {
		f.failAt("device", "a trigger on a scene is not supported yet")
		return nil, false
	}
	attr, a, ok := f.attribute("attr", s)
	if !ok || !f.need("becomes", `becomes = "on"`) {
		return nil, false
	}
	t := &StateTrigger{Device: s.id, Attr: attr, Pos: f.pos}
	becomes, okBecomes := f.stateValue("becomes", a)
	from, okFrom := f.stateValue("from", a)
	t.Becomes, t.From = becomes, from
	t.For, _ = f.duration("for", true)
	if okBecomes && okFrom && becomes == from {
		f.failAt("from", `"from" and "becomes" are the same; a trigger needs a change`)
	}
	return t, okBecomes
}

func (f *fields) timeTrigger() (Trigger, bool) {
	f.only("time", "days")
	days, _ := f.days("days")
	at, ok := f.timeOfDay("time", f.get("time"))
	return &TimeTrigger{At: at, Days: days, Pos: f.pos}, ok
}

func (f *fields) topicTrigger() (Trigger, bool) {
	f.only("topic", "payload")
	t := &TopicTrigger{Pos: f.pos}
	var ok bool
	t.Topic, ok = f.text("topic", "light")
	n := f.get("payload")
	if n == nil {
		return t, ok
	}
	payload, isText := n.scalar.(string)
	if !isText {
		f.wrong("payload", `a text such as "ON"`)
	}
	t.Payload = &payload
	return t, ok
}
