package scene

import (
	"fmt"
	"time"
)

// TimeOfDay is a time by the clock on the wall, in seconds since midnight,
// 0 to 86399.
type TimeOfDay int

// String returns "15:04", or "15:04:05" if there are seconds.
func (t TimeOfDay) String() string {
	if t%60 != 0 {
		return fmt.Sprintf("%02d:%02d:%02d", t/3600, t/60%60, t%60)
	}
	return fmt.Sprintf("%02d:%02d", t/3600, t/60%60)
}

// Days is a set of days of the week; bit 0 is Sunday. The empty set stands for
// every day.
type Days uint8

// has reports whether the set holds d, or is empty.
func (d Days) has(day time.Weekday) bool { return d == 0 || d&(1<<day) != 0 }

// Period is a stretch of home time.
type Period string

// The periods of once_per. A week begins on Monday (ISO 8601).
const (
	Hour  Period = "hour"
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
)
