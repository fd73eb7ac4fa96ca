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
	y, mo, d := t.Date()
	h, mi, s := t.Clock()
	at := time.Date(y, mo, d, h, mi, s, t.Nanosecond(), zone)
	if ah, am, as := at.Clock(); ah != h || am != mi || as != s {
		return time.Time{}, false
	}
	// Of a time that occurs twice time.Date gives either. Clocks are put back by
	// half an hour (Lord Howe) or an hour.
	for _, back := range []time.Duration{time.Hour, 30 * time.Minute} {
		first := at.Add(-back)
		if fh, fm, _ := first.Clock(); fh == h && fm == mi {
			return first, true
		}
	}
	return at, true
}
