package occupancy

import (
	"fmt"

	"homebus/internal/daytime"
)

// Mistake is what cannot be meant in a person's habits.
type Mistake struct {
	// Habit is the index of the habit, and Key its key in the file.
	Habit int
	Key   string
	// Other is the index of the habit that it does not go with; the same as Habit if
	// there is no other.
	Other int
	What  string
}

// The moments of a day in their order.
const (
	wake = iota
	leave
	comeHome
	sleep
	moments
)

var momentKeys = [moments]string{"wake", "leave", "return", "sleep"}

// Of the seconds of a day.
const (
	none = -1 // no time is given
	dawn = 6 * 3600
	noon = 12 * 3600
	day  = 24 * 3600
)

func (h *Habit) times() [moments]*daytime.TimeOfDay {
	return [moments]*daytime.TimeOfDay{h.Wake, h.Leave, h.Return, h.Sleep}
}

// given returns the times in seconds since the midnight with which the day begins,
// none where the seed makes one. What is past the next midnight counts on.
func (h *Habit) given() (at [moments]int) {
	first, last := none, none
	for i, t := range h.times() {
		at[i] = none
		if t == nil {
			continue
		}
		at[i] = int(*t)
		if i >= comeHome && pastMidnight(i, at[i], first, last) {
			at[i] += day
		}
		last = at[i]
		if first == none {
			first = last
		}
	}
	return at
}

// pastMidnight reports whether a return or a sleep is on the next day, by the first
// and the last time given before it.
func pastMidnight(moment, at, first, last int) bool {
	switch {
	case at >= noon:
		return false
	case last == none:
		return moment == sleep || at < dawn
	}
	return last >= day || at <= last && at < first
}

// Check returns what cannot be meant, one mistake for what follows from it.
func (p *Person) Check() []Mistake {
	var all []Mistake
	for i := range p.Habits {
		if key, what := p.Habits[i].check(); what != "" {
			all = append(all, Mistake{Habit: i, Other: i, Key: key, What: what})
		}
	}
	if len(all) > 0 {
		return all // the times mean nothing yet
	}
	if all = p.claims(); len(all) > 0 {
		return all
	}
	return p.nights()
}

// check returns the first mistake of a habit by itself, "" if there is none.
func (h *Habit) check() (key, what string) {
	if h.Home {
		for i, t := range h.times() {
			if t != nil && (i == leave || i == comeHome) {
				return momentKeys[i], fmt.Sprintf("%q does not go with \"home\": who stays at home does not leave", momentKeys[i])
			}
		}
	}
	if key, what = h.checkOrder(); what != "" {
		return key, what
	}
	return "jitter", h.checkJitter()
}

func (h *Habit) checkOrder() (key, what string) {
	at, last := h.given(), none
	for i := range at {
		switch {
		case at[i] == none:
			continue
		case last != none && at[i] <= at[last]:
			what = fmt.Sprintf("%s is at %q, not after %s", momentKeys[i], h.times()[i], h.say(last))
			if i >= comeHome && at[i] < noon {
				what += fmt.Sprintf(", and not before the next %s", h.say(h.first()))
			}
			return momentKeys[i], what
		case at[i] >= day && at[i]-day >= at[h.first()]:
			return momentKeys[i], fmt.Sprintf("%s is at %q on the next day, not before the next %s", momentKeys[i], h.times()[i], h.say(h.first()))
		}
		last = i
	}
	return "", ""
}

// say returns a moment with its time: `leave at "07:45"`.
func (h *Habit) say(moment int) string {
	return fmt.Sprintf("%s at %q", momentKeys[moment], h.times()[moment])
}

// first and last return the first and the last moment that is given, none if none
// is.
func (h *Habit) first() int {
	for i, t := range h.times() {
		if t != nil {
			return i
		}
	}
	return none
}

func (h *Habit) last() (last int) {
	last = none
	for i, t := range h.times() {
		if t != nil {
			last = i
		}
	}
	return last
}
