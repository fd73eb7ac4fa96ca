package scene

import (
	"slices"

	"homebus/devices"
)

// Limits and words of steps.
const mostRetries = 100

// Levels of a notice.
const (
	levelInfo    = "info"
	levelWarning = "warning"
	levelAlarm   = "alarm"
)

// step reads one entry of "do".
func (f *fields) step() (Step, bool) {
	s := Step{Pos: f.pos}
	var ok bool
	s.Action, ok = pick(f, "step", []form[Action]{
		{key: "device", read: (*fields).command},
		{key: "wait", read: (*fields).wait},
		{key: "until", read: (*fields).until},
		{key: "say", read: (*fields).say},
		{key: "run", read: (*fields).run},
		{key: "stop", read: (*fields).stop},
		{key: "repeat"}, {key: "choose"}, {key: "together"},
		{key: "publish"}, {key: "snapshot"}, {key: "restore"},
	})
	if f.has("if") {
		if cond, okIf := f.inner("if"); okIf {
			s.If = cond
		}
	}
	return s, ok
}

// inner reads the condition in the key.
func (f *fields) inner(key string) (Condition, bool) {
	sub, ok := f.fields(f.get(key), f.where, `a condition such as { device = "kitchen/toaster", is = "idle" }`)
	if !ok {
		return nil, false
	}
	return sub.moment()
}

func (f *fields) command() (Action, bool) {
	s, ok := f.subject("device")
	if !ok {
		return nil, false
	}
	if s.typ == sceneType {
		f.failAt("device", `%s is a scene; write { run = … } or { stop = … }`, s.id)
		return nil, false
	}
	c := &Command{Device: s.id}
	if c.Do, c.Params, ok = f.order(s, "device", "do", "if", "confirm", "retry"); !ok {
		return nil, false
	}
	c.Confirm, _ = f.duration("confirm", false)
	retry, _ := f.whole("retry", 0, mostRetries)
	c.Retry = int(retry)
	if f.has("retry") && !f.has("confirm") {
		f.failKey("retry", `"retry" needs "confirm": without it nobody waits for an answer`)
	}
	return c, true
}

// order reads "do" and the parameters: all keys but those named.
func (f *fields) order(s subject, others ...string) (do string, params map[string]any, ok bool) {
	if !f.need("do", `do = "on"`) {
		return "", nil, false
	}
	if do, ok = f.text("do", "on"); !ok {
		return "", nil, false
	}
	params = make(map[string]any)
	var action *devices.Action
	if s.typ != nil {
		if action, ok = s.typ.Action(do); !ok {
			all := names(s.typ.Actions, func(a devices.Action) string { return a.Name })
			f.failAt("do", "%s", f.unknown("action", do, s.a()+" has", all))
			return "", nil, false
		}
	}
	for _, e := range f.table.entries {
		if !slices.Contains(others, e.name) {
			f.param(action, e, others, params)
		}
	}
	f.required(action, params)
	return do, params, true
}

func (f *fields) param(action *devices.Action, e *entry, others []string, params map[string]any) {
	var v *devices.Value
	if action != nil {
		var ok bool
		if v, ok = action.Param(e.name); !ok {
			known := names(action.Params, valueName)
			if guess, ok := nearest(e.name, f.absent(others)); ok {
				known = append(known, guess)
			}
			f.failKey(e.name, "%s", f.unknown("parameter", e.name, action.Name+" has", known))
			return
		}
	}
	if x, ok := f.checked(e.name, v); ok {
		params[e.name] = x
	}
}

func (f *fields) required(action *devices.Action, params map[string]any) {
	if action == nil {
		return
	}
	for i := range action.Params {
		p := &action.Params[i]
		if p.Required && !f.has(p.Name) {
			f.failAt("do", "%s needs %s: %s", action.Name, p.Name, p.Wants())
		}
	}
}

func (f *fields) wait() (Action, bool) {
	f.only("wait", "if")
	d, ok := f.duration("wait", true)
	return &Wait{For: d}, ok
}

func (f *fields) until() (Action, bool) {
	f.only("until", "timeout", "on_timeout", "if")
	u := &Until{}
	var ok bool
	u.Condition, ok = f.inner("until")
	switch {
	case !f.has("timeout"):
		f.failKey("until", `an "until" needs a timeout, such as timeout = "10m", on_timeout = "continue"`)
	case !f.has("on_timeout"):
		f.failKey("timeout", `a "timeout" needs on_timeout: "continue" or the name of a scene`)
	}
	u.Timeout, _ = f.duration("timeout", false)
	u.OnTimeout, _ = f.sceneName("on_timeout", OnTimeoutContinue)
	return u, ok
}

func (f *fields) say() (Action, bool) {
	f.only("say", "level", "if")
	s := &Say{Level: levelInfo}
	if level, ok := f.word("level", levelInfo, levelWarning, levelAlarm); ok {
		s.Level = level
	}
	text, ok := f.text("say", "Coffee is ready")
	if !ok {
		return nil, false
	}
	parts, err := parseText(text)
	if err != nil {
		f.failAt("say", "%v", err)
		return nil, false
	}
	for _, p := range parts {
		f.textPart(p)
	}
	s.Text = parts
	return s, true
}

// textPart checks that the value in a text is one that there is.
func (f *fields) textPart(p TextPart) {
	if p.Device == "" {
		return
	}
	s, problem := f.lookUp(p.Device)
	if problem == "" {
		_, problem = f.attributeOf(s, p.Attr)
	}
	if problem != "" {
		f.failAt("say", "%s", problem)
	}
}

func (f *fields) run() (Action, bool) {
	f.only("run", "if")
	name, ok := f.sceneName("run")
	return &Run{Scene: name}, ok
}

func (f *fields) stop() (Action, bool) {
	f.only("stop", "if")
	name, ok := f.sceneName("stop")
	return &Stop{Scene: name}, ok
}
