package scene

import (
	"slices"
	"testing"
	"time"

	"homebus/internal/message"
)

// The engine's own words are read, so that whoever changes them notices.
func TestDecisionsAreTakenApart(t *testing.T) {
	single := scene("single", press(), say("hello"), wait(time.Minute))
	restart := scene("restart", press(), wait(time.Minute))
	restart.Mode = Restart
	queued := scene("queued", press(), wait(time.Minute))
	queued.Mode, queued.Max = Queued, 2
	picky := scene("picky", press(), say("never"))
	picky.OnlyIf = []Condition{&BetweenCondition{From: 0, To: 1}}
	s := tell(t, noon, single, restart, queued, picky)
	s.press()
	s.press()
	s.hear("command/scene/single", `{"do":"stop"}`)
	s.pass(time.Hour)
	want := map[DecisionReading]bool{
		{DecidedStart, "bathroom/switch press", ""}:                                                                     false,
		{DecidedQueue, "bathroom/switch press", ""}:                                                                     false,
		{DecidedNotRun, "bathroom/switch press", "it is running (mode single)"}:                                         false,
		{DecidedNotRun, "bathroom/switch press", "it is between 00:00 and 00:00:01 does not hold (it is Fri 12:00:00)"}: false,
		{DecidedRestart, "1", ""}:                                                                                       false,
		{DecidedStop, "", "by test"}:                                                                                    false,
		{DecidedStep, "step 1", "said hello"}:                                                                           false,
		{DecidedEnd, StateDone, ""}:                                                                                     false,
		{DecidedEnd, StateStopped, ""}:                                                                                  false,
	}
	for _, d := range s.e.Decisions() {
		r := d.Read()
		if _, wanted := want[r]; !wanted {
			t.Errorf("%q is read as %+v", d.Text, r)
		}
		want[r] = true
	}
	for r, met := range want {
		if !met {
			t.Errorf("no decision was read as %+v", r)
		}
	}
}

func TestOtherDecisionsAreLeftWhole(t *testing.T) {
	for text, want := range map[string]DecisionReading{
		"step 2.1: hall/light on":                             {DecidedStep, "step 2.1", "hall/light on"},
		"run failed: step 2: kitchen/coffee refused brew: no": {DecidedEnd, StateFailed, "step 2: kitchen/coffee refused brew: no"},
		"not run (topic a: b): held":                          {DecidedNotRun, "topic a: b", "held"},
		"step 2 passed over: home/mode is home does not hold": {Kind: DecidedOther, Text: "step 2 passed over: home/mode is home does not hold"},
		"warning: hall/light on was refused: no":              {Kind: DecidedOther, Text: "warning: hall/light on was refused: no"},
		"step":                                                {Kind: DecidedOther, Text: "step"},
	} {
		if got := (Decision{Text: text}).Read(); got != want {
			t.Errorf("%q is read as %+v, want %+v", text, got, want)
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
