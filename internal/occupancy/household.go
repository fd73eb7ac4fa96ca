package occupancy

import (
	"slices"
	"strings"
	"time"

	"homebus/internal/daytime"
	"homebus/topics"
)

// Household is who lives in a house, and what notices them.
type Household struct {
	// Zone is where the house is; UTC if nil.
	Zone   *time.Location
	People []Person
	// Motion are the ids of the motion sensors, and Contacts those of the contact
	// sensors, in the order of the house.
	Motion, Contacts []string
}

// Person is somebody who lives there, on different days perhaps in different ways.
type Person struct {
	// Name is "" for somebody without one.
	Name   string
	Habits []Habit
}

// Habit is how somebody spends certain days. A time that is nil is made from the
// seed, anew each day.
//
// A return or a sleep before noon that is earlier than what is given before it is
// on the next day; and so are, where nothing is, a return before six and a sleep
// before noon.
type Habit struct {
	// Days are those on which it is kept; the empty set stands for all that no other
	// habit of the person names.
	Days                       daytime.Days
	Wake, Leave, Return, Sleep *daytime.TimeOfDay
	// Home says that the person does not leave; then Leave and Return are nil.
	Home bool
	// Jitter is how far each given time moves at most, to either side.
	Jitter time.Duration
	// Entrance is the contact sensor of the door; the household's if "".
	Entrance string
}

// Somebody returns a person whose days are all made from the seed.
func Somebody() Person { return Person{Name: "somebody", Habits: []Habit{{}}} }

// on returns how the person spends a day; nil if nothing is known of it.
func (p *Person) on(day time.Weekday) *Habit {
	var other *Habit
	for i := range p.Habits {
		switch h := &p.Habits[i]; {
		case h.Days == 0:
			other = h
		case h.Days.Has(day):
			return h
		}
	}
	return other
}

// Areas by what their names contain: where people sleep, wash and have breakfast,
// and where a front door is.
var (
	sleepAreas   = []string{"bed", "sleep"}
	washAreas    = []string{"bath", "shower"}
	kitchenAreas = []string{"kitchen"}
	entryAreas   = []string{"hall", "entrance", "entry", "foyer", "lobby", "porch", "corridor", "vestibule"}
)

// like reports whether a name contains one of the words.
func like(name string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
}

// entrance returns the contact sensor of the front door: the first in an area of
// one, else the first that is called a door, else the first; "" if there is none.
func (h *Household) entrance() string {
	for _, id := range h.Contacts {
		if area, _, _ := topics.SplitID(id); like(area, entryAreas) {
			return id
		}
	}
	for _, id := range h.Contacts {
		if strings.Contains(id, "door") {
			return id
		}
	}
	if len(h.Contacts) > 0 {
		return h.Contacts[0]
	}
	return ""
}

// MaxPeople is how many people a house may have: what they do in a day is planned
// ahead.
const MaxPeople = 100

// room is an area in which people are noticed.
type room struct {
	area    string
	sensors []string
}

// rooms returns the areas with motion sensors, in the order of the house.
func (h *Household) rooms() []room {
	var all []room
	for _, id := range h.Motion {
		area, _, _ := topics.SplitID(id)
		i := slices.IndexFunc(all, func(r room) bool { return r.area == area })
		if i < 0 {
			i, all = len(all), append(all, room{area: area})
		}
		all[i].sensors = append(all[i].sensors, id)
	}
	return all
}
