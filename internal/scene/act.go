package scene

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// command sends a command, and waits for its ack if that is asked for.
func (e *Engine) command(r *run, c *Command) {
	sent := e.publish(commandMessage(c), &r.Announced)
	e.note(r.player, r.Announced.ID, r.stepName()+": "+c.String())
	if c.Confirm <= 0 {
		e.sent.add(sent.ID, sentCommand{p: r.player, text: c.String()})
		return
	}
	r.Command, r.Tries = sent.ID, 1
	e.unconfirmed[sent.ID] = r
	r.Until = e.wall.Add(c.Confirm)
	e.sleep(r, confirming, e.elapsed+c.Confirm)
}

// commandMessage builds {"do":"start","browning":4}, parameters in the order of
// their names.
func commandMessage(c *Command) message.Message {
	var b bytes.Buffer
	b.WriteString(`{"do":`)
	b.Write(marshal(c.Do))
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		v := c.Params[name]
		if d, ok := v.(time.Duration); ok {
			v = durationText(d)
		}
		b.WriteByte(',')
		b.Write(marshal(name))
		b.WriteByte(':')
		b.Write(marshal(v))
	}
	b.WriteByte('}')
	return message.Message{Topic: topics.Of(topics.KindCommand, c.Device), Payload: b.Bytes()}
}

// marshal is for values that came from a checked file, which JSON can hold.
func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("scene: a checked value is no JSON: " + err.Error())
	}
	return b
}

// unanswered tries a command again, or gives up.
func (e *Engine) unanswered(r *run) {
	c := r.step().Action.(*Command)
	if r.Tries > c.Retry {
		e.fail(r, fmt.Sprintf("no answer from %s within %s (%s)", c.Device, durationText(c.Confirm), count(r.Tries, "try", "tries")))
		return
	}
	r.Tries++
	m := e.stamp.StampID(e.now, commandMessage(c), &r.Announced, r.Command)
	e.out = append(e.out, m)
	e.note(r.player, r.Announced.ID, fmt.Sprintf("%s: %s, try %d", r.stepName(), c, r.Tries))
	r.Until = e.wall.Add(c.Confirm)
	e.sleep(r, confirming, e.elapsed+c.Confirm)
}

// acked takes the answer to a command of ours; others are ignored.
func (e *Engine) acked(m message.Message) {
	var ack struct {
		ID    string `json:"id"`
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	if err := decodeObject(m.Payload, &ack); err != nil {
		e.note(nil, m.ID(), m.Topic+" not understood: "+err.Error())
		return
	}
	if r := e.unconfirmed[ack.ID]; r != nil {
		c := r.step().Action.(*Command)
		if m.Topic != topics.Of(topics.KindAck, c.Device) {
			return
		}
		if !ack.OK {
			e.fail(r, c.Device+" refused "+c.Do+": "+shorten(ack.Error))
			return
		}
		e.wake(r)
		e.proceed(r)
		return
	}
	if sent, ok := e.sent.get(ack.ID); ok && !ack.OK {
		e.note(sent.p, m.ID(), "warning: "+sent.text+" was refused: "+shorten(ack.Error))
	}
}

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
		e.fail(r, fmt.Sprintf("after %s not yet: %s", durationText(u.Timeout), e.failing(p, u.Condition)))
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
		b.WriteString(valueText(v))
	}
	return b.String()
}

// warn gives a warning notice about a scene, once a storm.
func (e *Engine) warn(p *player, w *warning, text string) {
	if w.due(e.elapsed) {
		e.publish(message.New(topics.NoticeHome, notice{Text: text, Level: "warning"}), nil)
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
