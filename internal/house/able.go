package house

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"homebus/internal/scene"
	"homebus/topics"
)

// able is a scene that can bring about what a line of a test demands, and by which of
// its steps, from 0; none where it is about the scene itself.
type able struct {
	scene *scene.Scene
	steps []int
}

// whoCan returns the scenes that can bring about what a line demands: first those that
// do it themselves, in the file's order, then those that run them.
func whoCan(f *scene.File, line *scene.Line) []able {
	var found []able
	switch act := line.Act.(type) {
	case *scene.Said:
		found = doing(f, func(a scene.Action) bool {
			s, ok := a.(*scene.Say)
			return ok && canSay(s.Text, act.Text)
		})
	case *scene.Heard:
		found = doing(f, func(a scene.Action) bool {
			p, ok := a.(*scene.Publish)
			return ok && p.Topic == act.Topic
		})
	case *scene.Expect:
		subject := act.Condition.Device
		if name, ok := strings.CutPrefix(subject, topics.KindScene.Prefix()); ok {
			if s, ok := f.Scene(name); ok {
				found = []able{{scene: s}}
			}
			break
		}
		found = doing(f, func(a scene.Action) bool {
			c, ok := a.(*scene.Command)
			return ok && c.Device == subject
		})
	}
	for i := 0; i < len(found); i++ { // found grows
		found = appendNew(found, doing(f, starting(found[i].scene.Name)))
	}
	return found
}

// doing returns the scenes that have a step with an action, in the file's order.
func doing(f *scene.File, is func(scene.Action) bool) (found []able) {
	for _, s := range f.Scenes {
		var steps []int
		for i := range s.Do {
			if has(&s.Do[i], is) {
				steps = append(steps, i)
			}
		}
		if len(steps) > 0 {
			found = append(found, able{s, steps})
		}
	}
	return found
}

// has reports whether a step, or one in it, does something.
func has(s *scene.Step, is func(scene.Action) bool) bool {
	return is(s.Action) || slices.ContainsFunc(s.Inner(), func(inner *scene.Step) bool { return has(inner, is) })
}

// starting returns what is true of an action that starts a scene.
func starting(name string) func(scene.Action) bool {
	return func(a scene.Action) bool {
		switch a := a.(type) {
		case *scene.Run:
			return a.Scene == name
		case *scene.Until:
			return a.OnTimeout == name
		}
		return false
	}
}

func appendNew(all, more []able) []able {
	for _, a := range more {
		if !slices.ContainsFunc(all, func(b able) bool { return a.scene == b.scene }) {
			all = append(all, a)
		}
	}
	return all
}

// canSay reports whether a text could become what was said, its values being anything.
func canSay(t scene.Text, said string) bool {
	pattern := "(?s)^"
	for _, part := range t {
		if part.Device == "" {
			pattern += regexp.QuoteMeta(part.Plain)
		} else {
			pattern += ".*"
		}
	}
	ok, err := regexp.MatchString(pattern+"$", said)
	return ok && err == nil
}

// maxAble is of how many scenes a failure tells.
const maxAble = 3

// lastWords returns what was decided last about scenes, and about their steps that
// matter: of the few that something was decided about last, and of others that they
// have not run.
func lastWords(scenes []able, h *House) []scene.Decision {
	all := h.Decisions()
	var decided [][]scene.Decision
	var idle []scene.Decision
	for _, a := range scenes {
		if found := a.last(all); len(found) > 0 {
			decided = append(decided, a.now(found, h))
		} else if h.value(a, "runs") == "0" {
			idle = append(idle, scene.Decision{At: h.now, Scene: a.scene.Name, What: "has not run"})
		}
	}
	if len(decided) > maxAble {
		slices.SortStableFunc(decided, func(a, b []scene.Decision) int { return b[len(b)-1].At.Compare(a[len(a)-1].At) })
		decided = decided[:maxAble]
	}
	idle = idle[:min(len(idle), maxAble-len(decided))]
	return append(slices.Concat(decided...), idle...)
}

// last returns the last decision about a step that matters, and the last one about
// the scene, if that is another and not about some other step.
func (a able) last(all []scene.Decision) (found []scene.Decision) {
	for _, d := range slices.Backward(all) {
		switch {
		case d.Scene != a.scene.Name || d.Kind == scene.DecidedEnd && d.Name == scene.StateStopped: // before that stands who stopped it
		case a.about(d):
			if len(found) > 0 && found[0].Step() != "" {
				found = nil
			}
			return slices.Insert(found, 0, d)
		case len(found) == 0:
			found = append(found, d)
		}
	}
	return found
}

// now adds to the last decisions about a scene what it waits for, if it does, instead
// of a step that matters.
func (a able) now(last []scene.Decision, h *House) []scene.Decision {
	doing := h.value(a, "doing")
	if a.about(last[0]) || doing == "unknown" || h.value(a, "state") != scene.StateRunning {
		return last
	}
	if last[0].Step() != "" { // is behind it
		last = nil
	}
	at := fmt.Sprintf("is at step %s of %s: %s", h.value(a, "step"), h.value(a, "steps"), doing)
	return append(last, scene.Decision{At: h.now, Scene: a.scene.Name, What: at})
}

// value returns what a scene has said of itself, in words; "unknown" for nothing.
func (h *House) value(a able, attr string) string {
	v, _ := h.view.Value(topics.Scene(a.scene.Name), attr)
	return scene.ValueText(v)
}

// about reports whether a decision is about a step that matters.
func (a able) about(d scene.Decision) bool {
	top, _, _ := strings.Cut(d.Step(), ".")
	return slices.ContainsFunc(a.steps, func(i int) bool { return top == fmt.Sprintf("step %d", i+1) })
}
