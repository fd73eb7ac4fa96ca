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
func (e *Engine) until(s *strand, u *Until) {
	if e.holds(s.run.player, u.Condition) {
		return
	}
	s.Deadline, s.Until = e.elapsed+u.Timeout, e.wall.Add(u.Timeout)
	e.sleep(s, watching, e.lookAgain(s, u))
	e.watch(s)
}

// look looks whether an until is over, one way or the other.
func (e *Engine) look(s *strand) {
	r, u := s.run, s.step().Action.(*Until)
	switch {
	case e.holds(r.player, u.Condition):
		e.wake(s)
		e.proceed(s)
	case e.elapsed < s.Deadline:
		e.sleep(s, watching, e.lookAgain(s, u))
	case u.OnTimeout == OnTimeoutContinue:
		e.noteOfStep(s, DecidedTimeout, e.failing(r.player, u.Condition))
		e.wake(s)
		e.proceed(s)
	default:
		p := r.player
		e.fail(s, fmt.Sprintf("after %s not yet: %s", devices.DurationText(u.Timeout), e.failing(p, u.Condition)))
		if other := e.byName[u.OnTimeout]; other != nil {
			_ = e.start(other, start{reason: "scene " + p.scene.Name, cause: p.last})
		}
	}
}

// lookAgain returns when s's until is to be looked at without a message: at the
// deadline, or before it when time alone may turn the condition.
func (e *Engine) lookAgain(s *strand, u *Until) time.Duration {
	if at, ok := e.turns(u.Condition); ok {
		return min(at, s.Deadline)
	}
	return s.Deadline
}

// fail ends the run of a strand that cannot go on.
func (e *Engine) fail(s *strand, why string) {
	e.end(s.run, StateFailed, s.stepName()+": "+why)
}

// publishStep publishes a message of the step that s is at; did says in words what
// that does.
func (e *Engine) publishStep(s *strand, m message.Message, did string) message.Meta {
	sent := e.publish(m, &s.run.Announced)
	e.tellStep(s.stepName(), sent)
	e.noteStep(s, did)
	return sent
}

// tellStep tells that a step has led to a message; "" is none.
func (e *Engine) tellStep(step string, sent message.Meta) {
	if e.stepped != nil && step != "" {
		e.stepped(sent.ID, step)
	}
}

// say gives a notice to the people at home.
func (e *Engine) say(s *strand, a *Say) {
	text := e.text(a.Text)
	e.publishStep(s, message.New(topics.NoticeHome, notice{Text: text, Level: a.level()}), "said "+text)
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
func (e *Engine) text(t Text) string { return e.fill(t, ValueText) }

// payload returns what a publish step says.
func (e *Engine) payload(a *Publish) []byte {
	switch {
	case a.Text == nil:
		return []byte(a.Payload)
	case a.InJSON:
		return []byte(e.fill(a.Text, func(v any) string { return inQuotes(ValueText(v)) }))
	}
	return []byte(e.text(a.Text))
}

// fill fills the values in, each in the words of show.
func (e *Engine) fill(t Text, show func(any) string) string {
	var b strings.Builder
	for _, part := range t {
		if part.Device == "" {
			b.WriteString(part.Plain)
			continue
		}
		v, _ := e.view.Value(part.Device, part.Attr)
		b.WriteString(show(v))
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
func (e *Engine) runOther(s *strand, name string) {
	r := s.run
	if p := e.byName[name]; p != nil {
		e.noteStep(s, "run "+name)
		_ = e.start(p, start{reason: "scene " + r.Scene, cause: r.Announced, step: s.stepName()})
	}
}

// stopOther stops a scene from a step of another, or of itself.
func (e *Engine) stopOther(s *strand, name string) {
	r := s.run
	if p := e.byName[name]; p != nil {
		e.noteStep(s, "stop "+name)
		before, step := p.last.ID, s.stepName()
		e.stop(p, "by scene "+r.Scene, r.Announced)
		if p.last.ID != before {
			e.tellStep(step, p.last)
		}
	}
}

// count prints a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// inQuotes returns a text as it stands between the quotes of a JSON string.
func inQuotes(s string) string {
	quoted := string(marshal(s))
	return quoted[1 : len(quoted)-1]
}
