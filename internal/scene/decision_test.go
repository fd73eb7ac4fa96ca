package scene

import (
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
)

// Those who arrange decisions anew go by their kinds, and people by their words.
func TestWhatWasDecided(t *testing.T) {
	single := scene("single", press(), say("hello"), wait(time.Minute))
	restart := scene("restart", press(), wait(time.Minute))
	restart.Mode = Restart
	queued := scene("queued", press(), wait(time.Minute))
	queued.Mode, queued.Max = Queued, 2
	picky := scene("picky", press(), say("never"))
	picky.OnlyIf = []Condition{&BetweenCondition{From: 0, To: 1}}
	vain := scene("vain", press(), say("never"))
	vain.Do[0].If = picky.OnlyIf[0]
	vain.Do = append(vain.Do, Step{Action: &Repeat{Times: 1, Do: []Step{{Action: &Until{Condition: picky.OnlyIf[0], Timeout: time.Second, OnTimeout: OnTimeoutContinue}}}}})
	broken := scene("broken", press())
	broken.Do = []Step{{Action: &Until{Condition: picky.OnlyIf[0], Timeout: time.Second}}}
	s := tell(t, noon, single, restart, queued, picky, vain, broken)
	s.press()
	s.press()
	s.hear("command/scene/single", `{"do":"stop"}`)
	s.hear("command/scene/single", `{"do":"leap"}`)
	s.pass(time.Hour)
	type said struct {
		kind       DecisionKind
		name, what string
	}
	const why = "it is between 00:00 and 00:00:01 does not hold (it is Fri 12:00:0"
	want := map[said]string{
		{DecidedStart, "bathroom/switch press", ""}:                                 "started: bathroom/switch press",
		{DecidedQueue, "bathroom/switch press", ""}:                                 "queued (bathroom/switch press)",
		{DecidedNotRun, "bathroom/switch press", "it is running (mode single)"}:     "not run (bathroom/switch press): it is running (mode single)",
		{DecidedNotRun, "bathroom/switch press", why + "0)"}:                        "not run (bathroom/switch press): " + why + "0)",
		{DecidedRestart, "1", ""}:                                                   "run 1 ended by a restart",
		{DecidedStop, "", "by test"}:                                                "stopped: by test",
		{DecidedStep, "step 1", "said hello"}:                                       "step 1: said hello",
		{DecidedPassOver, "step 1", why + "0)"}:                                     "step 1 passed over: " + why + "0)",
		{DecidedTimeout, "step 2.1", why + "1)"}:                                    "step 2.1 timed out, continued: " + why + "1)",
		{DecidedEnd, StateDone, ""}:                                                 "run done",
		{DecidedEnd, StateStopped, ""}:                                              "run stopped",
		{DecidedEnd, StateFailed, "step 1: after 1s not yet: " + why + "1)"}:        "run failed: step 1: after 1s not yet: " + why + "1)",
		{DecidedOther, "", `request refused: "do" is "leap"; want "run" or "stop"`}: `request refused: "do" is "leap"; want "run" or "stop"`,
	}
	met := make(map[said]bool)
	for _, d := range s.e.Decisions() {
		is := said{d.Kind, d.Name, d.What}
		if text, wanted := want[is]; !wanted || d.Text() != text {
			t.Errorf("%+v reads %q", d, d.Text())
		}
		if ofStep := strings.HasPrefix(d.Text(), "step "); ofStep != (d.Step() != "") {
			t.Errorf("%+v is of the step %q", d, d.Step())
		}
		met[is] = true
	}
	for is := range want {
		if !met[is] {
			t.Errorf("nothing was decided as %+v", is)
		}
	}
}

func TestWhoListensHearsEveryDecision(t *testing.T) {
	var heard []Decision
	f := &File{Scenes: []*Scene{scene("a", press(), say("hello"))}}
	e := NewEngine(f, noon, EngineOptions{IDs: &message.Counted{}, Decided: func(d Decision) { heard = append(heard, d) }})
	e.Start(noon)
	e.Handle(noon, message.Message{Topic: "event/bathroom/switch", Payload: []byte(`{"event":"press"}`)})
	if all := e.Decisions(); len(all) == 0 || !slices.Equal(heard, all) {
		t.Errorf("heard %v, decided %v", heard, all)
	}
}
