package scene

import (
	"slices"
	"time"

	"homebus/devices"
)

// timeline reads the lines of a test in their order.
type timeline struct{ last time.Duration }

// The keys by which a line is timed, in the order of When.
var lineTimes = []string{At.String(), By.String(), UntilThen.String()}

func (tl *timeline) line(f *fields) Line {
	when, elapsed, ok := f.lineTime()
	if ok {
		if elapsed < tl.last {
			f.failAt(when.String(), "%v = %q stands after a line of %q; lines stand in the order of time",
				when, devices.DurationText(elapsed), devices.DurationText(tl.last))
		}
		tl.last = elapsed // also after a mistake: only one of the two lines is wrong
	}
	act := pick(f, "line", []form[Act]{
		{key: "do", read: (*fields).doAct},
		{key: "fault", read: (*fields).faultAct},
		{key: "clear", unless: "fault", read: (*fields).faultAct},
		{key: "publish", read: (*fields).publishAct},
		{key: "run", read: func(f *fields) Act { return &Run{Scene: f.sceneAsked("run")} }},
		{key: "stop", read: func(f *fields) Act { return &Stop{Scene: f.sceneAsked("stop")} }},
		{key: "expect", read: expectAct("expect")},
		{key: "never", read: expectAct("never")},
		{key: "said", read: saidAct("said")},
		{key: "never_said", read: saidAct("never_said")},
		{key: "heard", read: heardAct("heard")},
		{key: "never_heard", read: heardAct("never_heard")},
		{key: "restart"},
	})
	if act != nil && when != 0 {
		f.checkTiming(when)
	}
	return Line{When: when, Time: elapsed, Act: act, Pos: f.pos}
}

// lineTime reads the one key that times a line. The When is 0 if there is no
// such key, or several.
func (f *fields) lineTime() (When, time.Duration, bool) {
	present := slices.DeleteFunc(slices.Clone(lineTimes), func(key string) bool { return !f.has(key) })
	switch len(present) {
	case 0:
		if !slices.ContainsFunc(lineTimes, f.misspelt) {
			f.fail(f.pos, f.where, `a line needs a time: at = "1m", by = "5m" or until = "30m"`)
		}
		return 0, 0, false
	case 1:
		d, ok := f.duration(present[0], true)
		return When(slices.Index(lineTimes, present[0]) + 1), d, ok
	}
	f.conflict("line", present[0], present[1])
	return 0, 0, false
}

// checkTiming reports an act that does not go with its time: what is done
// happens at a time, what is expected holds at a time or by it, and what must
// not be is watched until then.
func (f *fields) checkTiming(when When) {
	switch {
	case f.has("never") || f.has("never_said") || f.has("never_heard"):
		if when != UntilThen {
			f.failKey(when.String(), `"never", "never_said" and "never_heard" go with "until"`)
		}
	case f.has("expect") || f.has("said") || f.has("heard"):
		if when == UntilThen {
			f.failKey(when.String(), `"until" goes with "never", "never_said" and "never_heard"; want "at" or "by"`)
		}
	case when != At:
		f.failKey(when.String(), `what is done happens at a time; want "at"`)
	}
}

func (f *fields) doAct() Act {
	f.need("device", `device = "bathroom/switch"`)
	s := f.device("device")
	d := &Do{Device: s.id}
	d.Do, d.Params = f.order(s, append([]string{"device", "do"}, lineTimes...)...)
	return d
}

func (f *fields) faultAct() Act {
	f.only(append([]string{"device", "fault", "for", "clear"}, lineTimes...)...)
	f.need("device", `device = "kitchen/coffee"`)
	s := f.device("device")
	a := &Fault{Device: s.id, Kind: f.faultKind(s), Clear: f.truth("clear")}
	a.For, _ = f.duration("for", false)
	if f.has("for") && a.Clear {
		f.failKey("for", `"for" does not go with "clear"`)
	}
	return a
}

func (f *fields) faultKind(s subject) string {
	kind, ok := f.text("fault", "offline")
	if !ok || s.typ == nil {
		return kind
	}
	if _, ok := s.typ.Fault(kind); !ok {
		all := names(s.typ.AllFaults(), func(x devices.Fault) string { return x.Name })
		f.failAt("fault", "%s", f.unknown("fault", kind, s.a()+" has", all))
	}
	return kind
}

// sceneAsked reads the name of a scene of which a person asks something.
func (f *fields) sceneAsked(key string) string {
	f.only(append([]string{key}, lineTimes...)...)
	return f.sceneName(key)
}

// publishAct reads any message.
func (f *fields) publishAct() Act {
	f.only(append([]string{"publish", "payload"}, lineTimes...)...)
	p := &Publish{Payload: f.payload("payload")}
	p.Topic, _ = f.text("publish", "light")
	return p
}

func expectAct(key string) func(*fields) Act {
	return func(f *fields) Act {
		f.only(slices.Concat([]string{key, "attr"}, comparisons, lineTimes)...)
		return &Expect{Condition: f.comparisonOf(key, "line")}
	}
}

func saidAct(key string) func(*fields) Act {
	return func(f *fields) Act {
		f.only(append([]string{key}, lineTimes...)...)
		text, _ := f.text(key, "Coffee is ready")
		return &Said{Text: text}
	}
}

func heardAct(key string) func(*fields) Act {
	return func(f *fields) Act {
		f.only(append([]string{key, "payload"}, lineTimes...)...)
		h := &Heard{}
		h.Topic, _ = f.text(key, "display/text")
		if f.has("payload") {
			payload := f.payload("payload")
			h.Payload = &payload
		}
		return h
	}
}
