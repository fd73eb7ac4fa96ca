package scene

import "fmt"

// mostRetries bounds "retry".
const mostRetries = 100

// The levels of a notice.
const (
	levelInfo    = "info"
	levelWarning = "warning"
	levelAlarm   = "alarm"
)

// step reads one entry of "do".
func (f *fields) step() Step {
	return Step{Pos: f.pos, If: f.inner("if"), Action: pick(f, "step", []form[Action]{
		{key: "device", read: (*fields).command},
		{key: "wait", read: (*fields).wait},
		{key: "until", read: (*fields).until},
		{key: "say", read: (*fields).say},
		{key: "run", read: (*fields).run},
		{key: "stop", read: (*fields).stop},
		{key: "repeat"}, {key: "choose"}, {key: "together"},
		{key: "publish"}, {key: "snapshot"}, {key: "restore"},
	})}
}

// inner reads the condition in the key, nil if there is none.
func (f *fields) inner(key string) Condition {
	n := f.get(key)
	if n == nil {
		return nil
	}
	if n.Table == nil {
		f.wrong(key, `a condition such as { device = "kitchen/toaster", is = "idle" }`)
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
	if level, ok := f.word("level", levelInfo, levelWarning, levelAlarm); ok {
		s.Level = level
	}
	text, ok := f.text("say", "Coffee is ready")
	if !ok {
		return s
	}
	var err error
	if s.Text, err = parseText(text); err != nil {
		f.failAt("say", "%v", err)
	}
	for _, p := range s.Text {
		f.textPart(p)
	}
	return s
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

func (f *fields) run() Action {
	f.only("run", "if")
	return &Run{Scene: f.sceneName("run")}
}

func (f *fields) stop() Action {
	f.only("stop", "if")
	return &Stop{Scene: f.sceneName("stop")}
}
