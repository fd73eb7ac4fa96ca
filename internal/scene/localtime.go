package scene

import "time"

// The names of the locations by which the parser marks times without a zone.
const (
	localDateTime = "datetime-local"
	localDate     = "date-local"
	localTime     = "time-local"
)

// showTime returns a time of TOML as it can be written.
func showTime(t time.Time) string {
	switch t.Location().String() {
	case localDateTime:
		return t.Format("2006-01-02T15:04:05.999999999")
	case localDate:
		return t.Format(time.DateOnly)
	case localTime:
		return t.Format("15:04:05.999999999")
	}
	return t.Format(time.RFC3339Nano)
}

// inZone returns the instant at which the clocks of zone show what t, a time
// without a zone, says: the first of two, and false if there is none.
func inZone(t time.Time, zone *time.Location) (time.Time, bool) {
	year, month, day := t.Date()
	seconds := TimeOfDay(t.Hour()*3600 + t.Minute()*60 + t.Second())
	at := seconds.on(year, month, day, zone)
	if at.Day() != day || timeOfDay(at, zone) != seconds {
		return time.Time{}, false
	}
	return at.Add(time.Duration(t.Nanosecond())), true
}
