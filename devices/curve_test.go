package devices

import (
	"math"
	"testing"
	"time"
)

func TestCurveFollowsItsLaw(t *testing.T) {
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	tests := []struct {
		name    string
		curve   curve
		seconds float64
		want    float64
	}{
		{"constant", constant(7), 100, 7},
		{"line", line(start, 2, 0.5), 10, 7},
		{"parabola", curve{since: start, value: 1, rate: 2, accel: 3}, 2, 17},
		{"stretch on its way", stretch(start, 10, -2, 4), 2, 6},
		{"stretch at its end", stretch(start, 10, -2, 4), 1000, 4},
		{"stretch of nothing", stretch(start, 4, -2, 4), 1000, 4},
		{"approach, one time constant", approach(start, 20, 120, 50), 50, 120 - 100/math.E},
		{"approach from above", approach(start, 100, 20, 10), 10 * math.Ln2, 60},
	}
	for _, tt := range tests {
		if got := tt.curve.at(at(tt.seconds)); math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%s: %v after %v s, want %v", tt.name, got, tt.seconds, tt.want)
		}
	}
}

func TestCurveLeaves(t *testing.T) {
	tests := []struct {
		name          string
		curve         curve
		centre, reach float64
		want          float64 // seconds; negative for never
	}{
		{"constant stays", constant(7), 7, 1, -1},
		{"constant is away already", constant(7), 3, 1, 0},
		{"line up", line(start, 0, 0.5), 0, 1, 2},
		{"line down", line(start, 10, -2), 10, 5, 2.5},
		{"parabola up", curve{since: start, rate: 1, accel: 1}, 0, 6, 2},
		{"parabola down first", curve{since: start, rate: -2, accel: 1}, 0, 0.75, 0.5},
		{"parabola turns round in time", curve{since: start, rate: -2, accel: 1}, 0, 3, 3},
		{"approach", approach(start, 0, 100, 10), 0, 50, 10 * math.Ln2},
		{"approach ends before", approach(start, 0, 100, 10), 0, 101, -1},
		{"stretch leaves in time", stretch(start, 0, 2, 7), 0, 6, 3},
		{"stretch leaves as it ends", stretch(start, 0, 0.1, 0.3), 0, 0.3, 3},
		{"stretch ends before", stretch(start, 0, 2, 7), 0, 7.1, -1},
		{"too slow to matter", line(start, 0, 1e-12), 0, 1, -1},
	}
	for _, tt := range tests {
		got, ok := tt.curve.leaves(start, tt.centre, tt.reach)
		if !ok {
			if tt.want >= 0 {
				t.Errorf("%s: never, want %v s", tt.name, tt.want)
			}
			continue
		}
		if s := got.Sub(start).Seconds(); math.Abs(s-tt.want) > 1e-6 {
			t.Errorf("%s: after %v s, want %v", tt.name, s, tt.want)
		}
	}
}

func TestAreaIsTheIntegral(t *testing.T) {
	for name, c := range map[string]curve{
		"rises through the floor": approach(start, 20, 380, 100),
		"above from the start":    approach(start, 300, 200, 100),
	} {
		sum, dt := 0.0, 0.001
		for s := dt / 2; s < 150; s += dt {
			sum += dt * math.Max(0, c.at(start.Add(seconds(s)))-120)
		}
		if got := c.area(120, 150); math.Abs(got-sum) > 0.01 {
			t.Errorf("%s: area %v, want %v", name, got, sum)
		}
	}
	if got := approach(start, 20, 380, 100).area(120, 10); got != 0 {
		t.Errorf("below the floor the area is %v", got)
	}
}
