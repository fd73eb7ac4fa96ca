package sim

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/daytime"
	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/occupancy"
	"homebus/topics"
)

const (
	bedroom = "bedroom/motion"
	hall    = "hall/motion"
	door    = "hall/door"
)

var flat = slices.Concat(specs("motion-sensor", bedroom, hall), specs("contact-sensor", door))

// early is a household of somebody who wakes at 6:30 and leaves at 7:00.
func early() occupancy.Household {
	wake, leave := daytime.TimeOfDay(6*3600+1800), daytime.TimeOfDay(7*3600)
	return occupancy.Household{
		People: []occupancy.Person{{Habits: []occupancy.Habit{{Wake: &wake, Leave: &leave}}}},
		Motion: []string{bedroom, hall}, Contacts: []string{door},
	}
}

// at is a clock that shows six in the morning now and runs so many times as fast.
func at(speed float64) housetime.Clock {
	now := time.Now()
	return housetime.New(now, time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC), speed)
}

func TestAHouseIsLivedIn(t *testing.T) {
	for _, speed := range []float64{1, 60} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t, Config{Specs: flat, Household: early(), Clock: at(speed)})
			h.awaitOnline(door, true)
			begin := time.Now()
			passes := func(d time.Duration, what string) {
				t.Helper()
				want := time.Duration(float64(d) / speed)
				if took := time.Since(begin); took < want || took > want+5*time.Second { // a door opens behind who comes
					t.Errorf("at %v times the speed, %s after %v, want %v", speed, what, took, want)
				}
			}
			h.await(topics.Of(topics.KindState, bedroom), map[string]any{"state": "motion"})
			passes(30*time.Minute, "somebody wakes")
			h.await(topics.Of(topics.KindState, door), map[string]any{"state": "open"})
			passes(60*time.Minute, "the door opens")
			h.await(topics.Of(topics.KindState, door), map[string]any{"state": "closed"})
		})
	}
}

func TestWithoutPeopleNothingMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nobody := early()
		nobody.People = nil
		h := newHouse(t, Config{Specs: flat, Household: nobody, Clock: at(60)})
		h.awaitOnline(door, true)
		h.rest(10 * time.Minute)
		if n := h.count("state/" + hall); n != 1 {
			t.Errorf("the hall said %d things, want the first alone:%s", n, h.story())
		}
	})
}

// Two simulators that have half of the house each show one person.
func TestAHouseInTwoProcesses(t *testing.T) {
	moves := func(houses ...Config) []string {
		var list []string
		synctest.Test(t, func(t *testing.T) {
			bus := link.NewBus()
			var h *house
			clock := at(60)
			for _, cfg := range houses {
				cfg.Household, cfg.Clock, cfg.Seed, cfg.Dial = early(), clock, 5, bus.Link
				h = newHouseOn(t, bus, cfg) // the last watches all
			}
			h.rest(3 * time.Minute)
			h.seen = nil
			h.rest(60 * time.Minute)
			for _, m := range h.seen {
				if !strings.Contains(string(m.Payload), `"clear"`) {
					list = append(list, m.Topic)
				}
			}
		})
		return list
	}
	whole := moves(Config{Specs: flat})
	halves := moves(Config{Specs: specs("motion-sensor", bedroom)}, Config{Specs: flat[1:]})
	if !slices.Equal(whole, halves) || !slices.Contains(whole, "state/"+door) || !slices.Contains(whole, "state/"+bedroom) {
		t.Errorf("two halves:\n%q\nin one:\n%q", halves, whole)
	}
}

// recorder is a link that notes what is published.
type recorder struct {
	link.Link
	said []string
}

func (r *recorder) Publish(m message.Message) error {
	r.said = append(r.said, m.Meta.At.Format(time.RFC3339Nano)+" "+m.Topic+" "+string(m.Payload))
	return nil
}

// Who lives in a house and who just touches things there come in the order of their
// times, also if the program is late.
func TestPeopleAndActsTakeTurns(t *testing.T) {
	prompt, late := movesIn(t, 20*time.Millisecond), movesIn(t, 800*time.Millisecond)
	if !slices.Equal(prompt, late) {
		t.Errorf("late, it is another story:\n%s\nwant\n%s", strings.Join(late, "\n"), strings.Join(prompt, "\n"))
	}
	if len(prompt) < 600 {
		t.Errorf("600 acts led to %d messages", len(prompt))
	}
}

// movesIn returns what a house says in two hours in which somebody wakes and leaves,
// and things are touched, if the program looks once in so long.
func movesIn(t *testing.T, step time.Duration) (said []string) {
	synctest.Test(t, func(t *testing.T) {
		cfg := Config{Specs: flat, Household: early(), Clock: at(60), IDs: &message.Counted{}}
		var group errgroup.Group // starts nothing
		s, err := newSimulator(t.Context(), &group, cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := &recorder{}
		for _, id := range s.fleet.IDs() {
			s.speaker[id] = &conn{link: r, up: true}
		}
		s.moveIn(s.clock())
		s.acts = newActs(time.Now(), 5, 1)
		for now, end := time.Now(), time.Now().Add(2*time.Minute); !now.After(end); now = now.Add(step) {
			s.touch(now)
			s.reach(cfg.Clock.House(now))
		}
		said = r.said
	})
	return said
}

func TestPeopleWhomNothingNoticesAreToldOf(t *testing.T) {
	for want, house := range map[string]Config{
		"level=WARN msg=\"nobody who lives here is noticed: no motion or contact sensor is simulated\" people=1": {Specs: kitchen, Household: early()},
		"level=INFO msg=\"the house is lived in\" people=1":                                                      {Specs: flat, Household: early()},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			house.Log = slog.New(slog.NewTextHandler(&log, nil))
			newHouse(t, house)
			synctest.Wait()
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log has not %s:\n%s", want, &log)
			}
		})
	}
}

// A house that is far behind its clock comes after it in pieces, and meanwhile it is as
// late as it is.
func TestAHouseBehindItsClockComesAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var group errgroup.Group // starts nothing
		s, err := newSimulator(t.Context(), &group, Config{Specs: specs("motion-sensor", "hall/motion")})
		if err != nil {
			t.Fatal(err)
		}
		begin := s.clock()
		s.moveIn(begin)
		haunted := Fault{Device: "hall/motion", Kind: "false-trigger"}
		s.fleet.Handle(begin, haunted.message())
		const away = 20_000 * time.Hour // in which it sees some 150,000 ghosts
		s.clock = func() time.Time { return begin.Add(away) }
		pieces, last := 0, begin
		for ; last.Before(s.clock()); pieces++ {
			reached := s.now()
			if !reached.After(last) {
				t.Fatalf("it stays at %s", reached.Sub(begin))
			}
			last = reached
		}
		if pieces < 100 {
			t.Errorf("%s passed in %d pieces", away, pieces)
		}
	})
}
