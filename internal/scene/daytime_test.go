package scene

import (
	"fmt"
	"testing"
	"time"
)

func TestPeriodsBegin(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	now := time.Date(2026, 11, 20, 6, 45, 10, 5, berlin) // a Friday
	for period, want := range map[Period]string{
		Hour: "2026-11-20T06:00:00+01:00", Day: "2026-11-20T00:00:00+01:00",
		Week: "2026-11-16T00:00:00+01:00", Month: "2026-11-01T00:00:00+01:00",
	} {
		if got := period.begin(now, berlin).Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", period, got, want)
		}
	}
	second := time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC) // 02:30 for the second time
	if got := Hour.begin(second, berlin).Format(time.RFC3339); got != "2026-10-25T02:00:00+01:00" {
		t.Errorf("the hour that occurs twice: %s", got)
	}
	for now, want := range map[string]string{
		"2026-04-05T01:45:00+10:30": "2026-04-05T01:30:00+10:30", // for the second time
		"2026-10-04T02:45:00+11:00": "2026-10-04T02:30:00+11:00", // there was no 02:15
		"2026-10-04T01:45:00+10:30": "2026-10-04T01:00:00+10:30",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := Hour.begin(at, zone(t, "Australia/Lord_Howe")).Format(time.RFC3339); got != want {
			t.Errorf("the hour at %s began at %s, want %s", now, got, want)
		}
	}
}

func TestTimeTriggersOverClockChanges(t *testing.T) {
	tests := []struct {
		zone  string
		at    TimeOfDay
		days  Days
		start string // local
		runs  []string
	}{
		{"Europe/Berlin", at(2, 30), 0, "2026-03-28 00:00", []string{"03-28 02:30 CET", "03-29 03:00 CEST", "03-30 02:30 CEST"}},
		{"Europe/Berlin", at(2, 30), 0, "2026-10-24 00:00", []string{"10-24 02:30 CEST", "10-25 02:30 CEST", "10-26 02:30 CET"}},
		{"America/New_York", at(2, 30), 0, "2026-03-07 00:00", []string{"03-07 02:30 EST", "03-08 03:00 EDT", "03-09 02:30 EDT"}},
		{"America/New_York", at(1, 30), 0, "2026-10-31 00:00", []string{"10-31 01:30 EDT", "11-01 01:30 EDT", "11-02 01:30 EST"}},
		{"Europe/Berlin", at(2, 30), 1 << time.Sunday, "2026-03-28 00:00", []string{"03-29 03:00 CEST"}},
		{"Europe/Berlin", at(0, 0), 0, "2026-03-28 00:00", []string{"03-28 00:00 CET", "03-29 00:00 CET", "03-30 00:00 CEST"}},
		{"Europe/Berlin", at(7, 30), 1<<time.Saturday | 1<<time.Sunday, "2026-11-20 00:00", []string{"11-21 07:30 CET", "11-22 07:30 CET"}},
	}
	for _, tt := range tests {
		z := zone(t, tt.zone)
		start, err := time.ParseInLocation("2006-01-02 15:04", tt.start, z)
		if err != nil {
			t.Fatal(err)
		}
		s := tellIn(t, z, start, scene("a", &TimeTrigger{At: tt.at, Days: tt.days}, say("x")))
		s.until(start.AddDate(0, 0, 3).Add(-time.Second))
		var got []string
		for _, m := range s.on("notice/") {
			got = append(got, m.Meta.At.In(z).Format("01-02 15:04 MST"))
		}
		if len(got) != len(tt.runs) {
			t.Errorf("%s %s from %s: ran at %v, want %v", tt.zone, tt.at, tt.start, got, tt.runs)
			continue
		}
		for i := range got {
			if got[i] != tt.runs[i] {
				t.Errorf("%s %s from %s: ran at %v, want %v", tt.zone, tt.at, tt.start, got, tt.runs)
				break
			}
		}
	}
}

func TestAClockThatJumps(t *testing.T) {
	const day = 24 * time.Hour
	seven := &TimeTrigger{At: at(7, 0)}
	timed := func() []*Scene { return []*Scene{scene("a", seven)} }
	onceADay := func() []*Scene {
		s := scene("a", seven)
		s.When = append(s.When, press())
		s.OnlyIf = []Condition{&OncePerCondition{Period: Day}}
		return []*Scene{s}
	}
	waits := func() []*Scene {
		return []*Scene{scene("a", press(), Step{Action: &Until{Condition: is(coffee, "warming"), Timeout: 10 * time.Minute, OnTimeout: "late"}}),
			scene("late", nil)}
	}
	tests := []struct {
		name   string
		start  time.Duration // after midnight
		scenes []*Scene
		story  func(*story)
		scene  string
		runs   int
	}{
		{"a day forward over the time", 8 * time.Hour, timed(), func(s *story) { s.jump(day); s.pass(time.Hour) }, "a", 0},
		{"a day forward, and then the time comes", 8 * time.Hour, timed(), func(s *story) { s.jump(day); s.pass(day) }, "a", 1},
		{"a day back after it ran", 6 * time.Hour, timed(), func(s *story) { s.pass(2 * time.Hour); s.jump(-day); s.pass(day) }, "a", 1},
		{"a day back, and the day after", 6 * time.Hour, timed(), func(s *story) { s.pass(2 * time.Hour); s.jump(-day); s.pass(2 * day) }, "a", 2},
		{"an hour back after it ran", 6*time.Hour + 30*time.Minute, timed(), func(s *story) { s.pass(time.Hour); s.jump(-time.Hour); s.pass(2 * time.Hour) }, "a", 1},
		{"a day forward and back", 8 * time.Hour, timed(), func(s *story) { s.jump(day); s.jump(-day); s.pass(day) }, "a", 1},
		{"a year back", 8 * time.Hour, timed(), func(s *story) { s.pass(day); s.jump(-365 * day); s.pass(day) }, "a", 2},
		{"a year back, and a day has its run again", 6 * time.Hour, onceADay(), func(s *story) { s.pass(2 * time.Hour); s.jump(-365 * day); s.pass(day) }, "a", 2},
		{"an hour back, and the day has had its run", 6*time.Hour + 30*time.Minute, onceADay(), func(s *story) { s.pass(time.Hour); s.jump(-time.Hour); s.press(); s.pass(2 * time.Hour) }, "a", 1},
		{"fifteen minutes late", 6*time.Hour + 59*time.Minute, timed(), func(s *story) { s.jump(16 * time.Minute) }, "a", 1},
		{"more than fifteen minutes late", 6*time.Hour + 59*time.Minute, timed(), func(s *story) { s.jump(16*time.Minute + 1) }, "a", 0},
		{"five minutes forward over the time", 6*time.Hour + 58*time.Minute, timed(), func(s *story) { s.jump(5 * time.Minute); s.pass(time.Hour) }, "a", 1},
		{"a day forward does not end a wait", 0, waits(), func(s *story) { s.press(); s.jump(day); s.pass(9 * time.Minute) }, "late", 0},
		{"a wait goes on after a jump forward", 0, waits(), func(s *story) { s.press(); s.jump(day); s.pass(10 * time.Minute) }, "late", 1},
		{"fifteen minutes late, a wait ends", 0, waits(), func(s *story) { s.press(); s.jump(25 * time.Minute) }, "late", 1},
		{"more than fifteen minutes late, a wait goes on", 0, waits(), func(s *story) { s.press(); s.jump(25*time.Minute + 1); s.pass(9 * time.Minute) }, "late", 0},
		{"a day back does not stretch a wait", 0, waits(), func(s *story) { s.press(); s.jump(-day); s.pass(10 * time.Minute) }, "late", 1},
		{"a day back does not end a wait", 0, waits(), func(s *story) { s.press(); s.jump(-day); s.pass(9 * time.Minute) }, "late", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tell(t, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC).Add(tt.start), tt.scenes...)
			tt.story(s)
			s.runs(tt.scene, tt.runs)
		})
	}
}

// jump sets the clock by d, and lets the engine see it.
func (s *story) jump(d time.Duration) {
	s.now = s.now.Add(d)
	s.take(s.e.Tick(s.now))
}

// A clock on the wall that is set leaves the monotonic reading alone, and so it
// leaves alone what waits, however small the jump.
func TestWaitsGoByTheMonotonicClock(t *testing.T) {
	start := time.Now()
	s := tell(t, start, scene("a", press(), wait(10*time.Minute), say("x")))
	s.press()
	next, ok := s.e.Next()
	if !ok || next.Sub(start) != 10*time.Minute || next == next.Round(0) {
		t.Fatalf("Next is %v, want ten minutes after %v, monotonic", next, start)
	}
}

func TestTimesOfOneInstantComeInTheFilesOrder(t *testing.T) {
	var scenes []*Scene
	var want []string
	for i := range 7 {
		scenes = append(scenes, scene(fmt.Sprint("s", i), &TimeTrigger{At: at(13, 0)}, say(fmt.Sprint(i)), wait(time.Minute), say(fmt.Sprint(i, " again"))))
		want = append(want, fmt.Sprintf(`notice/home {"text":"%d","level":"info"}`, i))
	}
	for i := range 7 {
		want = append(want, fmt.Sprintf(`notice/home {"text":"%d again","level":"info"}`, i))
	}
	s := tell(t, noon, scenes...)
	s.pass(2 * time.Hour)
	s.want("notice/", want...)
}

// All times of day are found anew, in whatever order they were due.
func TestManyTimesOfDayAndAClockSetBack(t *testing.T) {
	var scenes []*Scene
	for hour := range 24 {
		scenes = append(scenes, scene(fmt.Sprint("s", hour), &TimeTrigger{At: at((hour*7)%24, 30)}))
	}
	s := tell(t, noon, scenes...)
	s.jump(-365 * 24 * time.Hour)
	s.pass(24 * time.Hour)
	for _, sc := range scenes {
		s.runs(sc.Name, 1)
	}
}
