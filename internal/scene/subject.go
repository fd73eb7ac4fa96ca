package scene

import (
	"fmt"
	"slices"
	"strings"

	"homebus/devices"
	"homebus/internal/scene/tomltree"
	"homebus/topics"
)

// attrState is the attribute that is meant where none is named, and offline its
// value while a device cannot be reached.
const (
	attrState = "state"
	offline   = "offline"
)

// sceneType declares what can be asked of a scene, as if it were a device
// "scene/NAME"; these are the keys of its message.
var sceneType = &devices.Type{
	Name: "scene",
	Doc:  "A scene, as its message on scene/NAME has it.",
	Attributes: []devices.Attribute{
		{Value: devices.Value{Name: attrState, Kind: devices.Word,
			Values: []string{"idle", "running", "done", "failed", "stopped"}, Doc: "what became of the last run"}},
		{Value: devices.Value{Name: "step", Kind: devices.Int, Doc: "the step it is at, from 1"}},
		{Value: devices.Value{Name: "steps", Kind: devices.Int, Doc: "how many steps it has"}},
		{Value: devices.Value{Name: "runs", Kind: devices.Int, Doc: "how often it was started"}},
		{Value: devices.Value{Name: "reason", Kind: devices.Text, Doc: "what started the last run"}},
		{Value: devices.Value{Name: "doing", Kind: devices.Text, Doc: "what it waits for"}},
		{Value: devices.Value{Name: "error", Kind: devices.Text, Doc: "why the last run failed"}},
		{Value: devices.Value{Name: "skipped", Kind: devices.Int, Doc: "how many starts the mode or a bound did not allow"}},
		{Value: devices.Value{Name: "active", Kind: devices.Int, Doc: "how many runs there are"}},
		{Value: devices.Value{Name: "queued", Kind: devices.Int, Doc: "how many starts wait for their turn"}},
	},
}

// subject is what a sentence of the file is about. Its typ is nil if that does
// not exist or its own table is wrong: then nothing more can be said about it.
type subject struct {
	id  string
	typ *devices.Type
}

// a returns the type with its article: "a toaster".
func (s subject) a() string {
	if strings.ContainsRune("aeiou", rune(s.typ.Name[0])) {
		return "an " + s.typ.Name
	}
	return "a " + s.typ.Name
}

// those names the attributes for which can holds.
func (s subject) those(can func(devices.Attribute) bool) string {
	var all []string
	for _, a := range s.typ.Attributes {
		if can(a) {
			all = append(all, a.Name)
		}
	}
	if len(all) == 0 {
		return "none of it can"
	}
	return "what can is " + strings.Join(all, ", ")
}

// device reads the id of a device.
func (f *fields) device(key string) subject {
	s := f.subject(key)
	if s.typ == sceneType {
		hint := ""
		if f.has("do") { // a line of a test
			hint = fmt.Sprintf("; a scene is asked by run = %q or stop = %[1]q", strings.TrimPrefix(s.id, topics.AreaScene+"/"))
		}
		f.failAt(key, "%s is a scene; want a device such as \"kitchen/toaster\"%s", s.id, hint)
		s.typ = nil
	}
	return s
}

// subject reads the id of a device, or "scene/NAME". Of one that there is not,
// nothing is known.
func (f *fields) subject(key string) subject {
	n := f.get(key)
	if n == nil {
		return subject{}
	}
	id, ok := n.Scalar.(string)
	if !ok || id == "" {
		f.wrong(key, `a device such as "kitchen/toaster"`)
		return subject{}
	}
	s, problem := f.lookUp(id)
	if problem != "" {
		f.failAt(key, "%s", problem)
	}
	return s
}

// lookUp finds a device or scene; problem says why there is none.
func (l *loader) lookUp(id string) (s subject, problem string) {
	if d, ok := l.devices[id]; ok {
		return subject{id, d.Type}, ""
	}
	name, isScene := strings.CutPrefix(id, topics.AreaScene+"/")
	switch {
	case isScene && l.scenes[name]:
		return subject{id, sceneType}, ""
	case isScene:
		return s, l.unknown("scene", name, "there are", l.sceneNames)
	}
	return s, l.unknown("device", id, "there are", l.deviceIDs)
}

// sceneName reads the name of a scene, or one of the words in more.
func (f *fields) sceneName(key string, more ...string) string {
	name, ok := f.text(key, "morning")
	bare, isID := strings.CutPrefix(name, topics.AreaScene+"/")
	switch {
	case !ok || f.scenes[name] || slices.Contains(more, name):
	case isID && f.scenes[bare]:
		f.failAt(key, "unknown scene %q (did you mean %q?)", name, bare)
	default:
		f.failAt(key, "%s", f.unknown("scene", name, "there are", slices.Concat(more, f.sceneNames)))
	}
	return name
}

// attribute reads the name of an attribute of s, "state" if the key is not
// there. The declaration is nil if there is none, or nothing is known of s.
func (f *fields) attribute(key string, s subject) (string, *devices.Attribute) {
	name := attrState
	switch {
	case f.has(key):
		var ok bool
		if name, ok = f.text(key, attrState); !ok {
			return "", nil
		}
	case f.misspelt(key):
		return "", nil
	}
	a, problem := f.attributeOf(s, name)
	if problem != "" {
		f.failAt(key, "%s", problem)
	}
	return name, a
}

func (l *loader) attributeOf(s subject, name string) (a *devices.Attribute, problem string) {
	if s.typ == nil {
		return nil, ""
	}
	a, ok := s.typ.Attribute(name)
	if !ok {
		return nil, l.unknown("attribute", name, s.a()+" has", attributeNames(s.typ))
	}
	return a, ""
}

// mostListed is how many names a message lists.
const mostListed = 12

// unknown says that name is none of those that there are: with the nearest, or
// with all of them if they are few.
func (l *loader) unknown(what, name, has string, names []string) string {
	hint := l.didYouMean(name, names)
	switch {
	case hint != "" || len(names) > mostListed:
	case len(names) == 0:
		hint = fmt.Sprintf("; %s none", has)
	default:
		hint = fmt.Sprintf("; %s %s", has, strings.Join(names, ", "))
	}
	return fmt.Sprintf("unknown %s %s%s", what, quoted(name), hint)
}

// quoted returns a text of the file as a message names it, cut if it is long.
func quoted(text string) string { return (&tomltree.Node{Scalar: text}).String() }

func attributeNames(t *devices.Type) []string {
	return names(t.Attributes, func(a devices.Attribute) string { return a.Name })
}

// names returns the name of each.
func names[T any](list []T, of func(T) string) []string {
	all := make([]string, len(list))
	for i, x := range list {
		all[i] = of(x)
	}
	return all
}

func valueName(v devices.Value) string { return v.Name }

// check returns the value of n as encoding/json has it (bool, float64, string or,
// for Words, []any) if v takes it, else nil. name stands for it in messages. v is nil where nothing
// is known: then any simple value is taken.
func (f *fields) check(n *tomltree.Node, name string, v *devices.Value) any {
	x, simple := n.Plain()
	if v == nil {
		if !simple {
			f.fail(n.Pos, f.where, "%s is %s; want a number, a text, true or false", name, n.String())
		}
		return x
	}
	if v.Kind == devices.Words {
		x, simple = n.JSON(), n.IsList
	}
	if simple {
		if _, err := v.Check(x); err == nil {
			return x
		}
	}
	if v.Kind == devices.Words && f.wrongWord(n, name, v) {
		return nil
	}
	hint := ""
	if word, ok := x.(string); ok {
		hint = f.didYouMean(word, v.Values)
	}
	if v.Kind == devices.Duration {
		hint = durationHint(n)
	}
	f.fail(n.Pos, f.where, "%s is %s; want %s%s", name, n.String(), v.Wants(), hint)
	return nil
}

// wrongWord reports the word because of which a list is none that v takes; false if
// that is not one word's fault.
func (f *fields) wrongWord(n *tomltree.Node, name string, v *devices.Value) bool {
	for i, item := range n.List {
		if _, err := v.Check([]any{item.JSON()}); err != nil {
			hint := ""
			if word, ok := item.Scalar.(string); ok && likelyWord(word) != "" && likelyWord(word) != word {
				hint = fmt.Sprintf(" (did you mean %q?)", likelyWord(word))
			}
			f.fail(item.Pos, f.where, "%s has %s; want %s%s", name, item.String(), v.Wants(), hint)
			return true
		}
		for _, before := range n.List[:min(i, mostCompared)] {
			if before.Scalar == item.Scalar {
				f.fail(item.Pos, f.where, "%s has %s twice; want %s", name, item.String(), v.Wants())
				return true
			}
		}
	}
	return false
}

// mostCompared is how many words of a list are held against each that follows.
const mostCompared = 100
