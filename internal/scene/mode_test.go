package scene

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestModes(t *testing.T) {
	// Each run takes 10 s and says so at its end; the switch is pressed at the
	// seconds given.
	tests := []struct {
		name    string
		mode    Mode
		max     int
		presses []int
		ends    []int // seconds
		runs    int
		skipped int
	}{
		{"single ignores", Single, 1, []int{0, 3, 9, 10}, []int{10, 20}, 2, 2},
		{"restart begins anew", Restart, 1, []int{0, 3, 9}, []int{19}, 3, 0},
		{"restart at the same instant", Restart, 1, []int{0, 0, 0}, []int{10}, 3, 0},
		{"queued runs in order", Queued, 10, []int{0, 3, 4}, []int{10, 20, 30}, 3, 0},
		{"queued up to max", Queued, 2, []int{0, 3, 4, 12}, []int{10, 20, 30}, 3, 1},
		{"parallel", Parallel, 10, []int{0, 3, 4}, []int{10, 13, 14}, 3, 0},
		{"parallel up to max", Parallel, 2, []int{0, 3, 4, 10}, []int{10, 13, 20}, 3, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := scene("a", press(), wait(10*time.Second), say("end"))
			a.Mode, a.Max = tt.mode, tt.max
			s := tell(t, noon, a)
			for _, at := range tt.presses {
				s.until(noon.Add(time.Duration(at) * time.Second))
				s.press()
			}
			s.pass(time.Hour)
			var ends []int
			for _, m := range s.on("notice/") {
				ends = append(ends, int(m.Meta.At.Sub(noon)/time.Second))
			}
			if fmt.Sprint(ends) != fmt.Sprint(tt.ends) {
				t.Errorf("ends at %v, want %v\n%s", ends, tt.ends, s.decisions())
			}
			if got := s.status("a"); got.Runs != tt.runs || got.Skipped != tt.skipped || got.State != StateDone || got.Active != 0 || got.Queued != 0 {
				t.Errorf("at the end: %+v, want %d runs and %d skipped", got, tt.runs, tt.skipped)
			}
		})
	}
}

// A start that comes between the end of one run and the beginning of the next in
// the queue takes its place at the end.
func TestNobodyJumpsTheQueue(t *testing.T) {
	a := scene("a", press(), wait(10*time.Second))
	a.When = append(a.When, becomes("scene/a", StateDone))
	a.Mode, a.Max = Queued, 3
	s := tell(t, noon, a)
	s.press()
	s.press()
	s.pass(25 * time.Second)
	var reasons []string
	for _, m := range s.on("scene/a") {
		var st Status
		if err := json.Unmarshal(m.Payload, &st); err != nil {
			t.Fatal(err)
		}
		if st.Runs > len(reasons) {
			reasons = append(reasons, st.Reason)
		}
	}
	want := []string{"bathroom/switch press", "bathroom/switch press", "scene a done"}
	if !slices.Equal(reasons, want) {
		t.Errorf("runs because of %q, want %q\n%s", reasons, want, s.decisions())
	}
}

func TestWhatIsNotRunIsShownAndTraced(t *testing.T) {
	s := tell(t, noon, scene("a", press(), wait(time.Hour)))
	s.press()
	second := s.press()
	if got := s.status("a"); got.Skipped != 1 {
		t.Errorf("%+v, want 1 skipped", got)
	}
	if last := s.said[len(s.said)-1]; last.Meta.Cause != second.ID() {
		t.Errorf("shown because of %s, want %s", last.Meta.Cause, second.ID())
	}
	if got := s.decisions(); !strings.Contains(got, "not run (bathroom/switch press): it is running (mode single)") {
		t.Error(got)
	}
	for range 1000 {
		s.press()
	}
	said := len(s.said)
	s.pass(time.Minute)
	if got := s.status("a"); got.Skipped != 1001 || len(s.said) != said+1 {
		t.Errorf("%+v after %d messages, want 1001 skipped and one message for the rest", got, len(s.said)-said)
	}
}

func TestStatusOfSeveralRuns(t *testing.T) {
	a := scene("a", press(), wait(10*time.Second), wait(10*time.Second))
	a.Mode, a.Max = Parallel, 3
	b := scene("b", press(), wait(10*time.Second))
	b.Mode, b.Max = Queued, 3
	s := tell(t, noon, a, b)
	s.press()
	s.pass(10 * time.Second)
	s.press()
	s.press()
	if got := s.status("a"); got.Active != 3 || got.Step != 1 || got.Runs != 3 {
		t.Errorf("a: %+v, want three active, the newest at step 1", got)
	}
	if got := s.status("b"); got.Active != 1 || got.Queued != 1 || got.Runs != 2 {
		t.Errorf("b: %+v, want one running and one queued", got)
	}
	s.hear("command/scene/b", `{"do":"stop"}`)
	if got := s.status("b"); got.State != StateStopped || got.Queued != 0 {
		t.Errorf("b: %+v, want it stopped and its queue empty", got)
	}
	s.pass(10 * time.Second)
	if got := s.status("a"); got.State != StateRunning || got.Active != 2 {
		t.Errorf("a: %+v, want two active", got)
	}
}

func TestTriggersOfOneInstantAreTakenInTheFilesOrder(t *testing.T) {
	mk := func(name string) *Scene {
		return scene(name, press(), do("x/"+name, "on"))
	}
	timed := scene("d", &TimeTrigger{At: at(12, 1)}, do("x/d", "on"))
	held := scene("c", &StateTrigger{Device: lamp, Becomes: "on", For: time.Minute}, do("x/c", "on"))
	b := mk("b")
	b.When = append(b.When, press()) // one message starts a scene once
	s := tell(t, noon, mk("e"), held, timed, b, mk("a"))
	s.press()
	s.want("command/", `command/x/e {"do":"on"}`, `command/x/b {"do":"on"}`, `command/x/a {"do":"on"}`)
	s.said = nil
	s.state(lamp, "off")
	s.state(lamp, "on")
	s.pass(time.Minute)
	s.want("command/", `command/x/c {"do":"on"}`, `command/x/d {"do":"on"}`)
}

func TestAskedByMessage(t *testing.T) {
	const topic = "command/scene/a"
	tests := []struct {
		name    string
		topic   string
		payload string
		answer  string // the rest of the ack after the id
		state   string
	}{
		{"run", topic, `{"do":"run"}`, `"ok":true}`, StateRunning},
		{"stop, not running", topic, `{"do":"stop"}`, `"ok":true}`, StateIdle},
		{"unknown do", topic, `{"do":"dance"}`, `"ok":false,"error":"\"do\" is \"dance\"; want \"run\" or \"stop\""}`, StateIdle},
		{"no do", topic, `{}`, `"ok":false,"error":"\"do\" is \"\"; want \"run\" or \"stop\""}`, StateIdle},
		{"bad JSON", topic, `run`, `"ok":false,"error":"the payload is no JSON object"}`, StateIdle},
		{"unknown scene", "command/scene/b", `{"do":"run"}`, `"ok":false,"error":"there is no scene \"b\""}`, StateIdle},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := scene("a", nil, wait(time.Hour))
			a.OnlyIf = []Condition{is("home/mode", "home")} // is for triggers, not for who asks
			s := tell(t, noon, a)
			m := s.hear(tt.topic, tt.payload)
			ackTopic := "ack/" + strings.TrimPrefix(tt.topic, "command/")
			s.want("ack/", fmt.Sprintf(`%s {"id":%q,%s`, ackTopic, m.ID(), tt.answer))
			s.is("a", tt.state)
			if got := s.on("ack/")[0].Meta.Cause; got != m.ID() {
				t.Errorf("the ack is caused by %q, want %q", got, m.ID())
			}
		})
	}
	t.Run("no scene's name", func(t *testing.T) {
		s := tell(t, noon, scene("a", nil))
		s.hear("command/scene/A B", `{"do":"run"}`)
		s.want("ack/")
	})
}

func TestARequestIsDoneOncePerID(t *testing.T) {
	s := tell(t, noon, scene("a", nil, wait(time.Second)))
	m := s.hear("command/scene/a", `{"do":"run"}`)
	s.take(s.e.Handle(s.now, m)) // while it runs: not "it is running"
	s.pass(time.Minute)
	s.take(s.e.Handle(s.now, m))
	s.runs("a", 1)
	ok := fmt.Sprintf(`ack/scene/a {"id":%q,"ok":true}`, m.ID())
	s.want("ack/", ok, ok, ok)
	for range maxRemembered {
		s.hear("command/scene/a", `{"do":"stop"}`)
	}
	s.take(s.e.Handle(s.now, m)) // forgotten by now
	s.runs("a", 2)
}

func TestWithoutMetaEachRequestCounts(t *testing.T) {
	s := tell(t, noon, scene("a", nil))
	s.frames("command/scene/a", `{"do":"run"}`)
	s.frames("command/scene/a", `{"do":"run"}`)
	s.runs("a", 2)
	s.want("ack/", `ack/scene/a {"ok":true}`, `ack/scene/a {"ok":true}`)
	if m := s.on("ack/")[0]; m.Meta.Cause != "" {
		t.Errorf("cause %q for a message without meta", m.Meta.Cause)
	}
	if got := s.status("a").Reason; got != "by hand" {
		t.Errorf("reason %q", got)
	}
}
