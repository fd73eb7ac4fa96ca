package tomltree

import "time"

// The names of the locations by which the parser marks times without a zone.
const (
	localDateTime = "datetime-local"
	localDate     = "date-local"
	localTime     = "time-local"
)

// IsLocalDateTime reports whether t, a value of a tree, is a day and time without
// a zone, such as 2026-11-20T06:29:00.
func IsLocalDateTime(t time.Time) bool { return t.Location().String() == localDateTime }

// ShowTime returns t, a value of a tree, as TOML writes it.
func ShowTime(t time.Time) string {
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
