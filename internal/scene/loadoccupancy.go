package scene

import (
	"fmt"
	"strings"

	"homebus/internal/daytime"
	"homebus/internal/occupancy"
)

// The types of the sensors that notice people.
const (
	motionSensor  = "motion-sensor"
	contactSensor = "contact-sensor"
)

// resident is a person and the tables in which the habits stand.
type resident struct {
	occupancy.Person
	tables []*fields
	// wrong says that a table has mistakes; then nothing follows from it.
	wrong bool
}

// occupancy reads every [[occupancy]]. Tables of one name are one person, and each
// without a name is one.
func (l *loader) occupancy(root *fields) {
	l.lived = l.lived || root.has("occupancy")
	var people []*resident
	byName := make(map[string]*resident)
	for i, n := range root.list("occupancy", "tables [[occupancy]]") {
		f, ok := l.fields(n, fmt.Sprintf("occupancy %d", i+1), "a table [[occupancy]]")
		if !ok {
			continue
		}
		before := len(l.errs)
		name, named := f.text("person", "Anna")
		if named {
			f.where = fmt.Sprintf("occupancy %q", name)
		}
		r := byName[name]
		if r == nil {
			r = &resident{Person: occupancy.Person{Name: name}}
			people = append(people, r)
			if named {
				byName[name] = r
			}
		}
		r.Habits, r.tables = append(r.Habits, f.habit()), append(r.tables, f)
		r.wrong = r.wrong || len(l.errs) > before
	}
	for i, r := range people {
		if i == occupancy.MaxPeople {
			l.fail(r.tables[0].pos, "", "there are %d people; want at most %d", len(people), occupancy.MaxPeople)
			break
		}
		r.check()
		l.file.People = append(l.file.People, r.Person)
	}
}

// check reports what cannot be meant.
func (r *resident) check() {
	if r.wrong {
		return
	}
	for _, m := range r.Check() {
		f, what := r.tables[m.Habit], m.What
		if m.Other != m.Habit {
			what += fmt.Sprintf("; see %v", r.tables[m.Other].pos)
		}
		f.failAt(m.Key, "%s", what)
	}
}

// habit reads one table.
func (f *fields) habit() occupancy.Habit {
	f.only("person", "days", "wake", "leave", "return", "sleep", "home", "jitter", "entrance")
	h := occupancy.Habit{
		Days: f.days("days"),
		Wake: f.clock("wake"), Leave: f.clock("leave"), Return: f.clock("return"), Sleep: f.clock("sleep"),
		Home:     f.truth("home"),
		Entrance: f.entrance("entrance"),
	}
	h.Jitter, _ = f.duration("jitter", false)
	return h
}

// clock reads a time of day, nil if the key is not there.
func (f *fields) clock(key string) *daytime.TimeOfDay {
	if !f.has(key) {
		return nil
	}
	t, ok := f.timeOfDay(key, f.get(key))
	if !ok {
		return nil
	}
	return &t
}

// entrance reads the id of a contact sensor.
func (f *fields) entrance(key string) string {
	s := f.device(key)
	if s.typ == nil || s.typ.Name == contactSensor {
		return s.id
	}
	hint := ""
	if all := f.ofType(contactSensor); len(all) > 0 && len(all) <= mostListed {
		hint = "; there are " + strings.Join(all, ", ")
	}
	f.failAt(key, "%s is %s; want a contact sensor%s", s.id, s.a(), hint)
	return ""
}

// ofType returns the ids of the devices of a type.
func (l *loader) ofType(name string) []string {
	var ids []string
	for _, d := range l.file.Devices {
		if d.Type.Name == name {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// lives reads whether the people of the file are there in a test.
func (f *fields) lives(key string) bool {
	lives := f.truth(key)
	if lives && !f.lived {
		f.failAt(key, "nobody lives here: the file has no [[occupancy]]")
	}
	return lives
}
