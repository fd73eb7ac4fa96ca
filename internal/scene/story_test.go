package scene

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// story drives an engine in virtual time and keeps all that it says.
type story struct {
	t    *testing.T
	e    *Engine
	now  time.Time
	from message.Stamper
	said []message.Message
	// watch is called after every step of the engine, if not nil.
	watch func()
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func tell(t *testing.T, start time.Time, scenes ...*Scene) *story {
	t.Helper()
	return tellIn(t, time.UTC, start, scenes...)
}

func tellIn(t *testing.T, zone *time.Location, start time.Time, scenes ...*Scene) *story {
	t.Helper()
	return tellFile(t, &File{Home: Home{Zone: zone}, Scenes: scenes}, start)
}

func tellFile(t *testing.T, f *File, start time.Time) *story {
	t.Helper()
	ids := &message.Counted{Seed: 1}
	s := &story{t: t, now: start, from: message.Stamper{From: "test", IDs: ids}}
	s.e = NewEngine(f, start, EngineOptions{IDs: ids})
	s.said = s.e.Start(start)
	return s
}

// hear lets the engine hear a message with a meta, at the present time.
func (s *story) hear(topic, payload string) message.Message {
	return s.hearHops(topic, payload, 0)
}

func (s *story) hearHops(topic, payload string, hops int) message.Message {
	m := s.from.Stamp(s.now, message.Message{Topic: topic, Payload: []byte(payload)}, &message.Meta{Hops: hops})
	s.take(s.e.Handle(s.now, m))
	return m
}

// frames lets the engine hear a message of bare frames.
func (s *story) frames(frames ...string) {
	var raw [][]byte
	for _, f := range frames {
		raw = append(raw, []byte(f))
	}
	s.take(s.e.Handle(s.now, message.FromFrames(raw)))
}

func (s *story) press() message.Message { return s.hear("event/bathroom/switch", `{"event":"press"}`) }

func (s *story) state(id, state string) message.Message {
	return s.hear("state/"+id, fmt.Sprintf(`{"state":%q}`, state))
}

func (s *story) online(id string, yes bool) {
	s.hear("online/"+id, fmt.Sprintf(`{"online":%v}`, yes))
}

// pass lets d go by, tick by tick.
func (s *story) pass(d time.Duration) { s.until(s.now.Add(d)) }

func (s *story) until(end time.Time) {
	for n := 0; ; n++ {
		next, ok := s.e.Next()
		if !ok || next.After(end) {
			break
		}
		if n > 100_000 {
			s.t.Fatalf("no progress: Next is %v", next)
		}
		if next.After(s.now) {
			s.now = next
		}
		s.take(s.e.Tick(s.now))
	}
	s.now = end
}

func (s *story) take(out []message.Message) {
	s.said = append(s.said, out...)
	if s.watch != nil {
		s.watch()
	}
}

// status returns what a scene last said of itself.
func (s *story) status(scene string) Status {
	var st Status
	for _, m := range s.said {
		if m.Topic == topics.Scene(scene) {
			st = Status{}
			if len(m.Payload) == 0 {
				continue // deleted
			}
			if err := json.Unmarshal(m.Payload, &st); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	return st
}

// on returns what was said on topics with the prefix.
func (s *story) on(prefix string) []message.Message {
	var found []message.Message
	for _, m := range s.said {
		if strings.HasPrefix(m.Topic, prefix) {
			found = append(found, m)
		}
	}
	return found
}

// want compares what was said on topics with the prefix, as "topic payload".
func (s *story) want(prefix string, lines ...string) {
	s.t.Helper()
	var got []string
	for _, m := range s.on(prefix) {
		got = append(got, m.Topic+" "+string(m.Payload))
	}
	if g, w := strings.Join(got, "\n"), strings.Join(lines, "\n"); g != w {
		s.t.Errorf("said on %q:\n%s\nwant:\n%s\n%s", prefix, g, w, s.decisions())
	}
}

// runs fails unless the scene was started n times.
func (s *story) runs(scene string, n int) {
	s.t.Helper()
	if got := s.status(scene).Runs; got != n {
		s.t.Errorf("%s ran %d times, want %d\n%s", scene, got, n, s.decisions())
	}
}

// is fails unless the scene is in the state.
func (s *story) is(scene, state string) {
	s.t.Helper()
	if got := s.status(scene); got.State != state {
		s.t.Errorf("%s is %+v, want %s\n%s", scene, got, state, s.decisions())
	}
}

func (s *story) decisions() string {
	var b strings.Builder
	for _, d := range s.e.Decisions() {
		fmt.Fprintf(&b, "  %s %s: %s\n", d.At.Format("15:04:05.000"), d.Scene, d.Text())
	}
	return b.String()
}

func press() *EventTrigger { return &EventTrigger{Device: "bathroom/switch", Event: "press"} }

func becomes(id string, v any) *StateTrigger { return &StateTrigger{Device: id, Becomes: v} }

func is(id string, v any) *StateCondition {
	return &StateCondition{Device: id, Test: Comparison{Is: v}}
}

func at(hour, minute int) TimeOfDay { return TimeOfDay(hour*3600 + minute*60) }

func do(id, action string) Step { return Step{Action: &Command{Device: id, Do: action}} }

func say(text string) Step { return Step{Action: &Say{Text: Text{{Plain: text}}}} }

func wait(d time.Duration) Step { return Step{Action: &Wait{For: d}} }

func scene(name string, trigger Trigger, steps ...Step) *Scene {
	s := &Scene{Name: name, Title: name, Max: 1, Do: steps}
	if trigger != nil {
		s.When = []Trigger{trigger}
	}
	return s
}
