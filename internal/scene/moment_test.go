package scene

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests know the zones, whatever the machine knows

	"homebus/internal/sun"
)

func above(id, attr string, limit float64) *StateTrigger {
	return &StateTrigger{Device: id, Attr: attr, Above: &limit}
}

func below(id, attr string, limit float64) *StateTrigger {
	return &StateTrigger{Device: id, Attr: attr, Below: &limit}
}

func TestCrossing(t *testing.T) {
	at := func(value string) string { return `{"state":"idle","temperature_c":` + value + `}` }
	for _, tt := range []struct {
		name    string
		trigger *StateTrigger
		values  []string
		runs    int
	}{
		{"the first value", above("a/b", "temperature_c", 24), []string{"30"}, 0},
		{"across", above("a/b", "temperature_c", 24), []string{"20", "25"}, 1},
		{"up to the limit", above("a/b", "temperature_c", 24), []string{"20", "24"}, 0},
		{"from the limit", above("a/b", "temperature_c", 24), []string{"24", "24.1"}, 1},
		{"higher still", above("a/b", "temperature_c", 24), []string{"20", "25", "26"}, 1},
		{"again", above("a/b", "temperature_c", 24), []string{"20", "25", "23", "25"}, 2},
		{"downward", below("a/b", "temperature_c", 18), []string{"20", "17", "16", "18", "17"}, 2},
		{"no number", above("a/b", "temperature_c", 24), []string{"20", `"25"`, "25"}, 1},
		{"appearing", above("a/b", "temperature_c", 24), []string{"", "25"}, 0},
		{"null", above("a/b", "temperature_c", 24), []string{"20", "null", "25"}, 1},
	} {
		s := tell(t, noon, scene("a", tt.trigger))
		for _, v := range tt.values {
			if v == "" {
				s.state("a/b", "idle")
				continue
			}
			s.hear("state/a/b", at(v))
		}
		if got := s.status("a").Runs; got != tt.runs {
			t.Errorf("%s: %d runs, want %d\n%s", tt.name, got, tt.runs, s.decisions())
		}
	}
}

func TestCrossingForAWhile(t *testing.T) {
	trigger := above("a/b", "temperature_c", 24)
	trigger.For = time.Minute
	s := tell(t, noon, scene("a", trigger))
	for _, v := range []string{"20", "25"} {
		s.hear("state/a/b", `{"temperature_c":`+v+`}`)
	}
	s.pass(30 * time.Second)
	s.hear("state/a/b", `{"temperature_c":26}`) // still above
	s.pass(29 * time.Second)
	s.runs("a", 0)
	s.pass(time.Second)
	s.runs("a", 1)
	s.hear("state/a/b", `{"temperature_c":20}`)
	s.hear("state/a/b", `{"temperature_c":30}`)
	s.pass(59 * time.Second)
	s.hear("state/a/b", `{"temperature_c":20}`)
	s.pass(time.Hour)
	s.runs("a", 1)
}

// What a device says on its return crosses nothing.
func TestNoCrossingOnAReturn(t *testing.T) {
	s := tell(t, noon, scene("a", above("a/b", "temperature_c", 24)))
	s.hear("state/a/b", `{"state":"idle","temperature_c":20}`)
	s.online("a/b", false)
	s.online("a/b", true)
	s.hear("state/a/b", `{"state":"idle","temperature_c":30}`)
	s.runs("a", 0)
}

func TestOtherTriggers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		story func(*story)
		on    Trigger
		runs  int
	}{
		{"start", func(*story) {}, &StartTrigger{}, 1},
		{"a notice", func(s *story) { s.hear("notice/home", `{"text":"Hello","level":"info"}`) }, &NoticeTrigger{Text: "Hello"}, 1},
		{"another notice", func(s *story) { s.hear("notice/home", `{"text":"Hello you","level":"info"}`) }, &NoticeTrigger{Text: "Hello"}, 0},
		{"any notice", func(s *story) { s.hear("notice/home", `{"text":"Hello you"}`) }, &NoticeTrigger{}, 1},
		{"a level", func(s *story) { s.hear("notice/home", `{"text":"x","level":"alarm"}`) }, &NoticeTrigger{Level: levelAlarm}, 1},
		{"another level", func(s *story) { s.hear("notice/home", `{"text":"x","level":"info"}`) }, &NoticeTrigger{Level: levelAlarm}, 0},
		{"no notice", func(s *story) { s.hear("notice/home", `Hello`) }, &NoticeTrigger{}, 0},
		{"a scene is done", func(s *story) { s.hear("command/scene/other", `{"do":"run"}`); s.pass(time.Minute) }, becomes("scene/other", StateDone), 1},
		{"a scene is done twice", func(s *story) {
			for range 2 {
				s.hear("command/scene/other", `{"do":"run"}`)
				s.pass(time.Minute)
			}
		}, becomes("scene/other", StateDone), 2},
		{"a scene fails", func(s *story) { s.hear("command/scene/other", `{"do":"run"}`); s.pass(time.Minute) }, becomes("scene/other", StateFailed), 0},
		{"a third run", func(s *story) {
			for range 4 {
				s.hear("command/scene/other", `{"do":"run"}`)
				s.pass(time.Minute)
			}
		}, above("scene/other", "runs", 2), 1},
	} {
		s := tell(t, noon, scene("a", tt.on), scene("other", nil, wait(time.Second)))
		tt.story(s)
		if got := s.status("a").Runs; got != tt.runs {
			t.Errorf("%s: %d runs, want %d\n%s", tt.name, got, tt.runs, s.decisions())
		}
	}
}

func TestEvery(t *testing.T) {
	for _, tt := range []struct {
		name, zone, start string
		period            time.Duration
		runs              int // in a day of home time from start on, its end not included
		last              string
	}{
		{"a quarter of an hour", "Europe/Berlin", "2026-11-20 00:00", 15 * time.Minute, 96, "23:45"},
		{"from the midst of one", "Europe/Berlin", "2026-11-20 00:07", 15 * time.Minute, 96, "00:00"},
		{"what does not fit into a day", "Europe/Berlin", "2026-11-20 00:00", 7 * time.Hour, 4, "21:00"},
		{"a day", "Europe/Berlin", "2026-11-20 00:00", 24 * time.Hour, 1, "00:00"},
		{"a day of 23 hours", "Europe/Berlin", "2026-03-29 00:00", time.Hour, 23, "23:00"},
		{"a day of 25 hours", "Europe/Berlin", "2026-10-25 00:00", time.Hour, 25, "23:00"},
		{"a day of half an hour more", "Australia/Lord_Howe", "2026-04-05 00:00", 30 * time.Minute, 49, "23:30"},
		{"a day of half an hour less", "Australia/Lord_Howe", "2026-10-04 00:00", 30 * time.Minute, 47, "23:30"},
		{"off by a quarter of an hour", "Asia/Kathmandu", "2026-11-20 00:00", 15 * time.Minute, 96, "23:45"},
		{"a day of 26 hours", "Antarctica/Troll", "2026-10-25 00:00", time.Hour, 26, "23:00"},
		{"a day left out", "Pacific/Apia", "2011-12-29 12:00", time.Hour, 24, "11:00"},
		{"the last hour of a day twice", "America/Santiago", "2026-04-04 00:00", time.Hour, 25, "23:00"},
		{"a midnight that occurs twice", "America/Havana", "2026-11-01 00:00", time.Hour, 25, "23:00"},
		{"back over midnight", "America/St_Johns", "2010-11-06 12:00", 15 * time.Minute, 100, "11:45"},
		{"six hours on a day of 23", "Europe/Berlin", "2026-03-29 00:00", 6 * time.Hour, 4, "18:00"},
		{"six hours on a day of 25", "Europe/Berlin", "2026-10-25 00:00", 6 * time.Hour, 4, "18:00"},
		{"two hours over a time that is left out", "Europe/Berlin", "2026-03-29 00:00", 2 * time.Hour, 12, "22:00"},
		{"two hours over a time that comes twice", "Europe/Berlin", "2026-10-25 00:00", 2 * time.Hour, 12, "22:00"},
		{"a midnight that does not exist", "America/Santiago", "2026-09-06 01:00", time.Hour, 24, "00:00"},
	} {
		z := zone(t, tt.zone)
		start, err := time.ParseInLocation("2006-01-02 15:04", tt.start, z)
		if err != nil {
			t.Fatal(err)
		}
		s := tellIn(t, z, start, scene("a", &EveryTrigger{Period: tt.period}, say("x")))
		s.until(start.AddDate(0, 0, 1).Add(-time.Second))
		said := s.on("notice/")
		if len(said) != tt.runs || said[len(said)-1].Meta.At.In(z).Format("15:04") != tt.last {
			t.Errorf("%s: %d runs, the last at %v; want %d, the last at %s", tt.name, len(said), said[len(said)-1].Meta.At, tt.runs, tt.last)
		}
	}
}

// berlin is a home whose sun is known.
func berlin(t *testing.T, start time.Time, scenes ...*Scene) *story {
	t.Helper()
	z := zone(t, "Europe/Berlin")
	return tellFile(t, &File{Home: Home{Zone: z, Latitude: 52.52, Longitude: 13.40, HasPlace: true}, Scenes: scenes}, start)
}

func TestSunTriggers(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	// internal/sun holds the sun's times to almanacs; here it is about what is made of
	// them.
	down := func(month time.Month, day int) time.Time {
		at, _ := sun.Place{Latitude: 52.52, Longitude: 13.40}.On(sun.Sunset, 2026, month, day, z)
		return at
	}
	sunset := func(change func(*SunTrigger)) *SunTrigger {
		trigger := &SunTrigger{Event: sun.Sunset}
		change(trigger)
		return trigger
	}
	bound := func(hour, minute int) *TimeOfDay { b := at(hour, minute); return &b }
	for _, tt := range []struct {
		name    string
		day     time.Time
		trigger *SunTrigger
		want    time.Time
	}{
		{"sunset", time.Date(2026, 11, 20, 0, 0, 0, 0, z), sunset(func(*SunTrigger) {}), down(11, 20)},
		{"before it", time.Date(2026, 11, 20, 0, 0, 0, 0, z), sunset(func(t *SunTrigger) { t.Offset = -20 * time.Minute }), down(11, 20).Add(-20 * time.Minute)},
		{"not before", time.Date(2026, 11, 20, 0, 0, 0, 0, z), sunset(func(t *SunTrigger) { t.Offset = -20 * time.Minute; t.NotBefore = bound(16, 30) }), time.Date(2026, 11, 20, 16, 30, 0, 0, z)},
		{"not after", time.Date(2026, 6, 21, 0, 0, 0, 0, z), sunset(func(t *SunTrigger) { t.NotAfter = bound(21, 0) }), time.Date(2026, 6, 21, 21, 0, 0, 0, z)},
		{"past midnight", time.Date(2026, 6, 21, 12, 0, 0, 0, z), sunset(func(t *SunTrigger) { t.Offset = 3 * time.Hour }), down(6, 21).Add(3 * time.Hour)},
		{"on Sundays", time.Date(2026, 11, 20, 0, 0, 0, 0, z), sunset(func(t *SunTrigger) { t.Days = 1 << time.Sunday }), down(11, 22)},
	} {
		s := berlin(t, tt.day, scene("a", tt.trigger, say("x")))
		s.until(tt.want.Add(2 * time.Minute))
		if said := s.on("notice/"); len(said) != 1 || !said[0].Meta.At.Equal(tt.want) {
			t.Errorf("%s: said %v, want once at %v", tt.name, said, tt.want)
		}
	}
}

func TestNoSunWithoutAPlace(t *testing.T) {
	s := tell(t, noon, scene("a", &SunTrigger{}, say("x")))
	s.pass(48 * time.Hour)
	s.runs("a", 0)
}

// A trigger does not fire on a day without sunset, whatever bounds it has.
func TestNoSunsetInSummer(t *testing.T) {
	z := zone(t, "Europe/Oslo")
	bound := at(22, 0)
	f := &File{Home: Home{Zone: z, Latitude: 69.65, Longitude: 18.96, HasPlace: true},
		Scenes: []*Scene{scene("a", &SunTrigger{Event: sun.Sunset, NotBefore: &bound}, say("x"))}}
	s := tellFile(t, f, time.Date(2026, 6, 1, 12, 0, 0, 0, z))
	s.until(time.Date(2026, 7, 10, 12, 0, 0, 0, z))
	s.runs("a", 0)
	s.until(time.Date(2026, 9, 10, 12, 0, 0, 0, z))
	if n := len(s.on("notice/")); n < 40 {
		t.Errorf("once the sun sets again it fired %d times", n)
	}
}

// An until that the sun alone ends.
func TestUntilTheSunIsUp(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	s := berlin(t, time.Date(2026, 11, 20, 5, 0, 0, 0, z), scene("a", press(), until(&SunCondition{Up: true}, 12*time.Hour), say("up")))
	s.press()
	s.until(time.Date(2026, 11, 20, 9, 0, 0, 0, z))
	want, _ := sun.Place{Latitude: 52.52, Longitude: 13.40}.On(sun.Sunrise, 2026, 11, 20, z)
	if said := s.on("notice/"); len(said) != 1 || !said[0].Meta.At.Equal(want) {
		t.Errorf("said %v, want once at %v", said, want)
	}
}

func TestCompositeConditions(t *testing.T) {
	on, off := is("a/b", "on"), is("c/d", "off")
	for _, tt := range []struct {
		name string
		c    Condition
		want bool
		text string
	}{
		{"any", &AnyCondition{[]Condition{on, off}}, true, ""},
		{"none of any", &AnyCondition{[]Condition{on, is("c/d", "on")}}, false, "a/b is on or c/d is on does not hold (a/b found off, c/d found off)"},
		{"all", &AllCondition{[]Condition{is("a/b", "off"), off}}, true, ""},
		{"not all", &AllCondition{[]Condition{on, off}}, false, "a/b is on and c/d is off does not hold (a/b found off, c/d found off)"},
		{"not", &NotCondition{on}, true, ""},
		{"not not", &NotCondition{off}, false, "not (c/d is off) does not hold (found off)"},
		{"what is unknown", &NotCondition{is("e/f", "on")}, true, ""},
		{"deep", &NotCondition{&AnyCondition{[]Condition{&AllCondition{[]Condition{on, off}}, &DaysCondition{1 << time.Friday}}}}, false,
			"not ((a/b is on and c/d is off) or the day is fri) does not hold (a/b found off, c/d found off, it is Fri 12:00:00)"},
	} {
		a := scene("a", press())
		a.OnlyIf = []Condition{tt.c}
		s := tell(t, noon, a)
		s.state("a/b", "off")
		s.state("c/d", "off")
		s.press()
		if got := s.status("a").Runs == 1; got != tt.want {
			t.Errorf("%s: %v, want %v\n%s", tt.name, got, tt.want, s.decisions())
		}
		if tt.want {
			continue
		}
		d := s.e.Decisions()
		if got := d[len(d)-1].Text(); got != "not run (bathroom/switch press): "+tt.text {
			t.Errorf("%s: said %q, want … %q", tt.name, got, tt.text)
		}
	}
}

// An until looks at every device that its condition names.
func TestUntilAnyOfTwo(t *testing.T) {
	c := &AnyCondition{[]Condition{is("a/b", "on"), &AllCondition{[]Condition{is("c/d", "on"), &NotCondition{is("e/f", "on")}}}}}
	for _, wakes := range []func(*story){
		func(s *story) { s.state("a/b", "on") },
		func(s *story) { s.state("e/f", "on"); s.state("c/d", "on"); s.state("e/f", "off") },
	} {
		s := told(t, until(c, time.Hour), say("end"))
		s.is("a", StateRunning)
		wakes(s)
		s.is("a", StateDone)
		for id, target := range s.e.targets {
			if len(target.watchers) != 0 {
				t.Errorf("%s is still watched", id)
			}
		}
	}
}

// A condition that must not hold between two times ends with the later.
func TestUntilNotBetween(t *testing.T) {
	c := &NotCondition{&BetweenCondition{at(11, 0), at(13, 0)}}
	s := told(t, until(c, 3*time.Hour), say("end"))
	s.pass(2 * time.Hour)
	if got := s.heard(); got != "1h0m0s end" {
		t.Errorf("heard %q", got)
	}
}
