package scene

import (
	"fmt"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/topics"
)

// until passes at once if its condition holds, and waits for it otherwise.
func (e *Engine) until(r *run, u *Until) {
	if e.holds(r.player, u.Condition) {
		return
	}
	r.Deadline, r.Until = e.elapsed+u.Timeout, e.wall.Add(u.Timeout)
	e.sleep(r, watching, e.lookAgain(r, u))
	e.watch(r)
}

// look looks whether an until is over, one way or the other.
func (e *Engine) look(r *run) {
	u := r.step().Action.(*Until)
	switch {
	case e.holds(r.player, u.Condition):
		e.wake(r)
		e.proceed(r)
	case e.elapsed < r.Deadline:
		e.sleep(r, watching, e.lookAgain(r, u))
	case u.OnTimeout == OnTimeoutContinue:
		e.note(r.player, r.Announced.ID, r.stepName()+" timed out, continued: "+e.failing(r.player, u.Condition))
		e.wake(r)
		e.proceed(r)
	default:
		p := r.player
		e.fail(r, fmt.Sprintf("after %s not yet: %s", devices.DurationText(u.Timeout), e.failing(p, u.Condition)))
		if other := e.byName[u.OnTimeout]; other != nil {
			_ = e.start(other, start{reason: "scene " + p.scene.Name, cause: p.last})
		}
	}
}

// lookAgain returns when r's until is to be looked at without a message: at the
// deadline, or before it when time alone may make the condition true.
func (e *Engine) lookAgain(r *run, u *Until) time.Duration {
	if at, ok := e.mayHold(u.Condition); ok && at > e.elapsed {
		return min(at, r.Deadline)
	}
	return r.Deadline
}

// fail ends a run that cannot go on.
func (e *Engine) fail(r *run, why string) {
	e.end(r, StateFailed, r.stepName()+": "+why)
}

// say gives a notice to the people at home.
func (e *Engine) say(r *run, s *Say) {
	text := e.text(s.Text)
	e.publish(message.New(topics.NoticeHome, notice{Text: text, Level: s.level()}), &r.Announced)
	e.note(r.player, r.Announced.ID, r.stepName()+": said "+text)
}

// notice is the payload of notice/home.
type notice struct {
	Text  string `json:"text"`
	Level string `json:"level"`
}

func (s *Say) level() string {
	if s.Level == "" {
		return "info"
	}
	return s.Level
}

// text fills the values in.
func (e *Engine) text(t Text) string {
	var b strings.Builder
	for _, part := range t {
		if part.Device == "" {
			b.WriteString(part.Plain)
			continue
		}
		v, _ := e.view.Value(part.Device, part.Attr)
		b.WriteString(ValueText(v))
	}
	return b.String()
}

// warn gives a warning notice, once a storm. It is one more link of the chain
// that it warns of, if that is not at its end: it must not begin a new one.
func (e *Engine) warn(w *warning, cause message.Meta, text string) {
	if w.due(e.elapsed) {
		cause.Hops = min(cause.Hops, maxHops-1) + 1
		e.publish(message.New(topics.NoticeHome, notice{Text: text, Level: "warning"}), &cause)
	}
}

// runOther runs a scene from a step of another.
func (e *Engine) runOther(r *run, name string) {
	if p := e.byName[name]; p != nil {
		e.note(r.player, r.Announced.ID, r.stepName()+": run "+name)
		_ = e.start(p, start{reason: "scene " + r.Scene, cause: r.Announced})
	}
}

// stopOther stops a scene from a step of another, or of itself.
func (e *Engine) stopOther(r *run, name string) {
	if p := e.byName[name]; p != nil {
		e.stop(p, "by scene "+r.Scene, r.Announced.ID)
	}
}

// stepName names the step that r is at, for people: "step 2".
func (r *run) stepName() string { return fmt.Sprintf("step %d", r.Step+1) }

// count prints a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
