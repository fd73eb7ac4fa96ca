package scene

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestComparisons(t *testing.T) {
	above, below, between := &Comparison{Above: ptr(30.0)}, &Comparison{Below: ptr(30.0)}, &Comparison{Between: &[2]float64{10, 20}}
	tests := []struct {
		c     *Comparison
		found any // nil is unknown
		want  bool
	}{
		{&Comparison{Is: "on"}, "on", true},
		{&Comparison{Is: "on"}, "off", false},
		{&Comparison{Is: "on"}, nil, false},
		{&Comparison{Is: true}, true, true},
		{&Comparison{Is: true}, "true", false},
		{&Comparison{Is: 1.0}, 1, true},
		{&Comparison{Is: 1.0}, true, false},
		{&Comparison{Is: "x"}, []any{"x"}, false},
		{&Comparison{IsNot: "on"}, "off", true},
		{&Comparison{IsNot: "on"}, "on", false},
		{&Comparison{IsNot: "on"}, nil, true},
		{&Comparison{IsNot: "x"}, map[string]any{}, true},
		{above, 30.0, false}, {above, 30.1, true}, {above, "31", false}, {above, nil, false},
		{below, 30.0, false}, {below, 29.9, true}, {below, nil, false},
		{between, 10.0, true}, {between, 20.0, true}, {between, 9.9, false}, {between, 20.1, false}, {between, nil, false},
	}
	for _, tt := range tests {
		if got := tt.c.holds(tt.found, tt.found != nil); got != tt.want {
			t.Errorf("%v with %v: %v, want %v", tt.c, tt.found, got, tt.want)
		}
	}
}

func TestOnlyIf(t *testing.T) {
	mode := "home/mode"
	berlin := zone(t, "Europe/Berlin")
	early := time.Date(2026, 11, 20, 6, 0, 0, 0, berlin) // a Friday
	tests := []struct {
		name  string
		cond  Condition
		start time.Time
		story func(*story)
		runs  int
	}{
		{"is", is(mode, "home"), early, func(s *story) { s.state(mode, "home"); s.press() }, 1},
		{"is another", is(mode, "home"), early, func(s *story) { s.state(mode, "away"); s.press() }, 0},
		{"is, unknown", is(mode, "home"), early, func(s *story) { s.press() }, 0},
		{"is offline", is(mode, "offline"), early, func(s *story) { s.state(mode, "home"); s.online(mode, false); s.press() }, 1},
		{"offline until it has said what it is", is(mode, "home"), early, func(s *story) {
			s.state(mode, "home")
			s.online(mode, false)
			s.online(mode, true)
			s.press() // not yet
			s.state(mode, "home")
			s.press()
		}, 1},
		{"offline keeps other attributes", &StateCondition{Device: mode, Attr: "volume", Test: Comparison{Is: 3.0}}, early, func(s *story) {
			s.hear("state/"+mode, `{"state":"home","volume":3}`)
			s.online(mode, false)
			s.press()
		}, 1},
		{"is not, unknown", &StateCondition{Device: mode, Test: Comparison{IsNot: "holiday"}}, early, func(s *story) { s.press() }, 1},
		{"for, from the last change", lasts(mode, "home", time.Hour), early, func(s *story) {
			s.state(mode, "away")
			s.pass(time.Hour)
			s.state(mode, "home")
			s.pass(time.Hour - 1)
			s.press() // not yet
			s.pass(1)
			s.press()
		}, 1},
		{"for, from the start of the bus", lasts(mode, "home", time.Hour), early, func(s *story) {
			s.pass(30 * time.Minute)
			s.state(mode, "home")
			s.pass(29 * time.Minute)
			s.press() // not yet
			s.pass(time.Minute)
			s.press()
		}, 1},
		{"for, while the value changes but the condition holds",
			&StateCondition{Device: mode, Attr: "power_w", Test: Comparison{Below: ptr(5.0)}, For: time.Minute}, early, func(s *story) {
				s.hear("state/"+mode, `{"power_w":900}`)
				s.hear("state/"+mode, `{"power_w":3}`)
				s.pass(40 * time.Second)
				s.hear("state/"+mode, `{"power_w":4}`)
				s.pass(20 * time.Second)
				s.press()
			}, 1},
		{"for, after a return", lasts(mode, "home", time.Hour), early, func(s *story) {
			s.state(mode, "home")
			s.pass(time.Hour)
			s.online(mode, false)
			s.online(mode, true)
			s.state(mode, "home")
			s.press()
		}, 0},
		{"between", &BetweenCondition{at(5, 30), at(10, 0)}, early, func(s *story) { s.press() }, 1},
		{"between, its first instant", &BetweenCondition{at(6, 0), at(10, 0)}, early, func(s *story) { s.press() }, 1},
		{"between, its end", &BetweenCondition{at(5, 0), at(6, 0)}, early, func(s *story) { s.press() }, 0},
		{"between, over midnight", &BetweenCondition{at(22, 0), at(6, 30)}, early, func(s *story) { s.press() }, 1},
		{"between, over midnight, outside", &BetweenCondition{at(22, 0), at(5, 30)}, early, func(s *story) { s.press() }, 0},
		{"days", &DaysCondition{1 << time.Friday}, early, func(s *story) { s.press() }, 1},
		{"other days", &DaysCondition{1<<time.Saturday | 1<<time.Sunday}, early, func(s *story) { s.press() }, 0},
		{"the day is the home's", &DaysCondition{1 << time.Saturday}, time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC),
			func(s *story) { s.press() }, 1},
		{"once per day", &OncePerCondition{Day}, early, func(s *story) { s.press(); s.pass(17 * time.Hour); s.press() }, 1},
		{"once per day, the next", &OncePerCondition{Day}, early, func(s *story) { s.press(); s.pass(18 * time.Hour); s.press() }, 2},
		{"once per hour", &OncePerCondition{Hour}, early.Add(50 * time.Minute), func(s *story) {
			s.press()
			s.pass(9 * time.Minute)
			s.press()
			s.pass(time.Minute)
			s.press()
		}, 2},
		{"once per week", &OncePerCondition{Week}, early, func(s *story) { s.press(); s.pass(48 * time.Hour); s.press(); s.pass(24 * time.Hour); s.press() }, 2},
		{"once per month", &OncePerCondition{Month}, early, func(s *story) { s.press(); s.pass(10 * 24 * time.Hour); s.press(); s.pass(24 * time.Hour); s.press() }, 2},
		{"another scene", is("scene/b", "done"), early, func(s *story) {
			s.press() // not yet: it is idle
			s.hear("command/scene/b", `{"do":"run"}`)
			s.press()
		}, 1},
		{"runs of another scene", &StateCondition{Device: "scene/b", Attr: "runs", Test: Comparison{Is: 2.0}}, early, func(s *story) {
			s.hear("command/scene/b", `{"do":"run"}`)
			s.press() // not yet
			s.hear("command/scene/b", `{"do":"run"}`)
			s.press()
		}, 1},
		{"a scene's state is the engine's own word", is("scene/b", "done"), early, func(s *story) {
			s.state("scene/b", "done")
			s.hear("scene/b", `{"state":"done"}`)
			s.press()
		}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := scene("a", press())
			a.OnlyIf = []Condition{tt.cond}
			s := tellIn(t, berlin, tt.start, a, scene("b", nil))
			tt.story(s)
			s.runs("a", tt.runs)
		})
	}
}

func TestOncePerCountsRunsAndNotTriggers(t *testing.T) {
	a := scene("a", press())
	a.OnlyIf = []Condition{is("home/mode", "home"), &OncePerCondition{Day}}
	s := tell(t, noon, a)
	s.press() // the mode does not hold: no run
	s.state("home/mode", "home")
	s.press()
	s.press()
	s.runs("a", 1)
}

// A run that waits for its turn is the run of the period in which it will begin.
func TestOncePerCountsWhatIsQueued(t *testing.T) {
	a := scene("a", press(), wait(10*time.Minute))
	a.Mode, a.Max = Queued, 5
	a.OnlyIf = []Condition{&OncePerCondition{Hour}}
	s := tell(t, noon.Add(-time.Minute), a)
	for range 4 {
		s.press()
		s.pass(2 * time.Minute)
	}
	s.pass(30 * time.Minute)
	s.runs("a", 2)
}

func TestWhatDoesNotHoldIsTold(t *testing.T) {
	a := scene("a", press())
	a.OnlyIf = []Condition{is("home/mode", "home")}
	s := tell(t, noon, a)
	s.state("home/mode", "away")
	s.press()
	const want = "not run (bathroom/switch press): home/mode is home does not hold (found away)"
	if got := s.decisions(); !strings.Contains(got, want) {
		t.Errorf("decisions:\n%s\nwant %q", got, want)
	}
}

func lasts(id, state string, d time.Duration) *StateCondition {
	c := is(id, state)
	c.For = d
	return c
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestValueText(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  string
	}{
		{1.0, "1"}, {0.125, "0.13"}, {-0.001, "0"}, {math.Copysign(0, -1), "0"}, {123456789012345.0, "123456789012345"}, {1e21, "1e+21"}, {1.7e308, "1.7e+308"}, {uint64(7), "7"},
		{true, "true"}, {"on", "on"}, {nil, "unknown"}, {90 * time.Second, "1m30s"}, {map[string]any{"a": 1.0}, "map[a:1]"},
		{strings.Repeat("ä", 100), strings.Repeat("ä", 40) + "…"}, {1e300, "1e+300"}, {math.NaN(), "NaN"},
	} {
		if got := ValueText(tt.value); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.value, got, tt.want)
		}
	}
}
