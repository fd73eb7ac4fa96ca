package scene

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"homebus/devices"
	"homebus/internal/scene/tomltree"
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
	for _, e := range scenes.table.Entries {
		l.nameScene(e.Name)
		where := fmt.Sprintf("scene %q", e.Name)
		switch {
		case !topics.ValidWord(e.Name):
			l.fail(e.Pos, where, "bad name %q; %s", e.Name, wordRule(e.Name))
		case e.Name == OnTimeoutContinue:
			l.fail(e.Pos, where, "the name %q is reserved for on_timeout", e.Name)
		}
		if f, ok := l.fields(e.Value, where, "a table [scene.NAME]"); ok {
			f.pos = e.Pos
			all = append(all, &sceneFields{f, e.Name})
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
	f.restores(s.Do)
	switch {
	case f.has("do") && f.has("state"):
		f.failKey("state", `a scene has either "do" or "state"`)
	case f.has("state"):
		s.Do = f.states()
	case f.missing("do") && f.missing("state"):
		f.fail(f.pos, f.where, `there is nothing to do; write do = [ … ] or state = { … }`)
	}
	l.file.Scenes = append(l.file.Scenes, s)
}

// restores reports a restore in a scene that keeps nothing.
func (f *fields) restores(steps []Step) {
	var first *Step
	kept := false
	for _, o := range compile(steps) {
		if o.step == nil {
			continue
		}
		switch o.step.Action.(type) {
		case *Snapshot:
			kept = true
		case *Restore:
			if first == nil {
				first = o.step
			}
		}
	}
	if first != nil && !kept {
		f.fail(first.Pos, f.where, `nothing is kept that could be restored; write { snapshot = [ … ] } before`)
	}
}

// each reads a list of tables with the reader for one.
func each[T any](f *fields, key, what string, read func(*fields) T) []T {
	var all []T
	for i, n := range f.list(key, fmt.Sprintf("a list, %s = [ … ]", key)) {
		where := fmt.Sprintf("%s, %s %d", f.where, what, i+1)
		if sub, ok := f.fields(n, where, fmt.Sprintf("a %s in { }", what)); ok {
			all = append(all, read(sub))
		}
	}
	return all
}

func (f *fields) mode() (Mode, int) {
	words := []string{Single.String(), Restart.String(), Queued.String(), Parallel.String()}
	word, known := f.word("mode", words...)
	mode := Mode(max(0, slices.Index(words, word)))
	several := mode == Queued || mode == Parallel
	switch {
	case !f.has("max") && several:
		return mode, defaultMax
	case !f.has("max"):
		return mode, 1
	case !several && (known || f.missing("mode")):
		f.failKey("max", `"max" needs the mode "queued" or "parallel"`)
	}
	return mode, int(f.whole("max", 1, mostRuns))
}

// states makes commands of the states of a pure scene, in file order. Attributes
// of one device that the same action sets become one command.
func (f *fields) states() []Step {
	want := `a table such as { "living/light" = { brightness = 10 } }`
	n := f.get("state")
	if n.Table == nil {
		f.wrong("state", want)
		return nil
	}
	var steps []Step
	for _, e := range n.Table.Entries {
		where := fmt.Sprintf("%s, state %q", f.where, e.Name)
		s, problem := f.lookUp(e.Name)
		switch {
		case problem != "":
			f.fail(e.Pos, f.where, "%s", problem)
			continue
		case s.typ == sceneType:
			f.fail(e.Pos, f.where, "a scene cannot be set; write do = [ { run = %q } ]", strings.TrimPrefix(e.Name, "scene/"))
			continue
		}
		if sub, ok := f.fields(e.Value, where, "a table such as { brightness = 10 }"); ok {
			for _, c := range sub.commands(s) {
				steps = append(steps, Step{Action: c, Pos: e.Pos})
			}
		}
	}
	return steps
}

// commands returns the commands that set the attributes in the table.
func (f *fields) commands(s subject) []*Command {
	var all []*Command
	if len(f.table.Entries) == 0 {
		f.fail(f.pos, f.where, "nothing is set; want such as { brightness = 10 }")
	}
	for _, e := range f.table.Entries {
		c := f.setter(s, e)
		if c == nil {
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

// setter returns the command that sets one attribute, nil if there is none.
func (f *fields) setter(s subject, e *tomltree.Entry) *Command {
	a, problem := f.attributeOf(s, e.Name)
	switch {
	case problem != "":
		f.fail(e.Pos, f.where, "%s", problem)
		return nil
	case a == nil:
		return nil
	case len(a.Setters) == 0:
		f.fail(e.Pos, f.where, "%s of %s cannot be set; %s", a.Name, s.a(),
			s.those(func(a devices.Attribute) bool { return len(a.Setters) > 0 }))
		return nil
	}
	x := f.check(e.Value, e.Name, &a.Value)
	if x == nil {
		return nil
	}
	for _, way := range a.Setters {
		switch {
		case way.Param != "":
			return f.setByParam(s, way, e)
		case sameValue(way.When, x):
			return &Command{Device: s.id, Do: way.Action, Params: map[string]any{}}
		}
	}
	f.failAt(e.Name, "%s of %s cannot be set to %s", a.Name, s.a(), e.Value.String())
	return nil
}

func (f *fields) setByParam(s subject, way devices.Setter, e *tomltree.Entry) *Command {
	c := &Command{Device: s.id, Do: way.Action, Params: map[string]any{}}
	if action, ok := s.typ.Action(way.Action); ok {
		if param, ok := action.Param(way.Param); ok {
			c.Params[way.Param] = f.check(e.Value, e.Name, param)
		}
	}
	return c
}

// sameValue compares a declared value with one of the form of encoding/json.
func sameValue(declared, x any) bool {
	if n, ok := declared.(int); ok {
		declared = float64(n)
	}
	return declared == x
}
