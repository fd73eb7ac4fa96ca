package scene

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"homebus/devices"
	"homebus/topics"
)

// Bounds of "max", and what it is if not given.
const (
	defaultMax = 10
	mostRuns   = 1000
)

// declareScenes notes every [scene.NAME] and returns their readers.
func (l *loader) declareScenes(root *fields) []*sceneFields {
	n := root.get("scene")
	if n == nil {
		return nil
	}
	scenes, ok := l.fields(n, "", "tables [scene.NAME]")
	if !ok {
		return nil
	}
	var all []*sceneFields
	for _, e := range scenes.table.entries {
		l.nameScene(e.name)
		where := fmt.Sprintf("scene %q", e.name)
		switch {
		case !topics.ValidWord(e.name):
			l.fail(e.pos, where, "bad name %q; %s", e.name, wordRule(e.name))
		case e.name == OnTimeoutContinue:
			l.fail(e.pos, where, "the name %q is reserved for on_timeout", e.name)
		}
		if f, ok := l.fields(e.value, where, "a table [scene.NAME]"); ok {
			f.pos = e.pos
			all = append(all, &sceneFields{f, e.name})
		}
	}
	return all
}

func (l *loader) nameScene(name string) {
	l.scenes[name] = true
	l.sceneNames = append(l.sceneNames, name)
}

// sceneFields reads one [scene.NAME].
type sceneFields struct {
	*fields
	name string
}

func (l *loader) scene(f *sceneFields) {
	f.only("name", "mode", "max", "when", "only_if", "do", "state")
	s := &Scene{Name: f.name, Title: f.name, Pos: f.pos}
	if title, ok := f.text("name", "Morning routine"); ok {
		s.Title = title
	}
	s.Mode, s.Max = f.mode()
	s.When = each(f.fields, "when", "trigger", (*fields).trigger)
	s.OnlyIf = each(f.fields, "only_if", "condition", (*fields).onlyIf)
	s.Do = each(f.fields, "do", "step", (*fields).step)
	switch {
	case f.has("do") && f.has("state"):
		f.failKey("state", `a scene has either "do" or "state"`)
	case f.has("state"):
		s.Do = f.states()
	case !f.has("do"):
		f.fail(f.pos, f.where, `there is nothing to do; write do = [ … ] or state = { … }`)
	}
	l.file.Scenes = append(l.file.Scenes, s)
}

// each reads a list of tables with the reader for one.
func each[T any](f *fields, key, what string, read func(*fields) (T, bool)) []T {
	items, _ := f.list(key, fmt.Sprintf("a list of %ss in [ ]", what))
	var all []T
	for i, n := range items {
		where := fmt.Sprintf("%s, %s %d", f.where, what, i+1)
		if sub, ok := f.fields(n, where, fmt.Sprintf("a %s in { }", what)); ok {
			if x, ok := read(sub); ok {
				all = append(all, x)
			}
		}
	}
	return all
}

func (f *fields) mode() (Mode, int) {
	words := []string{Single.String(), Restart.String(), Queued.String(), Parallel.String()}
	mode := Single
	word, ok := f.word("mode", words...)
	if ok {
		mode = Mode(slices.Index(words, word))
	}
	several := mode == Queued || mode == Parallel
	if f.has("max") && !several && (ok || !f.has("mode")) {
		f.failKey("max", `"max" needs the mode "queued" or "parallel"`)
		return mode, 1
	}
	if n, ok := f.whole("max", 1, mostRuns); ok {
		return mode, int(n)
	}
	if several {
		return mode, defaultMax
	}
	return mode, 1
}

// states makes commands of the states of a pure scene, in file order. Attributes
// of one device that the same action sets become one command.
func (f *fields) states() []Step {
	want := `a table such as { "living/light" = { brightness = 10 } }`
	n := f.get("state")
	if n.table == nil {
		f.wrong("state", want)
		return nil
	}
	var steps []Step
	for _, e := range n.table.entries {
		where := fmt.Sprintf("%s, state %q", f.where, e.name)
		s, problem := f.lookUp(e.name)
		switch {
		case problem != "":
			f.fail(e.pos, f.where, "%s", problem)
			continue
		case s.typ == sceneType:
			f.fail(e.pos, f.where, "a scene cannot be set; write do = [ { run = %q } ]", strings.TrimPrefix(e.name, "scene/"))
			continue
		}
		if sub, ok := f.fields(e.value, where, "a table such as { brightness = 10 }"); ok {
			for _, c := range sub.commands(s) {
				steps = append(steps, Step{Action: c, Pos: e.pos})
			}
		}
	}
	return steps
}

// commands returns the commands that set the attributes in the table.
func (f *fields) commands(s subject) []*Command {
	var all []*Command
	if len(f.table.entries) == 0 {
		f.fail(f.pos, f.where, "nothing is set; want such as { brightness = 10 }")
	}
	for _, e := range f.table.entries {
		c, ok := f.setter(s, e)
		if !ok {
			continue
		}
		i := slices.IndexFunc(all, func(x *Command) bool { return x.Do == c.Do })
		if i < 0 {
			all = append(all, c)
			continue
		}
		maps.Copy(all[i].Params, c.Params)
	}
	return all
}

// setter returns the command that sets one attribute.
func (f *fields) setter(s subject, e *entry) (*Command, bool) {
	a, problem := f.attributeOf(s, e.name)
	if problem != "" {
		f.fail(e.pos, f.where, "%s", problem)
		return nil, false
	}
	if a == nil {
		return nil, false
	}
	if len(a.Setters) == 0 {
		f.fail(e.pos, f.where, "%s of %s cannot be set; %s", a.Name, s.a(),
			s.those(func(a devices.Attribute) bool { return len(a.Setters) > 0 }))
		return nil, false
	}
	x, ok := f.checked(e.name, &a.Value)
	if !ok {
		return nil, false
	}
	for _, way := range a.Setters {
		switch {
		case way.Param != "":
			action, _ := s.typ.Action(way.Action)
			param, _ := action.Param(way.Param)
			if x, ok = f.checked(e.name, param); !ok {
				return nil, false
			}
			return &Command{Device: s.id, Do: way.Action, Params: map[string]any{way.Param: x}}, true
		case sameValue(way.When, x):
			return &Command{Device: s.id, Do: way.Action, Params: map[string]any{}}, true
		}
	}
	f.failAt(e.name, "%s of %s cannot be set to %s", a.Name, s.a(), e.value.show())
	return nil, false
}

// sameValue compares a declared value with one of the form of encoding/json.
func sameValue(declared, x any) bool {
	if n, ok := declared.(int); ok {
		declared = float64(n)
	}
	return declared == x
}
