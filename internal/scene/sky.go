package scene

import (
	"time"

	"homebus/internal/sun"
)

// sky says when the sun does something on a day of home time. It remembers some
// answers, for a thousand triggers ask of the same few days. The zero sky is that
// of a home whose place is not known, where nothing happens.
type sky struct {
	place sun.Place
	zone  *time.Location // nil where the place is not known
	asked map[question]answer
	// At any time from since on, the sun next rises or sets at turn.
	since, turn time.Time
}

type question struct {
	event sun.Event
	date  int64 // its midnight UTC, in s since 1970
}

type answer struct {
	at time.Time
	ok bool
}

// maxAsked bounds what is remembered; beyond it, all is forgotten.
const maxAsked = 1000

// on returns when the event happens on the day of which date has the date; false if
// it does not.
func (s *sky) on(event sun.Event, date time.Time) (time.Time, bool) {
	if s.zone == nil {
		return time.Time{}, false
	}
	q := question{event, date.Unix()}
	a, known := s.asked[q]
	if !known {
		year, month, day := date.Date()
		a.at, a.ok = s.place.On(event, year, month, day, s.zone)
		if s.asked == nil || len(s.asked) >= maxAsked {
			s.asked = make(map[question]answer)
		}
		s.asked[q] = a
	}
	return a.at, a.ok
}

// next returns when the sun next rises or sets after now; false if it does not for more
// than a year. Whoever waits for that asks at every message, and in a polar night it takes
// some tenths of a millisecond to find.
func (s *sky) next(now time.Time) (time.Time, bool) {
	if s.zone == nil {
		return time.Time{}, false
	}
	if now.Before(s.since) || !now.Before(s.turn) {
		turn, ok := s.place.Next(now)
		if !ok {
			return time.Time{}, false
		}
		s.since, s.turn = now, turn
	}
	return s.turn, true
}
