// Package daytime is home time: times by the clock on the wall and days of the
// week, and at which instants of a zone they are, over every clock change. It is
// pure arithmetic and reads no clock.
package daytime

import (
	"fmt"
	"time"
)

// TimeOfDay is a time by the clock on the wall, in seconds since midnight,
// 0 to 86399.
type TimeOfDay int

// Of returns the time of day of an instant, in the zone.
func Of(now time.Time, zone *time.Location) TimeOfDay {
	hour, minute, second := now.In(zone).Clock()
	return TimeOfDay(hour*3600 + minute*60 + second)
}

// Parse reads "07:30" or "07:30:15".
func Parse(s string) (TimeOfDay, bool) {
	layout := "15:04"
	if len(s) == len("15:04:05") {
		layout = "15:04:05"
	}
	t, err := time.Parse(layout, s)
	if err != nil || len(s) != len(layout) { // time.Parse takes "7:30" and fractions
		return 0, false
	}
	return TimeOfDay(t.Hour()*3600 + t.Minute()*60 + t.Second()), true
}

// String returns "15:04", or "15:04:05" if there are seconds.
func (t TimeOfDay) String() string {
	if t%60 != 0 {
		return fmt.Sprintf("%02d:%02d:%02d", t/3600, t/60%60, t%60)
	}
	return fmt.Sprintf("%02d:%02d", t/3600, t/60%60)
}

// On returns the instant at which it is t on a day in a zone. A time that does
// not exist that day (the clock was put forward over it) gives the first instant
// after the gap; one that occurs twice gives the first of the two.
func (t TimeOfDay) On(year int, month time.Month, day int, zone *time.Location) time.Time {
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

// After returns the first instant after now at which it is t in the zone, on one
// of the days; false if no such day comes.
func (t TimeOfDay) After(now time.Time, days Days, zone *time.Location) (time.Time, bool) {
	year, month, day := now.In(zone).Date()
	// From yesterday, for a time of yesterday that does not exist may come today;
	// to the week after next, for a zone may leave out a day.
	for i := -1; i <= 14; i++ {
		date := time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC)
		if !days.Has(date.Weekday()) {
			continue
		}
		if at := t.On(date.Year(), date.Month(), date.Day(), zone); at.After(now) {
			return at, true
		}
	}
	return time.Time{}, false
}

// NextOrChange returns the first instant after now at which the clocks of the zone
// read t, or before that the instant at which they are put forward or back: when to
// look again whether it is past t. A time that occurs twice is read twice.
func (t TimeOfDay) NextOrChange(now time.Time, zone *time.Location) time.Time {
	const day = 24 * 60 * 60
	left := int(t - Of(now, zone))
	if left <= 0 {
		left += day
	}
	next := now.Truncate(time.Second).Add(time.Duration(left) * time.Second)
	if _, change := now.In(zone).ZoneBounds(); !change.IsZero() && change.Before(next) {
		return change
	}
	return next
}
