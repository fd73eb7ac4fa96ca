package scene

import "homebus/internal/daytime"

// TimeOfDay is a time by the clock on the wall.
type TimeOfDay = daytime.TimeOfDay

// Days is a set of days of the week; the empty set stands for every day.
type Days = daytime.Days

// Period is a stretch of home time.
type Period string

// The periods of once_per. A week begins on Monday (ISO 8601).
const (
	Hour  Period = "hour"
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
)
