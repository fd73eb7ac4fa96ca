package occupancy

import (
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"homebus/internal/daytime"
)

// Touch is what somebody does at a sensor, by being there or by opening a door.
type Touch struct {
	// At is when, also if Tick comes later.
	At time.Time
	// Device is the sensor's id, and Do the action of its type: trigger, open or
	// close.
	Device, Do string
}

// Options are what a Script needs besides its household.
type Options struct {
	// Seed is of everything random in the days of people.
	Seed uint64
	// Late is how late Tick still returns a touch; DefaultLate if 0. What was due
	// before, while nobody asked (a computer that slept), has gone unnoticed and is
	// not made up for; only a door that stands open is closed.
	Late time.Duration
}

// DefaultLate is the same as scenes have.
const DefaultLate = 15 * time.Minute

// Script is all that the people of a household do. One owner; not safe for
// concurrent use.
//
// A clock that is set back by more than Options.Late has people live that time again.
type Script struct {
	household Household
	rooms     []room
	entrance  string
	opts      Options
	now       time.Time
	// next is the first day that is not planned, as midnight UTC; it begins at
	// horizon.
	next, horizon time.Time
	due           []act // of the days before, in the order of time
	// passing are those for whom a door was opened, by door.
	passing map[string][]int
}

// act is a touch and who does it, or the same at each of many sensors.
type act struct {
	Touch
	person int
	by     []string // the sensors, if there are many; then the Touch names none
}

// touches appends what it does.
func (a *act) touches(to []Touch) []Touch {
	if a.by == nil {
		return append(to, a.Touch)
	}
	for _, sensor := range a.by {
		to = append(to, Touch{At: a.At, Device: sensor, Do: a.Do})
	}
	return to
}

// New returns the script of a household from now on.
func New(h Household, now time.Time, opts Options) *Script {
	if h.Zone == nil {
		h.Zone = time.UTC
	}
	if opts.Late == 0 {
		opts.Late = DefaultLate
	}
	s := &Script{household: h, rooms: h.rooms(), entrance: h.entrance(), opts: opts, passing: make(map[string][]int)}
	s.begin(now.Round(0))
	return s
}

// begin plans anew from now on.
func (s *Script) begin(now time.Time) {
	s.now, s.due = now, nil
	s.goTo(s.date(now).AddDate(0, 0, -1)) // a day may end after the next midnight
	for !s.horizon.After(now) {
		s.plan()
	}
	s.due = slices.DeleteFunc(s.due, func(a act) bool { return a.At.Before(now) })
}

// Next returns when Tick is to be called next; false if nobody lives here.
func (s *Script) Next() (time.Time, bool) {
	if len(s.household.People) == 0 {
		return time.Time{}, false
	}
	if len(s.due) > 0 && s.due[0].At.Before(s.horizon) {
		return s.due[0].At, true
	}
	return s.horizon, true // another day is planned
}

// Tick returns what people have done since the last call until now, in the order
// of time.
func (s *Script) Tick(now time.Time) []Touch {
	now = now.Round(0) // by the clock on the wall
	var touches []Touch
	if s.now.Sub(now) > s.opts.Late {
		touches = s.shut(now)
		s.begin(now)
	}
	s.now = now
	for {
		next, ok := s.Next()
		if !ok || next.After(now) {
			return touches
		}
		if !next.Before(s.horizon) {
			s.skip(now)
			s.plan()
			continue
		}
		a := s.due[0]
		s.due = s.due[1:]
		if s.happens(a, now) {
			touches = a.touches(touches)
		}
	}
}

// happens reports whether anything is noticed of an act. A door opens for the
// first who passes, and closes behind the last.
func (s *Script) happens(a act, now time.Time) bool {
	late := now.Sub(a.At) > s.opts.Late
	passing := s.passing[a.Device]
	switch a.Do {
	case doOpen:
		if late {
			return false
		}
		s.passing[a.Device] = append(passing, a.person)
		return len(passing) == 0
	case doClose:
		i := slices.Index(passing, a.person)
		if i < 0 {
			return false // was not seen to open it
		}
		s.passing[a.Device] = slices.Delete(passing, i, i+1)
		return len(passing) == 1
	}
	return !late
}

// shut closes the doors that stand open.
func (s *Script) shut(now time.Time) []Touch {
	var touches []Touch
	for _, id := range slices.Sorted(maps.Keys(s.passing)) {
		if len(s.passing[id]) > 0 {
			touches = append(touches, Touch{At: now, Device: id, Do: doClose})
		}
	}
	clear(s.passing)
	return touches
}

// skip leaves out the days of which nothing is due any more.
func (s *Script) skip(now time.Time) {
	if first := s.date(now.Add(-s.opts.Late)).AddDate(0, 0, -1); s.next.Before(first) {
		s.goTo(first)
	}
}

// goTo has a day be the next to be planned.
func (s *Script) goTo(date time.Time) {
	s.next, s.horizon = date, s.at(date, 0)
}

// plan adds what people do on the next day.
func (s *Script) plan() {
	for i := range s.household.People {
		s.due = append(s.due, s.day(i, s.next)...)
	}
	slices.SortStableFunc(s.due, func(a, b act) int { return a.At.Compare(b.At) })
	s.goTo(s.next.AddDate(0, 0, 1))
}

// day returns what one person does on a day.
func (s *Script) day(person int, date time.Time) []act {
	p := &s.household.People[person]
	h := p.on(date.Weekday())
	if h == nil {
		return nil
	}
	hash := fnv.New64a()
	hash.Write([]byte(s.calls(person) + date.Format(time.DateOnly)))
	w := &walk{rooms: s.rooms, random: rand.New(rand.NewPCG(s.opts.Seed, hash.Sum64())), person: person}
	plan, door := h.plan(w.random, date.Weekday()), h.Entrance
	if door == "" {
		door = s.entrance
	}
	at := func(moment int) time.Time { return s.at(date, plan.at[moment]) }
	w.rise()
	if plan.home {
		w.stay(at(wake), at(sleep))
	} else {
		w.stay(at(wake), at(leave))
		w.goOut(at(leave), door)
		w.stay(w.comeIn(at(comeHome), door).Add(w.seconds(20, 120)), at(sleep))
	}
	w.goToBed(at(sleep))
	return w.acts
}

// calls returns a name for a person: for one without it is the number among those
// without, whoever else lives there.
func (s *Script) calls(person int) string {
	people := s.household.People
	if name := people[person].Name; name != "" {
		return name
	}
	nameless := 0
	for _, p := range people[:person] {
		if p.Name == "" {
			nameless++
		}
	}
	return "#" + strconv.Itoa(nameless)
}

// at returns the instant so many seconds by the clock after the midnight of a day.
func (s *Script) at(date time.Time, seconds int) time.Time {
	t := daytime.TimeOfDay(seconds % day)
	return t.On(date.Year(), date.Month(), date.Day()+seconds/day, s.household.Zone)
}

// date returns the day of an instant.
func (s *Script) date(now time.Time) time.Time {
	year, month, day := now.In(s.household.Zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
