package scene

import "time"

// timed is a trigger that fires by the clock on the wall.
type timed interface {
	Trigger
	// next returns the first time after since at which it fires; false if there is
	// none within a year.
	next(e *Engine, since time.Time) (time.Time, bool)
	// setBack is how far the clock may be set back and a time that has fired counts
	// still. Further back, the clock was wrong before.
	setBack() time.Duration
}

var (
	_ timed = (*TimeTrigger)(nil)
	_ timed = (*SunTrigger)(nil)
	_ timed = (*EveryTrigger)(nil)
)

// maxSetBack is how far the clock may be set back and what has happened once a day
// counts still: a time of day that has fired, a run of this day.
const maxSetBack = 36 * time.Hour

// setBack is how far the clock may be set back and a run of this period counts
// still: not so far that the scene would be silent for longer than it may be.
func (p Period) setBack() time.Duration {
	if p == Hour {
		return time.Hour
	}
	return maxSetBack
}

func (t *TimeTrigger) setBack() time.Duration { return maxSetBack }

func (t *TimeTrigger) next(e *Engine, since time.Time) (time.Time, bool) {
	return t.At.After(since, t.Days, e.zone)
}

// maxOffset bounds the offset of a SunTrigger, either way.
const maxOffset = 12 * time.Hour

func (t *SunTrigger) setBack() time.Duration { return maxSetBack }

// next goes from day to day, from the one before, whose event the offset may bring
// to this one.
func (t *SunTrigger) next(e *Engine, since time.Time) (time.Time, bool) {
	const aYear = 366
	year, month, day := since.In(e.zone).Date()
	for i := -1; i <= aYear; i++ {
		date := time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC)
		if at, ok := t.on(date, &e.sky, e.zone); ok && at.After(since) {
			return at, true
		}
	}
	return time.Time{}, false
}

// on returns when it fires because of the sun on a day of home time, of which date
// has the date.
func (t *SunTrigger) on(date time.Time, sky *sky, zone *time.Location) (time.Time, bool) {
	if !t.Days.Has(date.Weekday()) {
		return time.Time{}, false
	}
	at, ok := sky.on(t.Event, date)
	if !ok {
		return time.Time{}, false
	}
	at = at.Add(t.Offset)
	year, month, day := date.Date()
	if t.NotBefore != nil {
		if bound := t.NotBefore.On(year, month, day, zone); at.Before(bound) {
			at = bound
		}
	}
	if t.NotAfter != nil {
		if bound := t.NotAfter.On(year, month, day, zone); at.After(bound) {
			at = bound
		}
	}
	return at, true
}

// Bounds of "every".
const (
	minEvery = time.Second
	maxEvery = 24 * time.Hour
)

func (t *EveryTrigger) setBack() time.Duration { return t.Period }

// next counts from midnight. Up to an hour it does so whatever the clocks do in
// between: a day of 23 hours has 23 times an hour. What is longer than an hour is at the
// same times of every day.
func (t *EveryTrigger) next(e *Engine, since time.Time) (time.Time, bool) {
	year, month, day := since.In(e.zone).Date()
	if t.Period > time.Hour {
		return t.nextTime(since, year, month, day, e.zone)
	}
	midnight := TimeOfDay(0).On(year, month, day, e.zone)
	at := midnight.Add((since.Sub(midnight)/t.Period + 1) * t.Period)
	// Midnight has been already where the clock is put back over it, as it was at
	// 00:01 in St. John's until 2011: the day then goes on until the one after.
	for i := 1; i <= 2; i++ {
		if next := TimeOfDay(0).On(year, month, day+i, e.zone); next.After(since) {
			return earlier(at, next), true
		}
	}
	return at, true
}

// nextTime returns the first of the times of day that are multiples of the period and
// come after since, which is on that day.
func (t *EveryTrigger) nextTime(since time.Time, year int, month time.Month, day int, zone *time.Location) (time.Time, bool) {
	for i := 0; i <= 2; i++ {
		for at := time.Duration(0); at < maxEvery; at += t.Period {
			if next := TimeOfDay(at/time.Second).On(year, month, day+i, zone); next.After(since) {
				return next, true
			}
		}
	}
	return time.Time{}, false
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
