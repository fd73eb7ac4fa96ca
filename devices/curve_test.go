package devices

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
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
		// dv/dt = (t - v)/10 from 5: v = t - 10 + 15 exp(-t/10)
		{"pursue", pursue(start, 5, 0, 1, 10), 10 * math.Ln2, 10*math.Ln2 - 10 + 7.5},
		{"pursue, in the end behind", pursue(start, 5, 0, 1, 10), 1000, 990},
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
		{"pursue up", pursue(start, 0, 100, 0.01, 10), 0, 50, 6.927613},
		{"pursue turns round in time", pursue(start, 5, 0, 1, 10), 5, 1.5, 11.967280},
		{"pursue down first", pursue(start, 5, 0, 1, 10), 5, 0.5, 1.211549},
		{"pursue what leads away again", pursue(start, 0, 100, -1, 10), 38, 40, 111.998496},
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

// A thing that pursues a moving limit goes where its equation sends it.
func TestPursueFollowsItsEquation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit, rate := rapid.Float64Range(-50, 50).Draw(t, "limit"), rapid.Float64Range(-1, 1).Draw(t, "rate")
		tau := rapid.Float64Range(5, 1e5).Draw(t, "tau")
		c := pursue(start, rapid.Float64Range(-50, 50).Draw(t, "value"), limit, rate, tau)
		s := rapid.Float64Range(0, 1e4).Draw(t, "seconds")
		h := 1e-3 * tau
		slope := (c.after(s+h) - c.after(s-h)) / (2 * h)
		if want := (limit + rate*s - c.after(s)) / tau; math.Abs(slope-want) > 1e-6*(1+math.Abs(want)) {
			t.Fatalf("%+v changes by %v a second after %v s, want %v", c, slope, s, want)
		}
	})
}

// Whatever is met is met at that time, to a nanosecond, and not before.
func TestPursueMissesNoMeeting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := pursue(start, rapid.Float64Range(-50, 50).Draw(t, "value"), rapid.Float64Range(-50, 50).Draw(t, "limit"),
			rapid.Float64Range(-1, 1).Draw(t, "rate"), math.Exp(rapid.Float64Range(0, 12).Draw(t, "ln tau")))
		from := float64(rapid.IntRange(0, 1e5).Draw(t, "from"))
		v := rapid.OneOf(
			rapid.Float64Range(-100, 100),
			rapid.Map(rapid.Float64Range(0, 1e5), func(s float64) float64 { return c.after(from + s) }),
		).Draw(t, "v")
		met := c.reaches(start.Add(seconds(from)), v)
		until := math.Min(met, from+1e6)
		tolerance := 1e-9
		if !math.IsInf(met, 1) {
			tolerance += 1e-9 * math.Max(math.Abs(c.after(met+1e-6)-c.after(met-1e-6))/2e-6, 1e-6)
			if off := math.Abs(c.after(met) - v); off > tolerance {
				t.Fatalf("%+v is %v away from %v at %v s", c, off, v, met)
			}
		}
		side := 0.0 // of v on which it is until then
		for i := 1.0; i < 500; i++ {
			s := from + (until-from)*i/500
			d := c.after(s) - v
			if d*side < 0 && math.Abs(d) > tolerance {
				t.Fatalf("%+v meets %v between %v s and %v s, and is said to at %v s", c, v, from, s, met)
			}
			if side == 0 && math.Abs(d) > tolerance {
				side = d
			}
		}
	})
}

func TestRisesAndFalls(t *testing.T) {
	turning := pursue(start, 5, 0, 1, 10) // falls to 4.05 at 4.05 s, and rises then
	tests := []struct {
		name string
		got  time.Time
		want float64 // seconds; negative for never
	}{
		{"there already", line(start, 2, -1).rises(start, 2), 0},
		{"on its way up", line(start, 2, 1).rises(start, 5), 3},
		{"not on its way down", line(start, 2, -1).rises(start, 5), -1},
		{"falls", line(start, 2, -1).falls(start, 0.5), 1.5},
		{"fell before", line(start, 2, -1).falls(start.Add(9*time.Second), 0.5), 9},
		{"first falls, then rises", turning.rises(start, 6.5), 11.967280},
		{"and is above from then on", turning.rises(start.Add(time.Minute), 6.5), 60},
		{"falls that deep", turning.falls(start, 4.5), 1.211549},
		{"does not fall that deep", turning.falls(start, 4), -1},
	}
	for _, tt := range tests {
		if tt.got.IsZero() != (tt.want < 0) || tt.want >= 0 && math.Abs(tt.got.Sub(start).Seconds()-tt.want) > 1e-6 {
			t.Errorf("%s: %v, want %v s", tt.name, tt.got, tt.want)
		}
	}
}

func TestOnTop(t *testing.T) {
	sum := pursue(start, 5, 0, 1, 10).onTop(line(start.Add(-2*time.Second), 1, 0.5))
	at := start.Add(7 * time.Second)
	if got, want := sum.at(at), pursue(start, 5, 0, 1, 10).at(at)+5.5; math.Abs(got-want) > 1e-12 {
		t.Errorf("the sum is %v, want %v", got, want)
	}
}

func TestAreaIsTheIntegral(t *testing.T) {
	for name, c := range map[string]curve{
		"rises through the floor": approach(start, 20, 380, 100),
		"above from the start":    approach(start, 300, 200, 100),
		"towards a moving limit":  pursue(start, 20, 380, 1, 100),
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
