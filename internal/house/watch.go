package house

import (
	"strings"
	"time"

	"homebus/internal/scene"
	"homebus/internal/telling"
	"homebus/topics"
)

// watch follows what one line of a timeline looks at: a condition, or a moment, which is
// a notice or a message. Its window opens with the line before and closes with its own.
type watch struct {
	line   *scene.Line
	on     *scene.StateCondition // nil for a moment
	moment moment
	open   bool
	met    bool          // it was true in the window
	last   time.Duration // when it was last found to be true
	told   bool          // a failure was told
	// early: the moment came before the window opened.
	early bool
	// teller is the message that made the value what it is, or that was the moment;
	// nil if none did. value is what it said, "" for nothing.
	teller *told
	value  string
	seen   []string // the last different values or moments in the window
}

// newWatch returns the watch for a line; nil if the line demands nothing.
func newWatch(line *scene.Line) *watch {
	switch act := line.Act.(type) {
	case *scene.Expect:
		return &watch{line: line, on: act.Condition}
	case *scene.Said:
		return &watch{line: line, moment: &notice{act.Text}}
	case *scene.Heard:
		return &watch{line: line, moment: &passage{act}}
	}
	return nil
}

// subject is what a watch follows: a device or "scene/NAME", the notices, or a topic.
func (w *watch) subject() subject {
	if w.on == nil {
		return w.moment.subject()
	}
	return subject{of: w.on.Device}
}

// subject is what messages tell of: a device, "scene/NAME", the notices; or a topic by
// itself.
type subject struct{ of, topic string }

// subjectOf returns the subject of which a message tells; the zero one for none.
func subjectOf(topic string) subject {
	t, ok := topics.Parse(topic)
	switch {
	case !ok:
		return subject{}
	case t.Kind == topics.KindNotice:
		return notices
	case t.Kind == topics.KindScene:
		return subject{of: topic}
	case t.Kind == topics.KindState, t.Kind == topics.KindOnline:
		return subject{of: t.ID()}
	}
	return subject{}
}

// hear takes a message that tells of the subject, after the view has taken it.
func (w *watch) hear(v *scene.View, m *told, now time.Duration) {
	if w.on == nil {
		w.hearMoment(m, now)
		return
	}
	value, known := v.Value(w.on.Device, w.on.Attr)
	text := scene.ValueText(value)
	if known {
		w.see(text)
	}
	if w.teller == nil || text != w.value {
		w.teller, w.value = m, text
	}
	w.look(v, now)
}

func (w *watch) hearMoment(m *told, now time.Duration) {
	said, met, ok := w.moment.read(m.Message)
	if !ok {
		return
	}
	w.see(said)
	if w.open || met {
		w.teller, w.value = m, said
	}
	if met {
		w.meet(now)
		w.early = !w.open
	}
}

// begin opens the window.
func (w *watch) begin() {
	w.open, w.seen = true, nil
	if w.on == nil && !w.early {
		w.teller = nil
	}
}

// foundWords says what the teller said: "kitchen/coffee water_ml 300".
func (w *watch) foundWords() string {
	switch {
	case w.on == nil:
		return w.moment.verb() + " " + w.value
	case w.on.Attr == "" || w.on.Attr == "state":
		if _, ok := sceneOf(w.teller); ok {
			return telling.Message(w.teller.Message)
		}
		return w.on.Device + " " + w.value
	}
	return w.on.Device + " " + w.on.Attr + " " + w.value
}

// look notes whether the condition is true now. At the first instant nothing is known,
// and all that is not known is not this or that; "never" has not been broken by that.
func (w *watch) look(v *scene.View, now time.Duration) {
	if w.on == nil || !v.Holds(w.on) {
		return
	}
	if _, known := v.Value(w.on.Device, w.on.Attr); known || w.line.When != scene.UntilThen {
		w.meet(now)
	}
}

func (w *watch) meet(now time.Duration) {
	if w.open {
		w.met, w.last = true, now
	}
}

// maxSeen is how many values a failure tells of.
const maxSeen = 6

func (w *watch) see(value string) {
	if !w.open || len(w.seen) > 0 && w.seen[len(w.seen)-1] == value {
		return
	}
	if w.seen = append(w.seen, value); len(w.seen) > maxSeen {
		w.seen = w.seen[1:]
	}
}

// want says in words what is demanded.
func (w *watch) want() string {
	not := ""
	if w.line.When == scene.UntilThen {
		not = "never "
	}
	if w.on == nil {
		return not + w.moment.verb() + " " + w.moment.String()
	}
	return not + w.on.String()
}

// found says in words what there was instead.
func (w *watch) found(v *scene.View) string {
	switch {
	case w.on == nil && w.line.When == scene.UntilThen:
		return "it was " + w.moment.verb()
	case w.on == nil && len(w.seen) == 0 && w.early:
		return "it was " + w.moment.verb() + " before the line before"
	case w.on == nil && len(w.seen) == 0:
		return "nothing was " + w.moment.verb()
	case w.on == nil:
		return strings.Join(w.seen, ", ")
	}
	text := "unknown"
	if value, known := v.Value(w.on.Device, w.on.Attr); known {
		text = scene.ValueText(value)
	}
	if w.line.When == scene.By && len(w.seen) > 1 {
		text += ", after " + strings.Join(w.seen[:len(w.seen)-1], ", ")
	}
	return text
}
