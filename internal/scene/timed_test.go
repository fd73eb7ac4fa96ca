package scene

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/sun"
)

// set sets the clock on the wall by d, and nothing else: a computer whose monotonic
// clock goes on. jump is the same where there is no such clock.
func (s *story) set(d time.Duration) {
	s.e.now = s.e.now.Add(d)
	s.jump(d)
}

// clocks are the ways in which a clock is set.
var clocks = map[string]func(*story, time.Duration){"set": (*story).set, "jump": (*story).jump}

// live lives through a story such as "2h, set -24h, 30m": what is no set passes.
func (s *story) live(steps string, set func(*story, time.Duration)) {
	s.t.Helper()
	for _, step := range strings.Split(steps, ", ") {
		text, sets := strings.CutPrefix(step, "set ")
		d, err := time.ParseDuration(text)
		switch {
		case err != nil:
			s.t.Fatal(err)
		case sets:
			set(s, d)
		default:
			s.pass(d)
		}
	}
}

// times returns when the notices were given, by the clock on the wall.
func (s *story) times(zone *time.Location) string {
	var all []string
	for _, m := range s.on("notice/") {
		all = append(all, m.Meta.At.In(zone).Format("02 15:04"))
	}
	return strings.Join(all, ", ")
}

// What runs by the clock on the wall, and a clock that is set. Friday, 20 November
// 2026, in Berlin: the sun sets at 16:06 and at 16:05 the day after.
func TestTimesAndAClockThatIsSet(t *testing.T) {
	seven := &TimeTrigger{At: at(7, 0)}
	sunset := &SunTrigger{Event: sun.Sunset}
	quarter := &EveryTrigger{Period: 15 * time.Minute}
	daily := &EveryTrigger{Period: 24 * time.Hour}
	for _, tt := range []struct {
		name    string
		trigger Trigger
		start   string
		story   string
		want    string
	}{
		{"a day forward over it", seven, "06:30", "set 24h, 5h", "21 07:00"},
		{"a day forward, it has run", seven, "06:30", "1h, set 24h, 24h", "20 07:00, 22 07:00"},
		{"a day back, it has run", seven, "06:30", "1h, set -24h, 24h", "20 07:00"},
		{"a day back, and the next day", seven, "06:30", "1h, set -24h, 48h", "20 07:00, 21 07:00"},
		{"a day back, it has not run", seven, "06:30", "set -24h, 25h", "19 07:00, 20 07:00"},
		{"two hours forward over it", seven, "06:30", "set 2h, 24h", "21 07:00"},
		{"two hours back over it", seven, "06:30", "1h, set -2h, 24h", "20 07:00"},
		{"two hours back, it has not run", seven, "06:30", "set -2h, 3h", "20 07:00"},
		{"ten minutes forward over it", seven, "06:55", "set 10m, 24h", "20 07:05, 21 07:00"},
		{"ten minutes back over it", seven, "06:55", "10m, set -10m, 1h", "20 07:00"},
		{"forward to the second", seven, "06:30", "set 30m, 1h", "20 07:00"},
		{"a day forward to the second", seven, "06:30", "set 24h30m, 1h", "21 07:00"},
		{"back to the second, it has run", seven, "06:30", "1h, set -30m, 1h", "20 07:00"},
		{"back to the second, it has not run", seven, "07:30", "set -30m, 1h", "20 07:00"},
		{"forward and back", seven, "06:30", "set 24h, set -24h, 1h", "20 07:00"},
		{"eight hours of sleep over it", seven, "06:30", "set 8h, 24h", "21 07:00"},
		{"two days back", seven, "06:30", "1h, set -48h, 24h", "20 07:00, 19 07:00"},
		{"a year forward", seven, "06:30", "set 8760h, 1h", "20 07:00"},
		{"ten years back", seven, "06:30", "1h, set -87600h, 24h", "20 07:00, 23 07:00"},
		{"over a change of the clocks", seven, "06:30", "set 3100h, 48h", "30 07:00, 31 07:00"},

		{"sunset, a day forward over it", sunset, "15:30", "set 24h, 1h", "21 16:05"},
		{"sunset, a day back, it has run", sunset, "15:30", "1h, set -24h, 24h", "20 16:06"},
		{"sunset, a day back, and the next day", sunset, "15:30", "1h, set -24h, 48h", "20 16:06, 21 16:05"},
		{"sunset, two hours back over it", sunset, "15:30", "1h, set -2h, 24h", "20 16:06"},
		{"sunset, ten minutes forward over it", sunset, "16:00", "set 10m, 1h", "20 16:10"},
		{"sunset, eight hours of sleep over it", sunset, "15:30", "set 8h, 17h", "21 16:05"},

		{"every, a day forward", quarter, "06:31", "set 24h, 30m", "21 06:45, 21 07:00"},
		{"every, a day back", quarter, "06:31", "30m, set -24h, 30m", "20 06:45, 20 07:00, 19 07:15, 19 07:30"},
		{"every, two hours forward", quarter, "06:31", "set 2h, 30m", "20 08:45, 20 09:00"},
		{"every, two hours back", quarter, "06:31", "15m, set -2h, 30m", "20 06:45, 20 05:00, 20 05:15"},
		{"every, ten minutes forward", quarter, "06:31", "set 15m, 30m", "20 06:46, 20 07:00, 20 07:15"},
		{"every, ten minutes back", quarter, "06:31", "15m, set -10m, 30m", "20 06:45, 20 07:00"},
		{"every, back to the second", quarter, "06:31", "15m, set -1m, 20m", "20 06:45, 20 07:00"},
		{"every, forward to the second", quarter, "06:31", "set 24h14m, 20m", "21 06:45, 21 07:00"},
		{"every day, a day back", daily, "23:30", "1h, set -24h, 24h", "21 00:00"},
		{"every day, a day back, and the next day", daily, "23:30", "1h, set -24h, 48h", "21 00:00, 22 00:00"},
	} {
		for name, set := range clocks {
			start, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-20 "+tt.start, zone(t, "Europe/Berlin"))
			if err != nil {
				t.Fatal(err)
			}
			s := berlin(t, start, scene("a", tt.trigger, say("x")))
			s.live(tt.story, set)
			if got := s.times(start.Location()); got != tt.want {
				t.Errorf("%s (%s): ran %s, want %s", tt.name, name, got, tt.want)
			}
		}
	}
}

// Runs of a scene that is triggered every ten minutes, and may run once in a period.
func TestOncePerAndAClockThatIsSet(t *testing.T) {
	for _, tt := range []struct {
		period       Period
		start, story string
		want         string
	}{
		{Hour, "20 06:35", "2h", "20 06:40, 20 07:00, 20 08:00"},
		{Hour, "20 06:35", "30m, set -10m, 1h", "20 06:40, 20 07:00"},
		{Hour, "20 06:35", "30m, set -20m, 1h", "20 06:40, 20 07:00"},
		{Hour, "20 06:35", "30m, set -2h, 1h", "20 06:40, 20 07:00, 20 05:10, 20 06:00"},
		{Hour, "20 06:35", "30m, set -24h, 1h", "20 06:40, 20 07:00, 19 07:10, 19 08:00"},
		{Hour, "20 06:35", "30m, set 2h, 1h", "20 06:40, 20 07:00, 20 09:10, 20 10:00"},
		{Day, "20 23:35", "50m", "20 23:40, 21 00:00"},
		{Day, "20 06:35", "30m, set -2h, 2h", "20 06:40"},
		{Day, "20 06:35", "30m, set -24h, 24h", "20 06:40"},
		{Day, "20 06:35", "30m, set -24h, 42h", "20 06:40, 21 00:00"},
		{Day, "20 06:35", "30m, set 24h, 1h", "20 06:40, 21 07:10"},
		{Day, "20 06:35", "30m, set 24h, 1h, set -24h, 24h", "20 06:40, 21 07:10"},
		{Day, "20 06:35", "30m, set -48h, 1h", "20 06:40, 18 07:10"},
		{Week, "22 23:35", "50m", "22 23:40, 23 00:00"},
		{Week, "20 06:35", "30m, set -24h, 72h", "20 06:40"},
		{Week, "20 06:35", "30m, set 72h, 1h", "20 06:40, 23 07:10"},
		{Month, "30 23:35", "50m", "30 23:40, 01 00:00"},
		{Month, "20 06:35", "30m, set -24h, 72h", "20 06:40"},
		{Month, "20 06:35", "30m, set -480h, 1h", "20 06:40, 31 07:10"},
	} {
		for name, set := range clocks {
			start, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-"+tt.start, zone(t, "Europe/Berlin"))
			if err != nil {
				t.Fatal(err)
			}
			a := scene("a", &EveryTrigger{Period: 10 * time.Minute}, say("x"))
			a.OnlyIf = []Condition{&OncePerCondition{tt.period}}
			s := berlin(t, start, a)
			s.live(tt.story, set)
			if got := s.times(start.Location()); got != tt.want {
				t.Errorf("once_per %s, %s (%s): ran %s, want %s", tt.period, tt.story, name, got, tt.want)
			}
		}
	}
}

// Waits go on, whatever the clock says; what looks at the clock looks again.
func TestWhatWaitsAndAClockThatIsSet(t *testing.T) {
	dark := &SunCondition{} // from 16:06 on
	evening := &BetweenCondition{at(20, 0), at(6, 0)}
	lasting := is(lamp, "on")
	lasting.For = 2 * time.Hour
	for _, tt := range []struct {
		name  string
		step  Step
		start string
		story string
		want  string // after how long it went on, and what the clock said then
	}{
		{"a wait, a day forward", wait(3 * time.Hour), "12:00", "1h, set 24h, 10h", "3h0m0s 21 15:00"},
		{"a wait, a day back", wait(3 * time.Hour), "12:00", "1h, set -24h, 10h", "3h0m0s 19 15:00"},
		{"a wait, ten minutes back", wait(3 * time.Hour), "12:00", "1h, set -10m, 10h", "3h0m0s 20 14:50"},
		{"a timeout, a day forward", until(lasting, 3*time.Hour), "12:00", "1h, set 24h, 10h", "3h0m0s 21 15:00"},
		{"until dark, an hour forward", until(dark, 12*time.Hour), "12:00", "1h, set 1h, 10h", "3h6m0s 20 16:06"},
		{"until dark, a day forward", until(dark, 12*time.Hour), "12:00", "1h, set 24h, 10h", "4h5m0s 21 16:05"},
		{"until dark, eight hours of sleep", until(dark, 12*time.Hour), "12:00", "1h, set 8h, 10h", "1h0m0s 20 21:00"},
		{"until dark, two hours back", until(dark, 12*time.Hour), "12:00", "1h, set -2h, 10h", "6h6m0s 20 16:06"},
		{"until dark, a day back", until(dark, 12*time.Hour), "12:00", "1h, set -24h, 10h", "4h7m0s 19 16:07"},
		{"until dark, to the second before the end", until(dark, 5*time.Hour), "12:00", "1h, set -2h, 10h", "5h0m0s 20 15:00"},
		{"until evening, two hours forward", until(evening, 12*time.Hour), "12:00", "1h, set 2h, 10h", "6h0m0s 20 20:00"},
		{"until evening, forward into it", until(evening, 12*time.Hour), "12:00", "1h, set 8h, 10h", "1h0m0s 20 21:00"},
		{"until evening, forward to its second", until(evening, 12*time.Hour), "12:00", "1h, set 7h, 10h", "1h0m0s 20 20:00"},
		{"until evening, forward over it", until(evening, 24*time.Hour), "12:00", "1h, set 18h, 20h", "14h0m0s 21 20:00"},
		{"until evening, two hours back", until(evening, 12*time.Hour), "12:00", "1h, set -2h, 11h", "10h0m0s 20 20:00"},
		{"until Saturday", until(&DaysCondition{1 << time.Saturday}, 24*time.Hour), "12:00", "1h, set 10h, 10h", "2h0m0s 21 00:00"},
		{"not before a quiet day ends", until(&NotCondition{&AnyCondition{[]Condition{dark, &BetweenCondition{at(0, 0), at(16, 0)}}}}, 72*time.Hour), "17:00", "1h, set 21h30m, 10h", "1h30m0s 21 16:00"},
	} {
		s := liveThrough(t, tt.start, tt.step, func(s *story) { s.live(tt.story, (*story).set) })
		if tt.want != s {
			t.Errorf("%s: went on after %s, want %s", tt.name, s, tt.want)
		}
	}
}

// liveThrough lives through a story with a run that takes one step at its start, and
// returns when that was over by the engine's clock and by that on the wall.
func liveThrough(t *testing.T, start string, step Step, story func(*story)) string {
	t.Helper()
	begin, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-20 "+start, zone(t, "Europe/Berlin"))
	if err != nil {
		t.Fatal(err)
	}
	s := berlin(t, begin, scene("a", press(), step))
	s.press()
	over := "never"
	s.watch = func() {
		if over == "never" && len(s.e.players[0].active) == 0 {
			over = fmt.Sprint(s.e.elapsed.Truncate(time.Minute), s.now.In(begin.Location()).Format(" 02 15:04"))
		}
	}
	story(s)
	return over
}

// An until that looks at the clock while the clocks are changed.
func TestUntilOverAClockChange(t *testing.T) {
	between := func(from, to TimeOfDay) Condition { return &BetweenCondition{from, to} }
	for _, tt := range []struct {
		name, zone, start string
		until             Condition
		want              string
	}{
		{"an hour that occurs twice", "Europe/Berlin", "2026-10-25T02:50:00+02:00", between(at(2, 15), at(2, 45)), "2026-10-25T02:15:00+01:00"},
		{"into the midst of it", "Europe/Berlin", "2026-10-25T02:50:00+02:00", between(at(2, 0), at(2, 45)), "2026-10-25T02:00:00+01:00"},
		{"not between", "Europe/Berlin", "2026-10-25T02:00:00+01:00", &NotCondition{between(at(2, 0), at(2, 45))}, "2026-10-25T02:45:00+01:00"},
		{"a time that does not exist", "Europe/Berlin", "2026-03-29T01:00:00+01:00", between(at(2, 15), at(2, 45)), "2026-03-30T02:15:00+02:00"},
		{"from a time that does not exist", "Europe/Berlin", "2026-03-29T01:00:00+01:00", between(at(2, 15), at(3, 45)), "2026-03-29T03:00:00+02:00"},
		{"half an hour", "Australia/Lord_Howe", "2026-04-05T01:55:00+11:00", between(at(1, 40), at(1, 50)), "2026-04-05T01:40:00+10:30"},
		{"a day that begins at one", "America/Santiago", "2026-09-05T12:00:00-04:00", &DaysCondition{1 << time.Sunday}, "2026-09-06T01:00:00-03:00"},
		{"a day left out", "Pacific/Apia", "2011-12-29T12:00:00-10:00", &DaysCondition{1 << time.Saturday}, "2011-12-31T00:00:00+14:00"},
		{"two hours", "Antarctica/Troll", "2026-10-25T02:55:00+02:00", between(at(1, 30), at(1, 40)), "2026-10-25T01:30:00Z"},
		{"a quarter", "Asia/Kathmandu", "2026-11-20T23:50:00+05:45", &DaysCondition{1 << time.Saturday}, "2026-11-21T00:00:00+05:45"},
	} {
		start, err := time.Parse(time.RFC3339, tt.start)
		if err != nil {
			t.Fatal(err)
		}
		z := zone(t, tt.zone)
		s := tellIn(t, z, start, scene("a", press(), until(tt.until, 72*time.Hour), say("x")))
		s.press()
		s.pass(48 * time.Hour)
		if said := s.on("notice/"); len(said) != 1 || said[0].Meta.At.In(z).Format(time.RFC3339) != tt.want {
			t.Errorf("%s: said %v, want once at %s", tt.name, said, tt.want)
		}
	}
}

// Whatever a clock does: a time of day comes within a quarter of an hour, once a day
// unless the clock was wrong by more than a day and a half; every comes at its
// multiples; and what is due is never in the past once it was done.
func TestRandomClocks(t *testing.T) {
	zones := []string{"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Antarctica/Troll", "America/St_Johns"}
	rapid.Check(t, func(r *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(r, "zone"))
		start := time.Date(2026, 1, 1, 0, 0, rapid.IntRange(0, 365*86400).Draw(r, "start"), 0, z)
		daily := &TimeTrigger{At: TimeOfDay(rapid.IntRange(0, 95).Draw(r, "time") * 900)}
		often := &EveryTrigger{Period: rapid.SampledFrom([]time.Duration{time.Minute, 15 * time.Minute, 7 * time.Hour}).Draw(r, "every")}
		s := tellIn(t, z, start, scene("daily", daily, say("d")), scene("often", often, say("o")))
		last, runs := start.Add(-1), 0           // of the one that runs often
		lag := make(map[time.Time]time.Duration) // of what was due of the other: how far the clock was behind that since
		s.watch = func() {
			for due := range lag {
				lag[due] = max(lag[due], due.Sub(s.now))
			}
			for _, m := range s.on("notice/") {
				at := m.Meta.At
				if strings.Contains(string(m.Payload), `"o"`) {
					if !at.After(last) {
						r.Fatalf("the other ran at %v and at %v", last.In(z), at.In(z))
					}
					last, runs = at, runs+1
					continue
				}
				due := latest(daily, at, z)
				if late := at.Sub(due); late < 0 || late > tolerance {
					r.Fatalf("the daily one ran %v late, at %v", late, at.In(z))
				}
				if behind, ran := lag[due]; ran && behind <= maxSetBack {
					r.Fatalf("the daily one ran for %v again, and the clock was set back by %v at most", due, behind)
				}
				lag[due] = 0
			}
			s.said = nil
			if next, ok := s.e.Next(); ok && next.Before(s.now) {
				r.Fatalf("at %v the next is due at %v", s.now.In(z), next.In(z))
			}
		}
		for range rapid.IntRange(1, 12).Draw(r, "events") {
			d := time.Duration(rapid.IntRange(-2*86400, 2*86400).Draw(r, "seconds")) * time.Second
			set := rapid.SampledFrom([]func(time.Duration){s.set, s.jump, nil, nil}).Draw(r, "event")
			if set != nil {
				d /= time.Duration(rapid.SampledFrom([]int{1, 10, 100, 1000}).Draw(r, "part"))
				if d < 0 {
					last = last.Add(d - often.Period)
				}
				set(d)
				continue
			}
			runs = 0
			s.pass(d.Abs() / 4)
			if least := int(d.Abs()/4/often.Period) - 2; runs < least {
				r.Fatalf("in %v the other ran %d times, at least %d are wanted", d.Abs()/4, runs, least)
			}
		}
	})
}

// latest returns when a trigger was due last, at or before now.
func latest(t *TimeTrigger, now time.Time, z *time.Location) time.Time {
	var due time.Time
	for since := now.Add(-3 * 24 * time.Hour); ; {
		next, ok := t.At.After(since, t.Days, z)
		if !ok || next.After(now) {
			return due
		}
		due, since = next, next
	}
}

// What a scene says of until when it waits is corrected, and nothing else is said.
func TestUntilWhenIsSaidAnew(t *testing.T) {
	for _, step := range []Step{wait(time.Hour), until(&SunCondition{Up: true}, time.Hour), {Action: &Together{Strands: [][]Step{{wait(time.Hour)}, {wait(time.Minute)}}}}} {
		s := tell(t, noon, scene("a", press(), step), scene("b", nil))
		s.press()
		s.pass(10 * time.Minute)
		s.said = nil
		s.set(24 * time.Hour)
		want := noon.Add(25 * time.Hour)
		if st := s.status("a"); len(s.said) != 1 || st.Until == nil || !st.Until.Equal(want) || !st.Started.Equal(noon) {
			t.Errorf("%s: said %v; want that it waits until %v", describeAction(step.Action), s.said, want)
		}
		s.said = nil
		s.set(500 * time.Millisecond)
		if len(s.said) != 0 {
			t.Errorf("said %v of half a second", s.said)
		}
	}
}
