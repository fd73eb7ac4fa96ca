// Package housetime maps the wall clock to the house's clock, which may run
// faster: `mirror --demo --speed 20` makes breakfast in half a minute.
//
// A Clock is pure arithmetic and reads no clock itself; the programs that may
// read one pass the wall time in. Network deadlines stay in wall time.
package housetime

import (
	"math"
	"time"
)

// Clock says what time it is in the house for a given wall time. The zero
// Clock is the wall clock. It is a value and safe for concurrent use.
type Clock struct {
	wall, house time.Time
	speed       float64
}

// New returns a clock that shows house at the wall time given and runs speed
// times as fast. speed must be above 0.
func New(wall, house time.Time, speed float64) Clock {
	if !(speed > 0) {
		panic("housetime: speed must be above 0")
	}
	return Clock{wall: wall, house: house, speed: speed}
}

// House returns the time in the house at a wall time. It stops at 292 years from
// where it began, the range of a time.Duration.
func (c Clock) House(wall time.Time) time.Time {
	if c.speed == 0 {
		return wall
	}
	return c.house.Add(duration(float64(wall.Sub(c.wall)) * c.speed))
}

// Span returns how much time passes in the house while so much passes by the wall
// clock; within the range of a time.Duration.
func (c Clock) Span(wall time.Duration) time.Duration {
	if c.speed == 0 {
		return wall
	}
	return duration(float64(wall) * c.speed)
}

// Until returns how long to wait by the wall clock, from wall on, until it is
// the time house in the house; 0 if that has passed.
func (c Clock) Until(wall, house time.Time) time.Duration {
	d := house.Sub(c.House(wall))
	if c.speed != 0 {
		d = duration(float64(d)/c.speed + 1) // rounded up: never early, never a busy loop
	}
	return max(d, 0)
}

// duration converts nanoseconds; what is out of range becomes the end of the range.
func duration(ns float64) time.Duration {
	switch {
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns <= math.MinInt64:
		return math.MinInt64
	}
	return time.Duration(ns)
}
