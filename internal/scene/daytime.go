package scene

import "time"

// on returns the instant at which it is t on a day in a zone. A time that does
// not exist that day (the clock was put forward over it) gives the first instant
// after the gap; one that occurs twice gives the first of the two.
func (t TimeOfDay) on(year int, month time.Month, day int, zone *time.Location) time.Time {
	// time.Date does not say which offset it takes near a change, so all that can
	// be meant are tried: the one it took and those of the periods beside it.
	guess := time.Date(year, month, day, 0, 0, int(t), 0, zone)
	wall := time.Date(year, month, day, 0, 0, int(t), 0, time.UTC)
	start, end := guess.ZoneBounds()
	var found time.Time
	for _, near := range []time.Time{start.Add(-1), guess, end} {
		if near.IsZero() || start.IsZero() && near.Before(guess) {
			continue // the zone has no such period
		}
		_, offset := near.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if _, o := at.Zone(); o == offset && (found.IsZero() || at.Before(found)) {
			found = at
		}
	}
	if !found.IsZero() {
		return found
	}
	if _, offset := guess.Zone(); guess.Add(time.Duration(offset)*time.Second).UTC().Sub(wall) > 0 {
		return start // guess lies after the gap
	}
	return end
}

// after returns the first instant after now at which it is t in the zone, on one
// of the days; false if no such day comes.
func (t TimeOfDay) after(now time.Time, days Days, zone *time.Location) (time.Time, bool) {
	year, month, day := now.In(zone).Date()
	// From yesterday, for a time of yesterday that does not exist may come today;
	// to the week after next, for a zone may leave out a day.
	for i := -1; i <= 14; i++ {
		date := time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC)
		if !days.has(date.Weekday()) {
			continue
		}
		if at := t.on(date.Year(), date.Month(), date.Day(), zone); at.After(now) {
			return at, true
		}
	}
	return time.Time{}, false
}

// timeOfDay returns the time of day of an instant, in the zone.
func timeOfDay(now time.Time, zone *time.Location) TimeOfDay {
	hour, minute, second := now.In(zone).Clock()
	return TimeOfDay(hour*3600 + minute*60 + second)
}

// holds reports whether now is between the two times.
func (c *BetweenCondition) holds(now time.Time, zone *time.Location) bool {
	at := timeOfDay(now, zone)
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
		return now.Add(-time.Duration(now.Minute())*time.Minute - time.Duration(now.Second())*time.Second - time.Duration(now.Nanosecond()))
	case Week:
		day -= (int(now.Weekday()) + 6) % 7
	case Month:
		day = 1
	}
	return TimeOfDay(0).on(year, month, day, zone)
}
