package scene

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"homebus/internal/message"
)

// whyNot returns what the engine says of the scene "s".
func (s *story) whyNot() WhyNot {
	s.t.Helper()
	s.take(s.e.Tick(s.now))
	w, ok := s.e.WhyNot("s")
	if !ok {
		s.t.Fatal("there is no scene s")
	}
	return w
}

func TestWhyNot(t *testing.T) {
	press := &EventTrigger{Device: "bathroom/switch", Event: "press"}
	more := 500.0
	water := &StateCondition{Device: "kitchen/coffee", Attr: "water_ml", Test: Comparison{Above: &more}}
	idle := &StateCondition{Device: "kitchen/coffee", Test: Comparison{Is: "idle"}}
	wait := []Step{{Action: &Wait{For: time.Hour}}}
	scene := func(mode Mode, most int, conditions ...Condition) *Scene {
		return &Scene{Name: "s", Mode: mode, Max: most, When: []Trigger{press}, OnlyIf: conditions, Do: wait}
	}
	const running = "it is running (mode single)"
	for name, tt := range map[string]struct {
		scene *Scene
		tell  func(*story)
		last  Verdict // the zero one for none
		now   Verdict
	}{
		"nothing has been": {scene: scene(Single, 1), tell: func(*story) {}, now: Verdict{Runs: true}},
		"the first condition that is false": {
			scene: scene(Single, 1, &BetweenCondition{From: 0, To: 24 * 60 * 60}, water, idle),
			tell: func(s *story) {
				s.hear("state/kitchen/coffee", `{"state":"brewing","water_ml":200}`)
				s.press()
				s.hear("state/kitchen/coffee", `{"state":"brewing","water_ml":1000}`)
			},
			last: Verdict{Place: "only_if 2", Why: "kitchen/coffee water_ml above 500 does not hold (found 200)"},
			now:  Verdict{Place: "only_if 3", Why: "kitchen/coffee is idle does not hold (found brewing)"},
		},
		"nothing is known": {
			scene: scene(Single, 1, idle), tell: func(s *story) { s.press() },
			last: Verdict{Place: "only_if 1", Why: "kitchen/coffee is idle does not hold (found unknown)"},
			now:  Verdict{Place: "only_if 1", Why: "kitchen/coffee is idle does not hold (found unknown)"},
		},
		"it runs":       {scene: scene(Single, 1), tell: func(s *story) { s.press() }, last: Verdict{Runs: true}, now: Verdict{Why: running}},
		"it was busy":   {scene: scene(Single, 1), tell: func(s *story) { s.press(); s.press() }, last: Verdict{Why: running}, now: Verdict{Why: running}},
		"it was, once":  {scene: scene(Single, 1), tell: func(s *story) { s.press(); s.press(); s.pass(time.Hour) }, last: Verdict{Why: running}, now: Verdict{Runs: true}},
		"once a day":    {scene: scene(Single, 1, &OncePerCondition{Day}), tell: func(s *story) { s.press(); s.pass(2 * time.Hour); s.press() }, last: Verdict{Place: "only_if 1", Why: "it has run this day already (last run Fri 12:00:00)"}, now: Verdict{Place: "only_if 1", Why: "it has run this day already (last run Fri 12:00:00)"}},
		"a second run":  {scene: scene(Single, 1, &NotCondition{&OncePerCondition{Day}}), tell: func(s *story) { s.press() }, last: Verdict{Place: "only_if 1", Why: "not (it has not run this day) does not hold (not run since the bus was started)"}, now: Verdict{Place: "only_if 1", Why: "not (it has not run this day) does not hold (not run since the bus was started)"}},
		"it is waiting": {scene: scene(Queued, 3), tell: func(s *story) { s.press(); s.press() }, last: Verdict{Runs: true, Why: "queued behind the runs before it"}, now: Verdict{Runs: true}},
		"the queue is full": {
			scene: scene(Queued, 2), tell: func(s *story) { s.press(); s.press() },
			last: Verdict{Runs: true, Why: "queued behind the runs before it"}, now: Verdict{Why: "2 runs are running or waiting (mode queued)"},
		},
		"it is held": {
			scene: scene(Restart, 1),
			tell: func(s *story) {
				for range maxStarts + 1 {
					s.press()
				}
			},
			last: Verdict{Why: "held, for it was started more than 20 times in 10s"}, now: Verdict{Why: "held, for it was started more than 20 times in 10s"},
		},
		"it was held": {
			scene: scene(Restart, 1),
			tell: func(s *story) {
				for range maxStarts + 1 {
					s.press()
				}
				s.pass(startsWindow)
			},
			last: Verdict{Why: "held, for it was started more than 20 times in 10s"}, now: Verdict{Runs: true},
		},
		"a chain of scenes": {
			scene: scene(Single, 1), tell: func(s *story) { s.hearHops("event/bathroom/switch", `{"event":"press"}`, maxHops) },
			last: Verdict{Why: "a chain of 16 scenes led here"}, now: Verdict{Runs: true},
		},
		"by hand, whatever the conditions": {
			scene: scene(Single, 1, idle), tell: func(s *story) { s.hear("command/scene/s", `{"do":"run"}`) },
			last: Verdict{Runs: true}, now: Verdict{Place: "only_if 1", Why: "kitchen/coffee is idle does not hold (found unknown)"},
		},
	} {
		s := tell(t, noon, tt.scene)
		tt.tell(s)
		before := s.decisions()
		w := s.whyNot()
		if w.Scene != "s" || !reflect.DeepEqual(w.Triggers, []string{"bathroom/switch press"}) {
			t.Errorf("%s: %+v", name, w)
		}
		if w.Now != tt.now {
			t.Errorf("%s: now\n got %+v\nwant %+v", name, w.Now, tt.now)
		}
		if (w.Last != nil) != (tt.last != Verdict{}) || w.Last != nil && w.Last.Verdict != tt.last {
			t.Errorf("%s: last\n got %+v\nwant %+v", name, w.Last, tt.last)
		}
		if again := s.whyNot(); !reflect.DeepEqual(again, w) || s.decisions() != before {
			t.Errorf("%s: the question changed the answer to %+v", name, again)
		}
	}
}

// What was last to start a scene is remembered with its message, its time at home, and
// its words.
func TestWhyNotNamesTheMessage(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := tellIn(t, berlin, noon, &Scene{Name: "s", When: []Trigger{&EventTrigger{Device: "bathroom/switch"}, &TimeTrigger{At: 13 * 60 * 60}}})
	s.pass(time.Minute)
	m := s.press()
	w := s.whyNot()
	if w.Last.Cause != m.ID() || w.Last.Reason != "bathroom/switch" || w.Last.At.Format(time.RFC3339) != "2026-11-20T13:01:00+01:00" {
		t.Errorf("%+v", w.Last)
	}
	s.hear("command/scene/s", `{"do":"run"}`)
	if w = s.whyNot(); w.Last.Reason != "by test" {
		t.Errorf("%+v", w.Last)
	}
	s.pass(24 * time.Hour)
	if w = s.whyNot(); w.Last.Reason != "13:00" || w.Last.Cause != "" {
		t.Errorf("%+v", w.Last)
	}
	if _, ok := s.e.WhyNot("unheard-of"); ok {
		t.Error("it explains a scene that there is not")
	}
}

// A time of day that the clock jumped over was to start the scene too.
func TestWhyNotAfterAJump(t *testing.T) {
	s := tell(t, noon, &Scene{Name: "s", When: []Trigger{&TimeTrigger{At: 13 * 60 * 60}}})
	s.jump(3 * time.Hour)
	if w := s.whyNot(); w.Last == nil || w.Last.Verdict != (Verdict{Why: "the clock jumped over it"}) {
		t.Errorf("%+v", w.Last)
	}
}

// Each message of a step is told with the step, and nothing else is.
func TestStepped(t *testing.T) {
	light := &Command{Device: "hall/light", Do: "on", Confirm: time.Second, Retry: 1}
	s := &story{t: t, now: noon, from: message.Stamper{From: "test", IDs: &message.Counted{Seed: 2}}}
	steps := make(map[string]string)
	s.e = NewEngine(&File{Scenes: []*Scene{
		{Name: "a", When: []Trigger{&EventTrigger{Device: "bathroom/switch"}}, Do: []Step{
			{Action: &Wait{For: time.Second}}, {Action: &Run{Scene: "b"}}, {Action: light},
			{Action: &Repeat{Times: 1, Do: []Step{{Action: &Wait{}}, {Action: &Say{Text: Text{{Plain: "x"}}}}}}}, {Action: &Publish{Topic: "light", Payload: "ON"}}, {Action: &Stop{Scene: "c"}}, {Action: &Stop{Scene: "d"}},
		}},
		{Name: "b", Do: []Step{{Action: &Command{Device: "hall/fan", Do: "on"}}}},
		{Name: "c", When: []Trigger{&EventTrigger{Device: "bathroom/switch"}}, Do: []Step{{Action: &Wait{For: time.Hour}}}},
		{Name: "d"},
	}}, noon, EngineOptions{IDs: &message.Counted{Seed: 1}, Stepped: func(id, step string) { steps[id] = step }})
	s.press()
	s.pass(2500 * time.Millisecond) // and the light is asked twice
	s.hear("ack/hall/light", `{"id":"`+s.on("command/hall/light")[0].ID()+`","ok":true}`)
	var got []string
	for _, m := range s.said {
		if step, ok := steps[m.ID()]; ok {
			got = append(got, m.Topic+" "+step)
		}
	}
	want := []string{"scene/b step 2", "command/hall/fan step 1", "command/hall/light step 3", "command/hall/light step 3", "notice/home step 4.2", "light step 5", "scene/c step 6"}
	if !reflect.DeepEqual(got, want) || len(steps) != 6 {
		t.Errorf("got  %q\nwant %q\nof %v", got, want, steps)
	}
}
func TestWhyNotTellsTriggersInFull(t *testing.T) {
	f, err := load("f", []byte(`
[home]
latitude = 52.5
longitude = 13.4
[device.home.mode]
type = "mode"
values = ["home", "away"]
[scene.s]
when = [
  { device = "home/mode", becomes = "away", from = "home", for = "10m" },
  { time = "07:30", days = ["sat", "sun"] },
  { time = "08:00" },
  { sun = "sunset", offset = "-20m", not_before = "16:30", not_after = "21:00", days = ["fri"] },
]
do = []
`), testTypes)
	if err != nil {
		t.Fatal(err)
	}
	s := tellFile(t, f, noon)
	want := []string{"home/mode away, from home, for 10m", "07:30 on sat, sun", "08:00", "sunset -20m, not before 16:30, not after 21:00 on fri"}
	if got := s.whyNot().Triggers; !slices.Equal(got, want) {
		t.Errorf("triggers\n got %q\nwant %q", got, want)
	}
}
