package house

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/internal/telling"
	"homebus/topics"
)

func on(t testing.TB, date string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func plan(t testing.TB, f *scene.File, o PlanOptions) string {
	t.Helper()
	p, err := NewPlan(f, o)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	must(t, p.Play(t.Context(), &out))
	return out.String()
}

func TestWhatPlansLookLike(t *testing.T) {
	holiday := []scene.Given{
		{Device: "home/mode", Attrs: map[string]any{"state": "holiday"}},
		{Device: "kitchen/coffee", Attrs: map[string]any{"water_ml": 0.0}},
	}
	for name, o := range map[string]PlanOptions{
		"plan.txt":          {From: on(t, "2026-11-20"), Days: 3},
		"plan-spring.txt":   {From: on(t, "2026-03-29"), Days: 1},
		"plan-autumn.txt":   {From: on(t, "2026-10-25"), Days: 1},
		"plan-given.txt":    {From: on(t, "2026-11-20"), Days: 2, Given: holiday},
		"plan-lived-in.txt": {From: on(t, "2026-11-20"), Days: 1, Occupancy: true, Seed: 7},
		"plan-scene.txt":    {From: on(t, "2026-11-20"), Days: 2, Scene: "echo"},
		"plan.json":         {From: on(t, "2026-11-20"), Days: 1, JSON: true},
	} {
		golden(t, name, []byte(plan(t, load(t, "plan.toml"), o)))
	}
}

func TestAPlanIsTheSameBytesEveryTime(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		o := PlanOptions{From: on(t, "2026-11-20"), Days: 2, Occupancy: true, JSON: asJSON}
		first := plan(t, load(t, "plan.toml"), o)
		for i := range *runs {
			if again := plan(t, load(t, "plan.toml"), o); again != first {
				t.Fatalf("run %d:\n%s\nthe first:\n%s", i+2, again, first)
			}
		}
	}
}

// Every command and every notice of a scene stands in the plan, at its time.
func TestAPlanLeavesNothingOut(t *testing.T) {
	for _, f := range []*scene.File{shipped(t), example(t), load(t, "plan.toml")} {
		lived := len(f.People) > 0
		acts := plannedActs(t, f, PlanOptions{From: on(t, "2026-11-20"), Days: 3, Occupancy: lived, JSON: true})
		start := time.Date(2026, 11, 20, 0, 0, 0, 0, f.Home.Zone)
		done := 0
		h := begin(t, f, Options{Start: start, Occupancy: lived, Heard: func(e Entry) {
			if did := didText(t, e.Message); did != "" {
				done++
				key := actKey(e.At, did)
				if acts[key]--; acts[key] < 0 {
					t.Errorf("%s: the plan has no %s", f.Path, key)
				}
			}
		}})
		must(t, h.Advance(start.AddDate(0, 0, 3).Add(-1)))
		if done == 0 {
			t.Errorf("%s: the scenes did nothing", f.Path)
		}
	}
}

func actKey(at time.Time, text string) string { return at.UTC().Format(time.RFC3339Nano) + " " + text }

// plannedActs returns how often each act stands in a plan.
func plannedActs(t *testing.T, f *scene.File, o PlanOptions) map[string]int {
	t.Helper()
	acts := make(map[string]int)
	for _, line := range strings.Split(strings.TrimSpace(plan(t, f, o)), "\n") {
		var r PlanReport
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		must(t, dec.Decode(&r))
		for _, a := range r.Acts {
			acts[actKey(a.At, a.Text)]++
		}
	}
	return acts
}

// didText returns how a plan tells a command or a notice of a scene; "" for any other
// message.
func didText(t *testing.T, m message.Message) string {
	t.Helper()
	topic, _ := topics.Parse(m.Topic)
	switch {
	case m.Meta == nil || m.Meta.From != "bus":
	case topic.Kind == topics.KindCommand:
		return telling.Message(m)
	case topic.Kind == topics.KindNotice:
		var notice struct{ Text string }
		must(t, json.Unmarshal(m.Payload, &notice))
		return "said " + notice.Text
	}
	return ""
}

func TestAFileWithoutScenesSaysSo(t *testing.T) {
	f := parse(t, "bare.toml", "[device.hall.light]\ntype = \"dimmable-light\"\n")
	if out := plan(t, f, PlanOptions{From: morning, Days: 3}); out != "bare.toml has no scenes: nothing happens by itself\n" {
		t.Errorf("%q", out)
	}
}

// Samoa went from 29 to 31 December 2011; Lord Howe's clocks change by half an hour;
// Santiago's go from midnight to one.
func TestDaysThatAreNot24Hours(t *testing.T) {
	for date, want := range map[string]string{
		"Pacific/Apia 2011-12-30":        "\nFri 30 December 2011 (there is no such day in Pacific/Apia)\n\nSat 31 December 2011\n  00:00  late  (07:30)",
		"Pacific/Apia 2011-12-31":        "\nSat 31 December 2011\n  00:00  late  (07:30)  nothing to do\n  07:30  late",
		"Australia/Lord_Howe 2026-04-05": "\nSun 5 April 2026 (24h30m: at 02:00 the clocks show 01:30)\n  07:30  late",
		"Australia/Lord_Howe 2026-10-04": "\nSun 4 October 2026 (23h30m: at 02:00 the clocks show 02:30)\n  07:30  late",
		"America/Santiago 2026-09-06":    "\nSun 6 September 2026 (23 hours: at 00:00 the clocks show 01:00)\n  07:30  late",
		"America/Santiago 2026-04-04":    "\nSat 4 April 2026 (25 hours: at 00:00 the clocks show 23:00)\n  07:30  late",
	} {
		zone, day, _ := strings.Cut(date, " ")
		f := parse(t, "late.toml", fmt.Sprintf("[home]\ntimezone = %q\n[scene.late]\nwhen = [ { time = \"07:30\" } ]\ndo = []\n", zone))
		if out := plan(t, f, PlanOptions{From: on(t, day), Days: 2}); !strings.Contains(out, want) {
			t.Errorf("%s:\n%s", date, out)
		}
	}
}

func TestWhereTheSunDoesNotRiseOrSet(t *testing.T) {
	for date, want := range map[string]string{
		"2026-06-21": "Sun 21 June 2026, sun all day\n",
		"2026-12-21": "Mon 21 December 2026, no sun\n",
		"2026-11-20": "Fri 20 November 2026, sun 09:58 to 12:59\n",
	} {
		f := parse(t, "north.toml", "[home]\ntimezone = \"Europe/Oslo\"\nlatitude = 69.65\nlongitude = 18.96\n[scene.late]\nwhen = [ { time = \"07:30\" } ]\ndo = []\n")
		if out := plan(t, f, PlanOptions{From: on(t, date), Days: 1}); !strings.Contains(out, want) {
			t.Errorf("want %q:\n%s", want, out)
		}
	}
}

func TestWhatCannotBeGivenIsNoPlan(t *testing.T) {
	f := load(t, "plan.toml")
	for want, given := range map[string]scene.Given{
		`unknown appliance "kitchen/cofee" (did you mean "kitchen/coffee"?)`: {Device: "kitchen/cofee", Attrs: map[string]any{"water_ml": 5.0}},
		`water_ml is "much"`: {Device: "kitchen/coffee", Attrs: map[string]any{"water_ml": "much"}},
		`"holidays"`:         {Device: "home/mode", Attrs: map[string]any{"state": "holidays"}},
	} {
		if _, err := NewPlan(f, PlanOptions{From: morning, Days: 1, Given: []scene.Given{given}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestAPlanCanBeEnded(t *testing.T) {
	p, err := NewPlan(load(t, "plan.toml"), PlanOptions{From: morning, Days: 366})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	days := 0
	err = p.Play(ctx, writerFunc(func(b []byte) (int, error) {
		if bytes.Contains(b, []byte("2026")) {
			if days++; days == 2 {
				cancel()
			}
		}
		return len(b), nil
	}))
	if !errors.Is(err, context.Canceled) || days != 2 {
		t.Errorf("error %v after %d days", err, days)
	}
	p, err = NewPlan(load(t, "plan.toml"), PlanOptions{From: morning, Days: 1})
	must(t, err)
	if err := p.Play(t.Context(), brokenPipe{}); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestAHouseThatDoesNotComeToRestIsAnError(t *testing.T) {
	var b strings.Builder
	for i := range 110 {
		fmt.Fprintf(&b, "[scene.s%d]\nwhen = [ { time = \"12:00\" } ]\ndo = [ { repeat = 950, do = [ { say = \"x\" } ] } ]\n", i)
	}
	p, err := NewPlan(parse(t, "loud.toml", b.String()), PlanOptions{From: morning, Days: 1})
	must(t, err)
	var out bytes.Buffer
	if err := p.Play(t.Context(), &out); err == nil || !strings.HasPrefix(err.Error(), "the house does not come to rest at 2026-11-20 12:00:00") {
		t.Errorf("error %v\n%s", err, &out)
	}
}

func TestADayHasABound(t *testing.T) {
	a := newAgenda()
	a.noted = maxNoted - 1
	for i := range 3 {
		if err := a.err(); (err != nil) != (i > 1) {
			t.Errorf("%d more: %v", i, err)
		}
		a.decided(scene.Decision{At: morning.Add(time.Duration(i) * time.Second), Scene: "a", Kind: scene.DecidedNotRun, Name: "x", What: "y"})
		a.settle()
	}
	if len(a.entries) != 1 {
		t.Errorf("%d entries are kept, want 1", len(a.entries))
	}
}
