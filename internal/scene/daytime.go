package scene

import (
	"time"

	"homebus/internal/daytime"
)

// holds reports whether now is between the two times.
func (c *BetweenCondition) holds(now time.Time, zone *time.Location) bool {
	at := daytime.Of(now, zone)
	if c.From <= c.To {
		return c.From <= at && at < c.To
	}
	return at >= c.From || at < c.To
}

// begin returns when the period that holds now began.
func (p Period) begin(now time.Time, zone *time.Location) time.Time {
	now = now.In(zone)
	year, month, day := now.Date()
	switch p {
	case Hour:
		// By the clock, not by time.Date: an hour that occurs twice is two hours.
		begin := now.Add(-time.Duration(now.Minute())*time.Minute - time.Duration(now.Second())*time.Second - time.Duration(now.Nanosecond()))
		if change, _ := now.ZoneBounds(); begin.Before(change) && changes(change) {
			return change // in the midst of an hour, by half of one
		}
		return begin
	case Week:
		day -= (int(now.Weekday()) + 6) % 7
	case Month:
		day = 1
	}
	return TimeOfDay(0).On(year, month, day, zone)
}

// changes reports whether the clock is put forward or back at an instant at which
// something changes in its zone.
func changes(at time.Time) bool {
	_, after := at.Zone()
	_, before := at.Add(-1).Zone()
	return before != after
}
