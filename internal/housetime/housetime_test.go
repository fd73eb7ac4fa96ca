package housetime

import (
	"math"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	wall := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	house := time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC)
	c := New(wall, house, 20)
	if got, want := c.House(wall.Add(30*time.Second)), house.Add(10*time.Minute); !got.Equal(want) {
		t.Errorf("House = %v, want %v", got, want)
	}
	if got := c.Until(wall, house.Add(time.Minute)).Round(time.Millisecond); got != 3*time.Second {
		t.Errorf("Until = %v, want 3s", got)
	}
	if got := c.Span(time.Second); got != 20*time.Second {
		t.Errorf("Span = %v, want 20s", got)
	}
	if got := (Clock{}).Span(time.Second); got != time.Second {
		t.Errorf("Span of the wall clock = %v, want 1s", got)
	}
	if got := c.Until(wall, house.Add(-time.Minute)); got != 0 {
		t.Errorf("Until the past = %v, want 0", got)
	}
}

func TestZeroClockIsTheWallClock(t *testing.T) {
	var c Clock
	wall := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	if !c.House(wall).Equal(wall) || c.Until(wall, wall.Add(time.Second)) != time.Second {
		t.Error("the zero Clock differs from the wall clock")
	}
}

func TestWaitingForTheTimeGivenIsNeverEarly(t *testing.T) {
	wall := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	for _, speed := range []float64{0.3, 1, 7, 20, 333.3} {
		c := New(wall, wall, speed)
		for d := time.Nanosecond; d < 48*time.Hour; d = d*3 + 7 {
			target := wall.Add(d)
			if woken := c.House(wall.Add(c.Until(wall, target))); woken.Before(target.Add(-time.Duration(speed))) {
				t.Errorf("speed %v: woken at %v for %v", speed, woken, target)
			}
		}
	}
}

// However fast or slow, a clock never turns back, and what is to come is waited for.
func TestClocksOfAnySpeedStayInRange(t *testing.T) {
	wall := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	for _, speed := range []float64{math.SmallestNonzeroFloat64, 1e-300, 1e-9, 1, 1e9, 1e300, math.MaxFloat64} {
		c := New(wall, wall, speed)
		last := wall
		for d := time.Nanosecond; d > 0; d *= 3 {
			if now := c.House(wall.Add(d)); now.Before(last) {
				t.Errorf("speed %v: %v after %v, and before that %v", speed, now, d, last)
			} else {
				last = now
			}
		}
		if c.Until(wall, wall.Add(24*time.Hour)) <= 0 {
			t.Errorf("speed %v: no time until tomorrow", speed)
		}
		if got := c.Until(wall, wall.Add(24*time.Hour)); speed < 1 && got < 24*time.Hour {
			t.Errorf("speed %v: %v until tomorrow", speed, got)
		}
	}
}
