package daytime

import (
	"strings"
	"time"
)

// Days is a set of days of the week; bit 0 is Sunday. The empty set stands for
// every day.
type Days uint8

// DayNames are the words for the days, in the order of time.Weekday.
var DayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseDay reads "mon".
func ParseDay(s string) (time.Weekday, bool) {
	for i, name := range DayNames {
		if s == name {
			return time.Weekday(i), true
		}
	}
	return 0, false
}

// Has reports whether the set holds the day, or is empty.
func (d Days) Has(day time.Weekday) bool { return d == 0 || d&(1<<day) != 0 }

// String returns the days in words, Monday first: "mon, tue".
func (d Days) String() string {
	if d == 0 {
		return "any day"
	}
	var words []string
	for i := range DayNames {
		if day := (i + 1) % 7; d&(1<<day) != 0 {
			words = append(words, DayNames[day])
		}
	}
	return strings.Join(words, ", ")
}
