package house

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"homebus/internal/scene"
)

// survivors are what no test of the library can notice, each with the reason.
var survivors = map[string]string{
	"lighting.toml: hall-light without is of trigger 1": "a motion sensor has no other event",
	"north.toml: blackout without timeout of step 2":    "seven o'clock always comes first, but an until needs one",
}

// A test tests if it fails where the scene is not what it should be. So every scene of
// the library is spoilt in one place after another, and each time at least one test of
// its file has to fail.
func TestTheLibraryNoticesWhatIsMissing(t *testing.T) {
	page, book := readNoticed(t), &notebook{now: make(noticed)}
	t.Cleanup(func() { book.close(t, page) })
	for _, f := range library(t) {
		t.Run(f.Path, func(t *testing.T) {
			t.Parallel()
			n, ran := 0, sync.OnceValue(func() rehearsal { return rehearse(f) })
			for i, s := range f.Scenes {
				h := &hunt{file: f, scene: i, ran: ran, page: page, book: book}
				for _, m := range mutants(s) {
					h.judge(t, m)
				}
				n += h.mutants
			}
			t.Logf("%d mutants of %d scenes, %d tests", n, len(f.Scenes), len(f.Tests))
		})
	}
}

func TestTheSurvivorsAreMutants(t *testing.T) {
	names := make(map[string]bool)
	for _, f := range library(t) {
		for _, s := range f.Scenes {
			for _, m := range mutants(s) {
				names[mutantName(f, m)] = true
			}
		}
	}
	for name := range survivors {
		if !names[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

// hunt tries the tests of a file on the mutants of one of its scenes.
type hunt struct {
	file    *scene.File
	scene   int
	ran     func() rehearsal // only a search needs it
	page    noticed
	book    *notebook
	tests   []*scene.Test // in the order of searching; nil before the first search
	mutants int
}

// rehearsal is what happened in each test of a file as it is.
type rehearsal map[*scene.Test]rehearsed

type rehearsed struct {
	scenes   []string // that ran
	messages int
}

func rehearse(f *scene.File) rehearsal {
	all := make(rehearsal)
	for _, test := range f.Tests {
		p := newPlay(f, test)
		_ = p.run(context.Background())
		r := rehearsed{messages: p.result.Messages}
		view := p.house.View()
		for _, s := range f.Scenes {
			if n, _ := view.Value("scene/"+s.Name, "runs"); n != 0.0 {
				r.scenes = append(r.scenes, s.Name)
			}
		}
		all[test] = r
	}
	return all
}

// takesAway reports whether a mutant can do nothing where the scene itself did not run.
func takesAway(s, mutant *scene.Scene) bool {
	return slices.Equal(mutant.OnlyIf, s.OnlyIf) &&
		!slices.ContainsFunc(mutant.When, func(t scene.Trigger) bool { return !slices.Contains(s.When, t) })
}

// likeliest returns the tests of the file in an order in which they soon fail for a
// mutant of s: first those that look at what s does, and short ones before long ones.
func likeliest(f *scene.File, s *scene.Scene, ran rehearsal) []*scene.Test {
	blind := make(map[*scene.Test]int)
	for _, test := range f.Tests {
		demanded := demands(test)
		if !slices.ContainsFunc(marks(s), func(mark string) bool { return demanded[mark] }) {
			blind[test] = 1
		}
	}
	return slices.SortedStableFunc(slices.Values(f.Tests), func(a, b *scene.Test) int {
		return cmp.Or(blind[a]-blind[b], cmp.Compare(ran[a].messages, ran[b].messages))
	})
}

func (h *hunt) judge(t *testing.T, m change[*scene.Scene]) {
	h.mutants++
	spoilt := *h.file
	spoilt.Scenes = with(h.file.Scenes, h.scene, m.to)
	name := mutantName(h.file, m)
	by, searched := h.failing(&spoilt, h.page[name])
	if by != "" {
		h.book.note(name, by, searched)
	}
	switch why, accepted := survivors[name]; {
	case by == "" && !accepted:
		t.Errorf("no test fails for %s", name)
	case by != "" && accepted:
		t.Errorf("%q fails for %s, which is said to survive: %s", by, name, why)
	}
}

// failing returns the name of a test that fails, "" if none does, and whether it is another
// one than expected.
func (h *hunt) failing(spoilt *scene.File, expected string) (by string, searched bool) {
	for _, test := range h.file.Tests {
		if test.Name == expected && fails(spoilt, test) {
			return expected, false
		}
	}
	return h.search(spoilt), true
}

// search returns the name of a test that fails, "" if none does. It is the first one to
// be tried in the next search, but for a page on which each mutant is to have a short one.
func (h *hunt) search(spoilt *scene.File) string {
	s, ran := h.file.Scenes[h.scene], h.ran()
	if h.tests == nil {
		h.tests = likeliest(h.file, s, ran)
	}
	less := takesAway(s, spoilt.Scenes[h.scene])
	for i, test := range h.tests {
		if less && !slices.Contains(ran[test].scenes, s.Name) {
			continue // it goes as it did
		}
		if fails(spoilt, test) {
			if !*update {
				h.tests = slices.Insert(without(h.tests, i), 0, test)
			}
			return test.Name
		}
	}
	return ""
}

// fails reports whether a test of a file fails.
func fails(f *scene.File, test *scene.Test) bool {
	p := newPlay(f, test)
	p.brief = true
	_ = p.run(context.Background()) // which has no end
	return !p.result.Passed()
}

// change is something that lacks one thing, and what it lacks.
type change[T any] struct {
	without string
	to      T
}

// mutantName returns "lighting.toml: hall-light without trigger 1".
func mutantName(f *scene.File, m change[*scene.Scene]) string {
	return fmt.Sprintf("%s: %s without %s", filepath.Base(f.Path), m.to.Name, m.without)
}

// within puts changes of a part into the whole.
func within[P, W any](changes []change[P], of string, whole func(P) W) []change[W] {
	var all []change[W]
	for _, c := range changes {
		all = append(all, change[W]{c.without + of, whole(c.to)})
	}
	return all
}

func without[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

func with[T any](list []T, i int, x T) []T {
	list = slices.Clone(list)
	list[i] = x
	return list
}

// lists returns a list without each of its entries in turn, and with each of the changes
// of one entry.
func lists[T any](list []T, entry string, changes func(T) []change[T]) []change[[]T] {
	var all []change[[]T]
	for i, x := range list {
		name := fmt.Sprintf("%s %d", entry, i+1)
		all = append(all, change[[]T]{name, without(list, i)})
		all = append(all, within(changes(x), " of "+name, func(x T) []T { return with(list, i, x) })...)
	}
	return all
}

// mutants returns copies of a scene that lack one thing each: a trigger, a condition, a
// part of one, a step with all that is in it, or something that each of those need not
// have.
func mutants(s *scene.Scene) []change[*scene.Scene] {
	copied := func(spoil func(*scene.Scene)) *scene.Scene {
		c := *s
		spoil(&c)
		return &c
	}
	all := slices.Concat(
		within(lists(s.When, "trigger", lesserTriggers), "", func(x []scene.Trigger) *scene.Scene {
			return copied(func(c *scene.Scene) { c.When = x })
		}),
		within(lists(s.OnlyIf, "condition", lesserConditions), "", func(x []scene.Condition) *scene.Scene {
			return copied(func(c *scene.Scene) { c.OnlyIf = x })
		}),
		within(lists(s.Do, "step", lesserSteps), "", func(x []scene.Step) *scene.Scene {
			return copied(func(c *scene.Scene) { c.Do = x })
		}),
	)
	if s.Mode != scene.Single {
		all = append(all, change[*scene.Scene]{"its mode", copied(func(c *scene.Scene) { c.Mode, c.Max = scene.Single, 1 })})
	}
	return all
}

// lesserTriggers returns a trigger without each of the keys that it need not have.
func lesserTriggers(t scene.Trigger) []change[scene.Trigger] {
	switch t := t.(type) {
	case *scene.StateTrigger:
		return lesser[scene.Trigger](t, map[string]func(*scene.StateTrigger){
			"for":  func(t *scene.StateTrigger) { t.For = 0 },
			"from": func(t *scene.StateTrigger) { t.From = nil },
		})
	case *scene.EventTrigger:
		return lesser[scene.Trigger](t, map[string]func(*scene.EventTrigger){"is": func(t *scene.EventTrigger) { t.Event = "" }})
	case *scene.TopicTrigger:
		return lesser[scene.Trigger](t, map[string]func(*scene.TopicTrigger){"payload": func(t *scene.TopicTrigger) { t.Payload = nil }})
	case *scene.NoticeTrigger:
		return lesser[scene.Trigger](t, map[string]func(*scene.NoticeTrigger){
			"text":  func(t *scene.NoticeTrigger) { t.Text = "" },
			"level": func(t *scene.NoticeTrigger) { t.Level = "" },
		})
	case *scene.TimeTrigger:
		return lesser[scene.Trigger](t, map[string]func(*scene.TimeTrigger){"days": func(t *scene.TimeTrigger) { t.Days = everyDay }})
	case *scene.SunTrigger:
		return lesser[scene.Trigger](t, map[string]func(*scene.SunTrigger){
			"days":       func(t *scene.SunTrigger) { t.Days = everyDay },
			"offset":     func(t *scene.SunTrigger) { t.Offset = 0 },
			"not_before": func(t *scene.SunTrigger) { t.NotBefore = nil },
			"not_after":  func(t *scene.SunTrigger) { t.NotAfter = nil },
		})
	}
	return nil
}

var everyDay scene.Days // is empty

// lesser returns copies of x, a pointer to a T, each with one key taken away, if that
// makes a difference; in the order of the keys.
func lesser[I any, T any](x *T, keys map[string]func(*T)) []change[I] {
	var all []change[I]
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		c := *x
		if keys[key](&c); fmt.Sprint(c) != fmt.Sprint(*x) {
			all = append(all, change[I]{key, any(&c).(I)})
		}
	}
	return all
}

// lesserConditions returns a condition without each of its parts and of the keys that it
// need not have.
func lesserConditions(c scene.Condition) []change[scene.Condition] {
	switch c := c.(type) {
	case *scene.StateCondition:
		return lesser[scene.Condition](c, map[string]func(*scene.StateCondition){"for": func(c *scene.StateCondition) { c.For = 0 }})
	case *scene.AnyCondition:
		return within(lists(c.Of, "part", lesserConditions), "", func(of []scene.Condition) scene.Condition { return &scene.AnyCondition{Of: of} })
	case *scene.AllCondition:
		return within(lists(c.Of, "part", lesserConditions), "", func(of []scene.Condition) scene.Condition { return &scene.AllCondition{Of: of} })
	case *scene.NotCondition:
		return within(lesserConditions(c.Condition), "", func(of scene.Condition) scene.Condition { return &scene.NotCondition{Condition: of} })
	}
	return nil
}

// lesserSteps returns a step without its "if", each part of that, and each part of what it
// does.
func lesserSteps(s scene.Step) []change[scene.Step] {
	var all []change[scene.Step]
	if s.If != nil {
		all = append(all, change[scene.Step]{"if", scene.Step{Action: s.Action, Pos: s.Pos}})
		all = append(all, within(lesserConditions(s.If), " of if", func(c scene.Condition) scene.Step {
			return scene.Step{If: c, Action: s.Action, Pos: s.Pos}
		})...)
	}
	return append(all, within(lesserActions(s.Action), "", func(a scene.Action) scene.Step {
		return scene.Step{If: s.If, Action: a, Pos: s.Pos}
	})...)
}

func lesserActions(a scene.Action) []change[scene.Action] {
	switch a := a.(type) {
	case *scene.Command:
		return lesserCommands(a)
	case *scene.Until:
		return append(within(lesserConditions(a.Condition), "", func(c scene.Condition) scene.Action {
			return &scene.Until{Condition: c, Timeout: a.Timeout, OnTimeout: a.OnTimeout}
		}), change[scene.Action]{"timeout", &scene.Until{Condition: a.Condition, Timeout: 10000 * time.Hour}})
	case *scene.Snapshot:
		none := func(string) []change[string] { return nil }
		return within(lists(a.Devices, "device", none), "", func(ids []string) scene.Action { return &scene.Snapshot{Devices: ids} })
	case *scene.Repeat:
		once := change[scene.Action]{"repeating", &scene.Repeat{Times: 1, Do: a.Do}}
		return append(within(lists(a.Do, "step", lesserSteps), "", func(do []scene.Step) scene.Action {
			return &scene.Repeat{Times: a.Times, Do: do}
		}), once)
	case *scene.Choose:
		return append(
			within(lists(a.Options, "option", lesserOptions), "", func(o []scene.Option) scene.Action { return &scene.Choose{Options: o, Else: a.Else} }),
			within(lists(a.Else, "step", lesserSteps), " of else", func(do []scene.Step) scene.Action {
				return &scene.Choose{Options: a.Options, Else: do}
			})...)
	case *scene.Together:
		strands := func(s []scene.Step) []change[[]scene.Step] {
			if len(s) == 1 {
				return within(lesserSteps(s[0]), "", func(x scene.Step) []scene.Step { return []scene.Step{x} })
			}
			return lists(s, "step", lesserSteps)
		}
		return within(lists(a.Strands, "strand", strands), "", func(s [][]scene.Step) scene.Action { return &scene.Together{Strands: s} })
	}
	return nil
}

func lesserOptions(o scene.Option) []change[scene.Option] {
	return append(
		within(lesserConditions(o.If), " of if", func(c scene.Condition) scene.Option { return scene.Option{If: c, Do: o.Do} }),
		within(lists(o.Do, "step", lesserSteps), "", func(do []scene.Step) scene.Option { return scene.Option{If: o.If, Do: do} })...)
}

// lesserCommands returns a command without each of its parameters, its retries and its
// confirmation.
func lesserCommands(c *scene.Command) []change[scene.Action] {
	keys := map[string]func(*scene.Command){
		"retry":   func(c *scene.Command) { c.Retry = 0 },
		"confirm": func(c *scene.Command) { c.Confirm, c.Retry = 0, 0 },
	}
	for param := range c.Params {
		keys[param] = func(c *scene.Command) {
			c.Params = maps.Clone(c.Params)
			delete(c.Params, param)
		}
	}
	return lesser[scene.Action](c, keys)
}
