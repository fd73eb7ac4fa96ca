package sun

import (
	"math"
	"time"
)

// Place is a point of the map, in degrees: latitude -90 to 90, north positive;
// longitude -180 to 180, east positive.
type Place struct{ Latitude, Longitude float64 }

// The sine of the altitude at which events happen.
var (
	horizon  = math.Sin(-0.833 * degree)
	twilight = math.Sin(-6 * degree)
)

// in returns the second at which an event happens in a solar day of the place.
// Events of one kind come in the order of their days.
func (p Place) in(day int64, e Event) (unix int64, ok bool) {
	if !p.mapped() {
		return 0, false
	}
	switch e {
	case Sunrise:
		return p.crossing(2*day, horizon)
	case Sunset:
		return p.crossing(2*day+1, horizon)
	case Dawn:
		return p.crossing(2*day, twilight)
	case Dusk:
		return p.crossing(2*day+1, twilight)
	case Noon:
		return p.transit(2*day + 1), true
	}
	return 0, false
}

// On returns when the event happens on a day of the zone's calendar, in that zone;
// false if it does not: in polar day or night, or because it comes just before
// midnight on the day before and just after midnight on the day after. If it
// happens twice (sunset at 00:05 and at 23:58), the first. Days are normalised as
// time.Date does it; a day that the zone left out has no events.
func (p Place) On(e Event, year int, month time.Month, day int, zone *time.Location) (time.Time, bool) {
	year, month, day = time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Date()
	around := p.solarDay(time.Date(year, month, day, 12, 0, 0, 0, zone).Unix())
	for n := around - 1; n <= around+1; n++ { // no calendar reaches farther
		unix, ok := p.in(n, e)
		if !ok {
			continue
		}
		at := time.Unix(unix, 0).In(zone)
		if y, m, d := at.Date(); y == year && m == month && d == day {
			return at, true
		}
	}
	return time.Time{}, false
}

// After returns when the event happens next, strictly after now, in the zone of
// now; false if it does not happen in the 400 days to come. It finds every event,
// also two on one day of the calendar.
func (p Place) After(e Event, now time.Time) (time.Time, bool) {
	today := p.solarDay(now.Unix())
	for n := today - 1; n <= today+400; n++ {
		if unix, ok := p.in(n, e); ok && time.Unix(unix, 0).After(now) {
			return time.Unix(unix, 0).In(now.Location()), true
		}
	}
	return time.Time{}, false
}

// Up reports whether the sun's upper edge is above the horizon.
func (p Place) Up(now time.Time) bool {
	return p.mapped() && p.height(now.Unix()) >= horizon
}

// Next returns when Up changes next, strictly after now, in the zone of now; false
// if it does not change in the 400 days to come.
func (p Place) Next(now time.Time) (time.Time, bool) {
	today := p.solarDay(now.Unix())
	for n := today - 1; n <= today+400; n++ {
		for _, e := range [...]Event{Sunrise, Sunset} {
			if unix, ok := p.in(n, e); ok && time.Unix(unix, 0).After(now) {
				return time.Unix(unix, 0).In(now.Location()), true
			}
		}
	}
	return time.Time{}, false
}
