package occupancy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests know the zones, whatever the machine knows

	"homebus/internal/daytime"
)

func clock(hour, minute int) *daytime.TimeOfDay {
	t := daytime.TimeOfDay(hour*3600 + minute*60)
	return &t
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// office is a day out.
func office() Habit {
	return Habit{Wake: clock(6, 30), Leave: clock(7, 45), Return: clock(17, 30), Sleep: clock(23, 0)}
}

// flat is a house with sensors in every room and two doors.
func flat(people ...Person) Household {
	return Household{
		People:   people,
		Motion:   []string{"living/motion", "kitchen/motion", "bathroom/motion", "bedroom/motion", "hall/motion", "living/motion-2"},
		Contacts: []string{"living/window", "hall/door"},
	}
}

func anna(habits ...Habit) Person { return Person{Name: "Anna", Habits: habits} }

// 2026-11-20 is a Friday.
func november(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC)
}

// live ticks a script when it asks for it, until then.
func live(s *Script, until time.Time) []Touch {
	var all []Touch
	for {
		next, ok := s.Next()
		if !ok || next.After(until) {
			return all
		}
		all = append(all, s.Tick(next)...)
	}
}

func words(touches []Touch, zone *time.Location) string {
	var lines []string
	for _, t := range touches {
		lines = append(lines, fmt.Sprintf("%s %s %s", t.At.In(zone).Format("Mon 15:04:05 MST"), t.Device, t.Do))
	}
	return strings.Join(lines, "\n")
}

// doors returns what doors have seen.
func doors(touches []Touch) []Touch {
	return slices.DeleteFunc(slices.Clone(touches), func(t Touch) bool { return t.Do == doTrigger })
}

func TestADayOfAnna(t *testing.T) {
	got := live(New(flat(anna(office())), november(20, 0, 0), Options{Seed: 7}), november(21, 0, 0))
	var morning []string
	for _, x := range got[:7] {
		morning = append(morning, strings.TrimSuffix(x.Device, "/motion"))
	}
	if want := "bedroom bathroom bathroom bathroom kitchen kitchen kitchen"; strings.Join(morning, " ") != want {
		t.Errorf("the day begins with %v, want %s", morning, want)
	}
	if first, last := got[0].At, got[len(got)-1]; !first.Equal(november(20, 6, 30)) || !last.At.Equal(november(20, 23, 0)) || last.Device != "bedroom/motion" {
		t.Errorf("the day goes from %v to %v", first, last)
	}
	pass := got[slices.IndexFunc(got, func(x Touch) bool { return x.Do == doOpen })-1:][:6]
	var through []string
	for _, x := range pass {
		through = append(through, x.Device+" "+x.Do)
	}
	if want := "hall/motion trigger, hall/door open, hall/door close, hall/door open, hall/motion trigger, hall/door close"; strings.Join(through, ", ") != want {
		t.Errorf("at the door: %s\nwant %s", strings.Join(through, ", "), want)
	}
	if !pass[0].At.Equal(november(20, 7, 45)) || pass[2].At.After(november(20, 7, 46)) || !pass[3].At.Equal(november(20, 17, 30)) || pass[5].At.After(november(20, 17, 31)) {
		t.Errorf("at the door:\n%s", words(pass, time.UTC))
	}
	for i, x := range got[1:] {
		if pause := x.At.Sub(got[i].At); pause > 8*time.Minute && !x.At.Equal(november(20, 17, 30)) {
			t.Errorf("nobody moved for %v before %v", pause, x.At)
		}
	}
	both := 0
	for i, x := range got[1:] {
		if x.Device == "living/motion-2" && got[i].Device == "living/motion" && x.At.Equal(got[i].At) {
			both++
		}
	}
	if both == 0 {
		t.Error("two sensors of a room do not notice the same")
	}
}

func TestWhatADayIsLike(t *testing.T) {
	stay := Habit{Home: true, Wake: clock(8, 0), Sleep: clock(22, 0)}
	nightShift := Habit{Wake: clock(14, 0), Leave: clock(21, 0), Return: clock(6, 30), Sleep: clock(7, 30)}
	late := office()
	late.Return, late.Sleep = clock(23, 50), clock(0, 30)
	garage := office()
	garage.Entrance = "living/window"
	workdays, weekend := office(), Habit{Home: true, Wake: clock(9, 0), Sleep: clock(1, 0)}
	workdays.Days, weekend.Days = 0b0111110, 0b1000001
	tests := []struct {
		name        string
		household   Household
		from        time.Time
		first, last string
		passes      []string // when doors open
	}{
		{"at home", flat(anna(stay)), november(20, 0, 0), "Fri 08:00 bedroom/motion", "Fri 22:00 bedroom/motion", nil},
		{"a night shift", flat(anna(nightShift)), november(20, 12, 0), "Fri 14:00 bedroom/motion", "Sat 07:30 bedroom/motion", []string{"Fri 21:00 hall/door", "Sat 06:30 hall/door"}},
		{"asleep after midnight", flat(anna(late)), november(20, 6, 0), "Fri 06:30 bedroom/motion", "Sat 00:30 bedroom/motion", []string{"Fri 07:45 hall/door", "Fri 23:50 hall/door"}},
		{"begun after midnight", flat(anna(late)), november(21, 0, 30), "Sat 00:30 bedroom/motion", "Sun 00:30 bedroom/motion", []string{"Sat 07:45 hall/door", "Sat 23:50 hall/door"}},
		{"another door", flat(anna(garage)), november(20, 0, 0), "Fri 06:30 bedroom/motion", "Fri 23:00 bedroom/motion", []string{"Fri 07:45 living/window", "Fri 17:30 living/window"}},
		{"on Saturdays", flat(anna(workdays, weekend)), november(21, 6, 0), "Sat 09:00 bedroom/motion", "Sun 01:00 bedroom/motion", nil},
		{"on Fridays", flat(anna(weekend, workdays)), november(20, 6, 0), "Fri 06:30 bedroom/motion", "Fri 23:00 bedroom/motion", []string{"Fri 07:45 hall/door", "Fri 17:30 hall/door"}},
		{"a day without a habit", flat(anna(weekend)), november(20, 0, 0), "", "", nil},
		{"a door alone", Household{People: []Person{anna(office())}, Contacts: []string{"a/b"}}, november(20, 0, 0), "Fri 07:45 a/b", "Fri 17:30 a/b", []string{"Fri 07:45 a/b", "Fri 17:30 a/b"}},
		{"one room", Household{People: []Person{anna(office())}, Motion: []string{"attic/x"}}, november(20, 0, 0), "Fri 06:30 attic/x", "Fri 22:58 attic/x", nil},
		{"a house that notices nothing", Household{People: []Person{anna(office())}}, november(20, 0, 0), "", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := live(New(tt.household, tt.from, Options{Seed: 1}), tt.from.Add(24*time.Hour))
			var passes []string
			for _, x := range doors(got) {
				if x.Do == doOpen {
					passes = append(passes, x.At.Format("Mon 15:04 ")+x.Device)
				}
			}
			if !slices.Equal(passes, tt.passes) {
				t.Errorf("doors open at %q, want %q", passes, tt.passes)
			}
			first, last := "", ""
			if len(got) > 0 {
				first, last = got[0].At.Format("Mon 15:04 ")+got[0].Device, got[len(got)-1].At.Format("Mon 15:04 ")+got[len(got)-1].Device
			}
			if first != tt.first || last != tt.last {
				t.Errorf("from %q to %q, want %q to %q", first, last, tt.first, tt.last)
			}
		})
	}
}

// A year of somebody of whom nothing is given: no two days are alike, each as
// people live.
func TestAYearFromASeed(t *testing.T) {
	s := New(flat(Somebody()), november(1, 0, 0), Options{Seed: 1})
	atHome, mornings := 0, map[string]bool{}
	for date := november(1, 0, 0); date.Before(november(1+365, 0, 0)); date = date.AddDate(0, 0, 1) {
		acts := s.day(0, date)
		wake, sleep := acts[0].At.Sub(date), acts[len(acts)-1].At.Sub(date)
		if wake < 6*time.Hour || wake > 10*time.Hour || sleep < 22*time.Hour || sleep > 25*time.Hour {
			t.Errorf("%s: from %v to %v", date.Format("Mon 2006-01-02"), wake, sleep)
		}
		if weekday := date.Weekday(); !slices.ContainsFunc(acts, func(a act) bool { return a.Do == doOpen }) {
			atHome++
			if weekday != time.Saturday && weekday != time.Sunday {
				t.Errorf("%s: nobody goes out", date.Format("Mon 2006-01-02"))
			}
		}
		mornings[wake.String()] = true
	}
	if atHome < 25 || atHome > 45 || len(mornings) < 300 { // of 105 days, a third
		t.Errorf("%d days at home, %d different mornings", atHome, len(mornings))
	}
}

func TestTheTwoTimesOfAClockChange(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	early := Habit{Wake: clock(1, 50), Leave: clock(2, 10), Return: clock(2, 40), Sleep: clock(5, 0)}
	for _, tt := range []struct {
		day  time.Time
		want []string // wake, doors, sleep
	}{
		// 2026-03-29: 02:00 becomes 03:00; the hour out of the house does not exist.
		{time.Date(2026, 3, 29, 0, 0, 0, 0, berlin), []string{"01:50 CET", "03:00 CEST", "05:00 CEST"}},
		// 2026-10-25: 03:00 becomes 02:00; what occurs twice is done once.
		{time.Date(2026, 10, 25, 0, 0, 0, 0, berlin), []string{"01:50 CEST", "02:10 CEST", "02:40 CEST", "05:00 CET"}},
	} {
		h := flat(anna(early))
		h.Zone = berlin
		got := live(New(h, tt.day, Options{Seed: 1}), tt.day.Add(24*time.Hour))
		seen := []string{got[0].At.In(berlin).Format("15:04 MST")}
		for _, x := range doors(got) {
			if x.Do == doOpen {
				seen = append(seen, x.At.In(berlin).Format("15:04 MST"))
			}
		}
		seen = append(seen, got[len(got)-1].At.In(berlin).Format("15:04 MST"))
		if !slices.Equal(seen, tt.want) {
			t.Errorf("%s: %q, want %q\n%s", tt.day.Format(time.DateOnly), seen, tt.want, words(got, berlin))
		}
		if open := doors(got); len(open) == 0 || open[len(open)-1].Do != doClose {
			t.Errorf("%s: the door stands open", tt.day.Format(time.DateOnly))
		}
	}
}

// What is made between two times that are given has room.
func TestMadeTimesKeepApart(t *testing.T) {
	h := Habit{Wake: clock(6, 30), Sleep: clock(9, 0)}
	for seed := range uint64(100) {
		p := h.plan(rand.New(rand.NewPCG(seed, 0)), time.Monday)
		for i, at := range p.at[1:] {
			if at-p.at[i] < gap {
				t.Fatalf("seed %d: %v", seed, p)
			}
		}
	}
}

// Who has left early does not go on with the morning in the evening.
func TestTheMorningEndsAtTheDoor(t *testing.T) {
	early := office()
	early.Leave = clock(6, 31)
	after := map[string]bool{}
	for seed := range uint64(20) {
		got := live(New(flat(anna(early)), november(20, 0, 0), Options{Seed: seed}), november(20, 20, 0))
		last := len(got) - 1
		for got[last].Do != doClose {
			last--
		}
		after[got[last+1].Device] = true
	}
	if len(after) < 2 || !after["hall/motion"] {
		t.Errorf("the first movements of the evening are at %v", after)
	}
}

func TestADoorStaysOpenForTheSecond(t *testing.T) {
	ben := Person{Name: "Ben", Habits: []Habit{office()}}
	for seed := range uint64(20) {
		got := doors(live(New(flat(anna(office()), ben), november(20, 0, 0), Options{Seed: seed}), november(20, 12, 0)))
		if len(got) != 2 || got[0].Do != doOpen || got[1].Do != doClose {
			t.Fatalf("seed %d: they leave together, and the door\n%s", seed, words(got, time.UTC))
		}
		var closed time.Time
		for _, alone := range []Person{anna(office()), ben} {
			one := doors(live(New(flat(alone), november(20, 0, 0), Options{Seed: seed}), november(20, 12, 0)))
			if one[1].At.After(closed) {
				closed = one[1].At
			}
		}
		if !got[1].At.Equal(closed) {
			t.Errorf("seed %d: the door closes at %v, behind the last at %v", seed, got[1].At, closed)
		}
	}
}

func TestOnePersonChangesNothingForAnother(t *testing.T) {
	nameless := Person{Habits: []Habit{office()}}
	ben := Person{Name: "Ben", Habits: []Habit{{Home: true}}}
	zero := Person{Name: "0", Habits: []Habit{{Home: true}}} // no more the nameless one than Ben is
	for _, tt := range []struct{ alone, with []Person }{
		{[]Person{anna(office())}, []Person{anna(office()), ben}},
		{[]Person{nameless}, []Person{ben, nameless}},
		{[]Person{nameless}, []Person{zero, nameless}},
	} {
		both := live(New(flat(tt.with...), november(20, 0, 0), Options{Seed: 3}), november(27, 0, 0))
		for _, x := range live(New(flat(tt.alone...), november(20, 0, 0), Options{Seed: 3}), november(27, 0, 0)) {
			if !slices.Contains(both, x) {
				t.Fatalf("%v %s %s is missing where two live", x.At, x.Device, x.Do)
			}
		}
	}
}

// What a computer slept through is not made up for; a door is closed.
func TestALongSleepOfTheComputer(t *testing.T) {
	for _, tt := range []struct {
		name  string
		until time.Time // the last tick before the jump
		to    time.Time
		most  int // touches that may come at once
		want  []string
	}{
		{"three days", november(20, 12, 0), november(23, 12, 0), 0, nil},
		{"three years, into the evening", november(20, 12, 0), time.Date(2029, 11, 20, 20, 0, 0, 0, time.UTC), 20, nil},
		{"while the door is open", november(20, 7, 45).Add(5 * time.Second), november(22, 12, 0), 1, []string{"Fri 07:45 close"}},
		{"a quarter of an hour", november(20, 17, 30).Add(-time.Second), november(20, 17, 44), 20, []string{"Fri 17:30 open", "Fri 17:30 close"}},
		{"a bit more", november(20, 17, 29), november(20, 17, 46), 20, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := New(flat(anna(office())), november(20, 0, 0), Options{Seed: 1})
			live(s, tt.until)
			got := s.Tick(tt.to)
			var seen []string
			for _, x := range doors(got) {
				seen = append(seen, x.At.Format("Mon 15:04 ")+x.Do)
			}
			if len(got) > tt.most || !slices.Equal(seen, tt.want) {
				t.Errorf("at once:\n%s\nwant at most %d, at the door %q", words(got, time.UTC), tt.most, tt.want)
			}
			next := live(s, tt.to.Add(24*time.Hour))
			same := live(New(flat(anna(office())), tt.to, Options{Seed: 1}), tt.to.Add(24*time.Hour))
			same = slices.DeleteFunc(same, func(x Touch) bool { return !x.At.After(tt.to) })
			if !slices.Equal(next, same) {
				t.Error("the day after is not as for somebody who was always here")
			}
		})
	}
}

func TestHowLateATouchMayBe(t *testing.T) {
	h, begin := flat(anna(office())), november(20, 17, 0)
	want := live(New(h, begin, Options{}), november(20, 21, 0))
	patient := New(h, begin, Options{Late: 4 * time.Hour}).Tick(november(20, 21, 0))
	if !slices.Equal(patient, want) {
		t.Errorf("four hours late:\n%s\non time:\n%s", words(patient, time.UTC), words(want, time.UTC))
	}
}

func TestAClockThatIsSetBack(t *testing.T) {
	s := New(flat(anna(office())), november(20, 7, 0), Options{Seed: 1})
	first := live(s, november(20, 7, 45).Add(5*time.Second))
	if last := first[len(first)-1]; last.Do != doOpen {
		t.Fatalf("the last is %s %s", last.Device, last.Do)
	}
	back := s.Tick(november(20, 7, 0))
	if len(back) != 1 || back[0].Do != doClose {
		t.Errorf("set back, and a door stays open: %v", back)
	}
	if again := live(s, november(20, 7, 45).Add(5*time.Second)); !slices.Equal(again, first) {
		t.Errorf("the time that comes again:\n%s\nwas\n%s", words(again, time.UTC), words(first, time.UTC))
	}
	live(s, november(20, 8, 0))
	s.Tick(november(20, 7, 46)) // by less than DefaultLate
	if again := live(s, november(20, 8, 0)); len(again) != 0 {
		t.Errorf("a clock that is put right repeats\n%s", words(again, time.UTC))
	}
}

func TestNobody(t *testing.T) {
	s := New(flat(), november(20, 0, 0), Options{Seed: 1})
	if next, ok := s.Next(); ok {
		t.Errorf("something is due at %v", next)
	}
	if got := s.Tick(november(30, 0, 0)); got != nil {
		t.Errorf("%v", got)
	}
}

func TestTheEntrance(t *testing.T) {
	for want, contacts := range map[string]string{
		"hall/door": "living/window hall/door cellar/door", "cellar/door": "living/window cellar/door",
		"entrance-2/contact": "cellar/door entrance-2/contact", "living/window": "living/window bath/window", "": "",
	} {
		h := Household{Contacts: strings.Fields(contacts)}
		if got := h.entrance(); got != want {
			t.Errorf("%s: %q, want %q", contacts, got, want)
		}
	}
}
