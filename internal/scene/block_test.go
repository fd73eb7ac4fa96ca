package scene

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// told is a scene that says what happens in it, started by a press at noon.
func told(t *testing.T, steps ...Step) *story {
	t.Helper()
	s := tell(t, noon, scene("a", press(), steps...), scene("failed", nil, say("the other scene")))
	s.press()
	return s
}

// heard returns the notices, each with its time since noon: "0s one".
func (s *story) heard() string {
	var all []string
	for _, m := range s.on("notice/") {
		var n notice
		if err := json.Unmarshal(m.Payload, &n); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%v %s", m.Meta.At.Sub(noon), n.Text))
	}
	return strings.Join(all, ", ")
}

func repeat(n int, steps ...Step) Step { return Step{Action: &Repeat{Times: n, Do: steps}} }

func together(strands ...[]Step) Step { return Step{Action: &Together{Strands: strands}} }

func strandOf(steps ...Step) []Step { return steps }

func choose(options ...Option) *Choose { return &Choose{Options: options} }

func until(c Condition, timeout time.Duration) Step {
	return Step{Action: &Until{Condition: c, Timeout: timeout, OnTimeout: "failed"}}
}

func TestBlocks(t *testing.T) {
	s, light := time.Second, is("hall/light", "on")
	unless := func(step Step) Step { step.If = light; return step }
	tests := []struct {
		name  string
		steps []Step
		want  string
		state string
	}{
		{"repeat", strandOf(repeat(3, say("x"), wait(s)), say("end")), "0s x, 1s x, 2s x, 3s end", StateDone},
		{"repeat in repeat", strandOf(repeat(2, repeat(2, say("x"), wait(s)), say("y"))), "0s x, 1s x, 2s y, 2s x, 3s x, 4s y", StateDone},
		{"an empty repeat", strandOf(repeat(1000), say("end")), "0s end", StateDone},
		{"a repeat whose if does not hold", strandOf(unless(repeat(3, say("x"))), say("end")), "0s end", StateDone},
		{"as many steps as are allowed", strandOf(repeat(499, wait(0)), say("end")), "0s end", StateDone},
		{"too many steps at once", strandOf(repeat(1000, wait(0), wait(0)), say("end")), "", StateFailed},
		{"no bound on steps that wait", strandOf(repeat(1000, repeat(3, wait(0)), wait(s)), say("end")), "16m40s end", StateDone},
		{"an option", strandOf(Step{Action: choose(Option{light, strandOf(say("one"))}, Option{is("hall/light", "off"), strandOf(say("two"), wait(s), say("2"))},
			Option{&DaysCondition{}, strandOf(say("three"))})}, say("end")), "0s two, 1s 2, 1s end", StateDone},
		{"else", strandOf(Step{Action: &Choose{Options: []Option{{light, strandOf(say("one"))}}, Else: strandOf(say("else"), say("too"))}}, say("end")), "0s else, 0s too, 0s end", StateDone},
		{"no else", strandOf(Step{Action: choose(Option{light, strandOf(say("one"))})}, say("end")), "0s end", StateDone},
		{"an empty option", strandOf(Step{Action: choose(Option{If: &DaysCondition{}})}, say("end")), "0s end", StateDone},
		{"choose in repeat", strandOf(repeat(2, Step{Action: choose(Option{&DaysCondition{}, strandOf(say("x"))})}, wait(s))), "0s x, 1s x", StateDone},
		{"together", strandOf(together(strandOf(wait(2*s), say("two")), strandOf(wait(s), say("one")), strandOf(say("now"))), say("end")), "0s now, 1s one, 2s two, 2s end", StateDone},
		{"together at once", strandOf(together(strandOf(say("a")), strandOf(say("b"))), say("end")), "0s a, 0s b, 0s end", StateDone},
		{"together with nothing", strandOf(together(nil, nil), say("end")), "0s end", StateDone},
		{"together in repeat", strandOf(repeat(2, together(strandOf(wait(s), say("a")), strandOf(say("b"))))), "0s b, 1s a, 1s b, 2s a", StateDone},
		{"together in together", strandOf(together(strandOf(together(strandOf(wait(s), say("a")), strandOf(wait(3*s), say("b"))), say("c")), strandOf(wait(2*s), say("d"))), say("end")),
			"1s a, 2s d, 3s b, 3s c, 3s end", StateDone},
		{"repeat in together", strandOf(together(strandOf(repeat(3, say("x"), wait(s))), strandOf(wait(s), say("y")))), "0s x, 1s x, 1s y, 2s x", StateDone},
		{"one of several fails", strandOf(together(strandOf(until(light, s)), strandOf(wait(2*s), say("never"))), say("end")), "1s the other scene", StateFailed},
		{"one of several stops the scene", strandOf(together(strandOf(wait(s), Step{Action: &Stop{Scene: "a"}}, say("never")), strandOf(wait(2*s), say("never")))), "", StateStopped},
		{"stopped as it begins", strandOf(together(strandOf(Step{Action: &Stop{Scene: "a"}}), strandOf(say("never")))), "", StateStopped},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, noon, scene("a", press(), tt.steps...), scene("failed", nil, say("the other scene")))
			s.state("hall/light", "off")
			s.press()
			s.pass(time.Hour)
			if got := s.heard(); got != tt.want {
				t.Errorf("heard %q, want %q\n%s", got, tt.want, s.decisions())
			}
			s.is("a", tt.state)
			if len(s.e.alarms) != 0 || len(s.e.targets["hall/light"].watchersOrNil()) != 0 {
				t.Errorf("%d alarms are left, and watchers %v", len(s.e.alarms), s.e.targets["hall/light"].watchersOrNil())
			}
		})
	}
}

func (t *target) watchersOrNil() []*strand {
	if t == nil {
		return nil
	}
	return t.watchers
}

// What a scene in the midst of blocks says of itself.
func TestTheStatusOfBlocks(t *testing.T) {
	s := told(t, say("x"), together(strandOf(wait(time.Minute)), strandOf(until(is("hall/light", "on"), time.Hour)), strandOf(wait(time.Second))), say("end"))
	got := s.status("a")
	want := "wait 1m and wait until hall/light is on and wait 1s"
	if got.Step != 2 || got.Steps != 3 || got.Doing != want || !got.Until.Equal(noon.Add(time.Hour)) {
		t.Errorf("status %+v, want step 2 of 3, %s, for an hour", got, want)
	}
	s.pass(time.Second)
	if got := s.status("a"); got.Doing != "wait 1m and wait until hall/light is on" {
		t.Errorf("a strand has ended, and the status is %+v", got)
	}
	s.state("hall/light", "on")
	s.pass(time.Minute)
	s.is("a", StateDone)
}

// Where a step in a block went wrong.
func TestTheNamesOfStepsInBlocks(t *testing.T) {
	fails := until(is("hall/light", "on"), time.Second)
	for _, tt := range []struct {
		step Step
		want string
	}{
		{fails, "step 2: after"},
		{repeat(2, say("x"), fails), "step 2.2: after"},
		{Step{Action: choose(Option{&DaysCondition{}, strandOf(say("x"), say("y"), fails)})}, "step 2.1.3: after"},
		{Step{Action: &Choose{Else: strandOf(fails)}}, "step 2.else.1: after"},
		{together(strandOf(say("x")), strandOf(fails)), "step 2.2: after"},
		{together(strandOf(say("x")), strandOf(say("y"), repeat(1, fails))), "step 2.2.2.1: after"},
	} {
		s := told(t, say("first"), tt.step)
		s.pass(time.Minute)
		if got := s.status("a").Error; !strings.HasPrefix(got, tt.want) {
			t.Errorf("error %q, want %s …", got, tt.want)
		}
	}
}

// A command of each strand can wait for its own ack.
func TestTogetherConfirms(t *testing.T) {
	command := func(id string) []Step {
		return strandOf(Step{Action: &Command{Device: id, Do: "on", Confirm: time.Second, Retry: 1}})
	}
	s := told(t, together(command("a/a"), command("a/b")), say("end"))
	first, second := s.on("command/a/a")[0], s.on("command/a/b")[0]
	s.hear("ack/a/b", `{"id":"`+second.ID()+`","ok":true}`)
	s.pass(1500 * time.Millisecond)
	if n := len(s.on("command/a/a")); n != 2 {
		t.Errorf("the command without an answer was sent %d times, want 2", n)
	}
	s.is("a", StateRunning)
	s.hear("ack/a/a", `{"id":"`+first.ID()+`","ok":true}`)
	s.is("a", StateDone)
	if len(s.e.unconfirmed) != 0 {
		t.Errorf("%d commands are still remembered", len(s.e.unconfirmed))
	}
}

// What stopped a scene is the cause of its saying so.
func TestAStopNamesItsCause(t *testing.T) {
	s := told(t, wait(time.Minute))
	m := s.hear("command/scene/a", `{"do":"stop"}`)
	stopped := s.on("scene/a")[len(s.on("scene/a"))-1]
	if s.is("a", StateStopped); stopped.Meta.Cause != m.ID() || stopped.Hops() != 1 {
		t.Errorf("it says so because of %s, %d links; want %s, 1 link", stopped.Meta.Cause, stopped.Hops(), m.ID())
	}
}
