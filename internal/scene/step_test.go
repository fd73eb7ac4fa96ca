package scene

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"homebus/internal/presence"
)

const coffee = "kitchen/coffee"

func brew() *Command {
	return &Command{Device: coffee, Do: "brew", Confirm: 5 * time.Second, Retry: 2}
}

// ack answers the last command with the id of that command.
func (s *story) ack(ok bool, why string) {
	s.t.Helper()
	sent := s.on("command/" + coffee)
	if len(sent) == 0 {
		s.t.Fatal("no command was sent")
	}
	b, _ := json.Marshal(presence.Ack{ID: sent[len(sent)-1].ID(), OK: ok, Error: why})
	s.hear("ack/"+coffee, string(b))
}

func TestConfirm(t *testing.T) {
	tests := []struct {
		name  string
		story func(*story)
		sent  int
		state string
		err   string
	}{
		{"waits", func(s *story) { s.pass(4 * time.Second) }, 1, StateRunning, ""},
		{"an ack at once", func(s *story) { s.ack(true, "") }, 1, StateDone, ""},
		{"an ack after one retry", func(s *story) { s.pass(6 * time.Second); s.ack(true, "") }, 2, StateDone, ""},
		{"an ack after the retries", func(s *story) { s.pass(14 * time.Second); s.ack(true, "") }, 3, StateDone, ""},
		{"silence", func(s *story) { s.pass(time.Hour) }, 3, StateFailed, "step 1: no answer from kitchen/coffee within 5s (3 tries)"},
		{"a late ack", func(s *story) { s.pass(time.Hour); s.ack(true, "") }, 3, StateFailed, "step 1: no answer from kitchen/coffee within 5s (3 tries)"},
		{"a refusal without a reason", func(s *story) { s.ack(false, ""); s.pass(time.Hour) }, 1, StateFailed, "step 1: kitchen/coffee refused brew: no reason given"},
		{"a refusal", func(s *story) { s.ack(false, "no water"); s.pass(time.Hour) }, 1, StateFailed, "step 1: kitchen/coffee refused brew: no water"},
		{"an ack of another command", func(s *story) {
			s.hear("ack/"+coffee, `{"id":"x","ok":true}`)
			s.hear("ack/"+coffee, `{"ok":true}`)
		}, 1, StateRunning, ""},
		{"an ack on another device's topic", func(s *story) {
			s.hear("ack/kitchen/other", `{"id":"`+s.on("command/")[0].ID()+`","ok":true}`)
		}, 1, StateRunning, ""},
		{"stopped meanwhile", func(s *story) {
			s.hear("command/scene/a", `{"do":"stop"}`)
			s.ack(true, "")
			s.pass(time.Hour)
		}, 1, StateStopped, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, noon, scene("a", press(), Step{Action: brew()}), scene("b", nil, do("kitchen/other", "on")))
			s.press()
			tt.story(s)
			s.is("a", tt.state)
			if got := s.status("a").Error; got != tt.err {
				t.Errorf("error %q, want %q", got, tt.err)
			}
			sent := s.on("command/" + coffee)
			if len(sent) != tt.sent {
				t.Errorf("sent %d times, want %d", len(sent), tt.sent)
			}
			for _, m := range sent {
				if m.ID() != sent[0].ID() {
					t.Errorf("a retry has the id %s, the first try %s", m.ID(), sent[0].ID())
				}
			}
			if n := len(s.e.unconfirmed); tt.state != StateRunning && n != 0 {
				t.Errorf("%d commands are still remembered", n)
			}
		})
	}
}

func TestARefusalWithoutConfirmIsAWarning(t *testing.T) {
	s := tell(t, noon, scene("a", press(), do(coffee, "brew")))
	s.press()
	s.is("a", StateDone)
	s.ack(false, "no water")
	s.is("a", StateDone)
	if got := s.decisions(); !strings.Contains(got, "a: warning: kitchen/coffee brew was refused: no water") {
		t.Errorf("no warning in:\n%s", got)
	}
}

func TestUntil(t *testing.T) {
	until := func(c Condition, onTimeout string) *Scene {
		return scene("a", press(), Step{Action: &Until{Condition: c, Timeout: 12 * time.Minute, OnTimeout: onTimeout}}, say("ready"))
	}
	untilDay := func(day time.Weekday) *Scene {
		return scene("a", press(), Step{Action: &Until{Condition: &DaysCondition{1 << day}, Timeout: 24 * time.Hour, OnTimeout: "failed"}})
	}
	warming := is(coffee, "warming")
	tests := []struct {
		name  string
		scene *Scene
		story func(*story)
		state string
		after time.Duration // when it ended, if it has
	}{
		{"waits", until(warming, OnTimeoutContinue), func(s *story) { s.press(); s.pass(11 * time.Minute) }, StateRunning, 0},
		{"true already", until(warming, OnTimeoutContinue), func(s *story) { s.state(coffee, "warming"); s.press() }, StateDone, 0},
		{"becomes true", until(warming, OnTimeoutContinue), func(s *story) {
			s.press()
			s.pass(time.Minute)
			s.state(coffee, "brewing")
			s.pass(time.Minute)
			s.state(coffee, "warming")
		}, StateDone, 2 * time.Minute},
		{"becomes true as it times out", until(warming, "failed"), func(s *story) {
			s.press()
			s.now = s.now.Add(12 * time.Minute)
			s.state(coffee, "warming")
			s.pass(0)
		}, StateDone, 12 * time.Minute},
		{"times out and continues", until(warming, OnTimeoutContinue), func(s *story) { s.press(); s.pass(time.Hour) }, StateDone, 12 * time.Minute},
		{"times out and fails", until(warming, "failed"), func(s *story) { s.press(); s.pass(time.Hour) }, StateFailed, 12 * time.Minute},
		{"for, true long enough already", until(lasts(coffee, "warming", time.Minute), OnTimeoutContinue), func(s *story) {
			s.state(coffee, "warming")
			s.pass(time.Minute)
			s.press()
		}, StateDone, time.Minute},
		{"for, by the passing of time", until(lasts(coffee, "warming", time.Minute), OnTimeoutContinue), func(s *story) {
			s.state(coffee, "idle")
			s.press()
			s.pass(time.Minute)
			s.state(coffee, "warming")
			s.pass(time.Hour)
		}, StateDone, 2 * time.Minute},
		{"for, interrupted", until(lasts(coffee, "warming", time.Minute), OnTimeoutContinue), func(s *story) {
			s.state(coffee, "idle")
			s.press()
			s.state(coffee, "warming")
			s.pass(50 * time.Second)
			s.state(coffee, "idle")
			s.state(coffee, "warming")
			s.pass(time.Hour)
		}, StateDone, 110 * time.Second},
		{"for, as long as the timeout", until(lasts(coffee, "warming", 12*time.Minute), "failed"), func(s *story) {
			s.state(coffee, "idle")
			s.press()
			s.state(coffee, "warming")
			s.pass(time.Hour)
		}, StateDone, 12 * time.Minute},
		{"a time of day", until(&BetweenCondition{at(12, 5), at(13, 0)}, "failed"), func(s *story) { s.press(); s.pass(time.Hour) }, StateDone, 5 * time.Minute},
		{"a day", untilDay(time.Saturday), func(s *story) { s.press(); s.pass(48 * time.Hour) }, StateDone, 12 * time.Hour},
		{"stopped", until(warming, "failed"), func(s *story) {
			s.press()
			s.hear("command/scene/a", `{"do":"stop"}`)
			s.state(coffee, "warming")
			s.pass(time.Hour)
		}, StateStopped, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, noon, tt.scene, scene("failed", nil))
			tt.story(s)
			s.is("a", tt.state)
			var ended time.Duration
			for _, m := range s.on("scene/a") {
				ended = m.Meta.At.Sub(noon)
			}
			if tt.state != StateRunning && ended != tt.after {
				t.Errorf("ended after %v, want %v", ended, tt.after)
			}
			if want := map[bool]int{true: 1}[tt.state == StateFailed]; s.status("failed").Runs != want {
				t.Errorf("the scene of on_timeout ran %d times, want %d", s.status("failed").Runs, want)
			}
			if n := len(s.e.targets[coffee].watchersOrNone()); tt.state != StateRunning && n != 0 {
				t.Errorf("%d runs still watch", n)
			}
		})
	}
}

func (s *target) watchersOrNone() []*strand {
	if s == nil {
		return nil
	}
	return s.watchers
}

func TestIfPassesAStepOver(t *testing.T) {
	step := do("kitchen/toaster", "start")
	step.If = &StateCondition{Device: "kitchen/toaster", Attr: "loaded", Test: Comparison{Is: true}}
	s := tell(t, noon, scene("a", press(), step, say("next")))
	s.press()
	s.want("command/")
	s.hear("state/kitchen/toaster", `{"loaded":true}`)
	s.press()
	s.want("command/", `command/kitchen/toaster {"do":"start"}`)
	if n := len(s.on("notice/")); n != 2 {
		t.Errorf("%d notices, want 2", n)
	}
}

func TestTextNamesValues(t *testing.T) {
	text := Text{{Plain: "at "}, {Device: coffee, Attr: "water_ml"}, {Plain: " ml, "}, {Device: coffee, Attr: "state"}, {Plain: ", "}, {Device: coffee, Attr: "x"}}
	s := tell(t, noon, scene("a", press(), Step{Action: &Say{Text: text, Level: "alarm"}}))
	s.hear("state/"+coffee, `{"state":"idle","water_ml":799.9966}`)
	s.press()
	s.online(coffee, false)
	s.press()
	s.want("notice/",
		`notice/home {"text":"at 800 ml, idle, unknown","level":"alarm"}`,
		`notice/home {"text":"at 800 ml, offline, unknown","level":"alarm"}`)
}

func TestRunAndStopOtherScenes(t *testing.T) {
	s := tell(t, noon,
		scene("a", press(), Step{Action: &Run{Scene: "b"}}, wait(time.Second), Step{Action: &Stop{Scene: "b"}}, Step{Action: &Run{Scene: "none"}}, say("end")),
		scene("b", nil, do("hall/light", "on"), wait(time.Hour), do("hall/light", "off")))
	pressed := s.press()
	s.is("b", StateRunning)
	if got := s.status("b").Reason; got != "scene a" {
		t.Errorf("reason %q", got)
	}
	a, b := s.on("scene/a")[1], s.on("scene/b")[1]
	if a.Meta.Cause != pressed.ID() || b.Meta.Cause != a.ID() || a.Hops() != 1 || b.Hops() != 2 {
		t.Errorf("a: %+v\nb: %+v", a.Meta, b.Meta)
	}
	s.pass(2 * time.Hour)
	s.is("b", StateStopped)
	s.is("a", StateDone)
	s.want("command/", `command/hall/light {"do":"on"}`)
}

func TestASceneMayStopItself(t *testing.T) {
	s := tell(t, noon, scene("a", press(), Step{Action: &Stop{Scene: "a"}}, say("never")))
	s.press()
	s.is("a", StateStopped)
	s.want("notice/")
}

func TestUntilAnotherSceneIsDone(t *testing.T) {
	s := tell(t, noon,
		scene("a", press(), Step{Action: &Run{Scene: "b"}},
			Step{Action: &Until{Condition: is("scene/b", "done"), Timeout: time.Hour, OnTimeout: OnTimeoutContinue}}, say("b is done")),
		scene("b", nil, wait(time.Minute)))
	s.press()
	s.pass(time.Minute - 1)
	s.want("notice/")
	s.pass(1)
	s.want("notice/", `notice/home {"text":"b is done","level":"info"}`)
}

func TestTheSceneOfATimeoutNamesTheFailure(t *testing.T) {
	s := tell(t, noon, scene("a", press(), Step{Action: &Until{Condition: is(coffee, "warming"), Timeout: time.Minute, OnTimeout: "failed"}}), scene("failed", nil, say("x")))
	s.press()
	s.pass(time.Hour)
	a, failed := s.on("scene/a"), s.on("scene/failed")
	if cause, want := failed[1].Meta.Cause, a[len(a)-1].ID(); cause != want {
		t.Errorf("the scene of on_timeout is caused by %q, want %q, that of the failure", cause, want)
	}
}

func TestANewRunHasNoError(t *testing.T) {
	a := scene("a", press(), Step{Action: brew()}, wait(time.Minute))
	s := tell(t, noon, a)
	s.press()
	s.ack(false, "no water in the tank")
	if s.status("a").Error == "" {
		t.Fatal("a refusal is no error")
	}
	s.press()
	if st := s.status("a"); st.State != StateRunning || st.Error != "" {
		t.Errorf("the next run is told as %+v", st)
	}
}
