package scene

import (
	"time"

	"homebus/internal/daytime"
)

// FirstYear and LastYear bound the days that can be played. Far beyond them a time
// cannot be written into a message, whose years have four digits.
const (
	FirstYear = 1000
	LastYear  = 9000
)

// inZone returns the instant at which the clocks of zone show what t, a time
// without a zone, says: the first of two, and false if there is none.
func inZone(t time.Time, zone *time.Location) (time.Time, bool) {
	year, month, day := t.Date()
	seconds := TimeOfDay(t.Hour()*3600 + t.Minute()*60 + t.Second())
	at := seconds.On(year, month, day, zone)
	if at.Day() != day || daytime.Of(at, zone) != seconds {
		return time.Time{}, false
	}
	return at.Add(time.Duration(t.Nanosecond())), true
}
