package occupancy

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/daytime"
)

// someHabit draws times in the order of a day, some of them left out.
func someHabit(t *rapid.T) Habit {
	h := Habit{
		Days:   daytime.Days(rapid.IntRange(0, 127).Draw(t, "days")),
		Home:   rapid.IntRange(0, 5).Draw(t, "home") == 0,
		Jitter: time.Duration(rapid.IntRange(0, 3600).Draw(t, "jitter")) * time.Second,
	}
	at := rapid.IntRange(0, day-1).Draw(t, "wake")
	for i, field := range []**daytime.TimeOfDay{&h.Wake, &h.Leave, &h.Return, &h.Sleep} {
		if (!h.Home || i == wake || i == sleep) && rapid.Bool().Draw(t, "given") {
			x := daytime.TimeOfDay(at % day)
			*field = &x
		}
		at += rapid.IntRange(1, 9*3600).Draw(t, "stay")
	}
	return h
}

// somebodyElse draws a person whose habits can be meant.
func somebodyElse(name string) *rapid.Generator[Person] {
	return rapid.Custom(func(t *rapid.T) Person {
		p := Person{Name: name}
		for range rapid.IntRange(1, 2).Draw(t, "habits") {
			p.Habits = append(p.Habits, someHabit(t))
		}
		for len(p.Habits) > 0 && len(p.Check()) > 0 {
			p.Habits = p.Habits[1:] // of two that do not go together, one; of one that cannot be, none
		}
		if len(p.Habits) == 0 {
			p.Habits = Somebody().Habits
		}
		return p
	})
}

func someHousehold(t *rapid.T) Household {
	h := flat(somebodyElse("Anna").Draw(t, "Anna"), somebodyElse("").Draw(t, "nobody"))
	h.Zone = rapid.SampledFrom(zones(t)).Draw(t, "zone")
	return h
}

func zones(t *rapid.T) []*time.Location {
	var all []*time.Location
	for _, name := range []string{"UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia"} {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, z)
	}
	return all
}

// someTime draws a time near a change of the clocks, or the day that Samoa left
// out, or any.
func someTime(t *rapid.T) time.Time {
	start := rapid.SampledFrom([]time.Time{
		time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC),
		time.Date(2011, 12, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 9, 5, 0, 0, 0, 0, time.UTC),
	}).Draw(t, "near")
	return start.Add(time.Duration(rapid.IntRange(0, 3*day).Draw(t, "start")) * time.Second)
}

// However often it is asked, a script says the same, and every touch on time.
func TestTicksMakeNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, seed, start := someHousehold(t), rapid.Uint64().Draw(t, "seed"), someTime(t)
		end := start.Add(time.Duration(rapid.IntRange(1, 4*day).Draw(t, "for")) * time.Second)
		want := live(New(h, start, Options{Seed: seed}), end)
		s, now := New(h, start, Options{Seed: seed}), start
		var got []Touch
		pace := rapid.IntRange(1, int(DefaultLate/time.Second)).Draw(t, "pace")
		steps := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "steps"), 0))
		for now.Before(end) {
			now = now.Add(time.Duration(1+steps.IntN(pace)) * time.Second)
			if now.After(end) {
				now = end
			}
			for _, x := range s.Tick(now) {
				if x.At.After(now) {
					t.Fatalf("%v comes at %v", x, now)
				}
				got = append(got, x)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("ticked anyhow:\n%s\nwhen due:\n%s", words(got, h.Zone), words(want, h.Zone))
		}
		if !slices.IsSortedFunc(want, func(a, b Touch) int { return a.At.Compare(b.At) }) {
			t.Fatalf("not in the order of time:\n%s", words(want, h.Zone))
		}
	})
}

// However a clock jumps, doors open and close in turn, and what comes is not late
// but for a closing.
func TestDoorsOpenAndClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, now := someHousehold(t), someTime(t)
		s := New(h, now, Options{Seed: rapid.Uint64().Draw(t, "seed")})
		open := map[string]bool{}
		see := func(touches []Touch) {
			for _, x := range touches {
				if late := now.Sub(x.At) > DefaultLate; late && x.Do != doClose {
					t.Fatalf("%v comes at %v", x, now)
				}
				if x.Do != doTrigger {
					if open[x.Device] == (x.Do == doOpen) {
						t.Fatalf("%s to do at %v, which is done", x.Do, x.At)
					}
					open[x.Device] = x.Do == doOpen
				}
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "jumps") {
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				now = now.Add(time.Duration(rapid.IntRange(-3*day, 400*day).Draw(t, "jump")) * time.Second)
			case 1:
				now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "step")) * time.Second)
			default: // to the next pass
				for range 1000 {
					now, _ = s.Next()
					touches := s.Tick(now)
					see(touches)
					if len(doors(touches)) > 0 {
						break
					}
				}
				continue
			}
			see(s.Tick(now))
		}
	})
}

// The times of any day are in order, the given ones where they are given.
func TestPlansAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		person := somebodyElse("Anna").Draw(t, "Anna")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for weekday := range time.Saturday + 1 {
			h := person.on(weekday)
			if h == nil {
				continue
			}
			p, given, last := h.plan(random, weekday), h.given(), none
			for i, at := range p.at {
				if at == none {
					if !p.skips(i) {
						t.Fatalf("%s is left out of %v", momentKeys[i], p)
					}
					continue
				}
				if at < last || at >= 2*day {
					t.Fatalf("%s comes at %d of %v", momentKeys[i], at, p)
				}
				if apart := time.Duration(at-given[i]) * time.Second; given[i] != none && apart.Abs() > h.Jitter {
					t.Fatalf("%s moves by %v, more than %v", momentKeys[i], apart, h.Jitter)
				}
				last = at
			}
			if p.home != (p.at[leave] == none) || h.Home && !p.home {
				t.Fatalf("at home, or not: %+v", p)
			}
			if last-p.at[wake] >= day {
				t.Fatalf("a day of %d seconds: %v", last-p.at[wake], p)
			}
		}
	})
}

// Habits of any kind are told of or can be lived.
func TestAnyHabits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Person
		for range rapid.IntRange(0, 3).Draw(t, "habits") {
			h := Habit{Days: daytime.Days(rapid.IntRange(0, 127).Draw(t, "days")), Home: rapid.Bool().Draw(t, "home"),
				Jitter: time.Duration(rapid.IntRange(0, 2*day).Draw(t, "jitter")) * time.Second}
			for _, field := range []**daytime.TimeOfDay{&h.Wake, &h.Leave, &h.Return, &h.Sleep} {
				if rapid.Bool().Draw(t, "given") {
					x := daytime.TimeOfDay(rapid.IntRange(0, day-1).Draw(t, "time"))
					*field = &x
				}
			}
			p.Habits = append(p.Habits, h)
		}
		mistakes := p.Check()
		for _, m := range mistakes {
			if m.Habit >= len(p.Habits) || m.Other >= len(p.Habits) || m.Key == "" || m.What == "" {
				t.Fatalf("%+v", m)
			}
		}
		if len(mistakes) > 0 {
			return // nobody gets to live it
		}
		live(New(flat(p), november(20, 0, 0), Options{Seed: 1}), november(28, 0, 0))
	})
}
