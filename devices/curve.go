package devices

import (
	"math"
	"time"
)

// quantity is an attribute that changes with time.
type quantity interface {
	// at returns the value at now, which is not before the last change of course.
	at(now time.Time) float64
}

// curve is a quantity whose course is known until the next event: a polynomial
// of second degree, or an exponential towards a line. Nothing is added up from
// tick to tick, so that the value at a time does not depend on when one looked.
type curve struct {
	since time.Time
	// value is at since; rate is per second, accel per second squared.
	value, rate, accel float64
	// An exponential comes closer and closer to the line that is limit at since and
	// has the rate; tau is its time constant in seconds. tau is 0 for a polynomial.
	limit, tau float64
	// lasts is after how many seconds a polynomial stays where it is; 0 for never.
	lasts float64
}

var _ quantity = curve{}

func constant(v float64) curve { return curve{value: v} }

func line(now time.Time, v, rate float64) curve { return curve{since: now, value: v, rate: rate} }

// stretch is a line that ends when it has come to a value.
func stretch(now time.Time, v, rate, end float64) curve {
	if v == end {
		return constant(end)
	}
	return curve{since: now, value: v, rate: rate, lasts: (end - v) / rate}
}

// approach is Newton's law of heating and cooling: the distance to the limit
// shrinks to 1/e in tau seconds.
func approach(now time.Time, v, limit, tau float64) curve {
	return curve{since: now, value: v, limit: limit, tau: tau}
}

// pursue is approach to a limit that itself changes by rate per second: what
// dv/dt = (limit + rate·t − v)/tau makes of v. In the end it runs behind the limit
// by what that changes in tau.
func pursue(now time.Time, v, limit, rate, tau float64) curve {
	return curve{since: now, value: v, rate: rate, limit: limit - rate*tau, tau: tau}
}

// sameLine reports whether two lines are the same from now on.
func (c curve) sameLine(d curve) bool {
	return c == d || c.rate == 0 && d.rate == 0 && c.value == d.value
}

// scaled returns the curve in another unit, k to one of this.
func (c curve) scaled(k float64) curve {
	c.value, c.rate, c.accel, c.limit = k*c.value, k*c.rate, k*c.accel, k*c.limit
	return c
}

// onTop returns the sum of any curve and a line that has begun no later.
func (c curve) onTop(line curve) curve {
	by := line.at(c.since)
	c.value, c.limit, c.rate = c.value+by, c.limit+by, c.rate+line.rate
	return c
}

// rounded returns a line whose value and rate are rounded to billionths.
func (c curve) rounded() curve { return line(c.since, nano(c.value), nano(c.rate)) }

// plus returns the sum of two lines, and minus their difference, from now on.
// Values are taken to billionths, so that what is added and taken away again leaves
// nothing, if the lines are rounded.
func (c curve) plus(now time.Time, d curve) curve {
	return line(now, nano(c.at(now))+nano(d.at(now)), nano(c.rate)+nano(d.rate))
}

func (c curve) minus(now time.Time, d curve) curve { return c.plus(now, d.scaled(-1)) }

// nano rounds to billionths, which a float64 adds without error up to 9 million.
func nano(x float64) float64 { return math.Round(x*1e9) / 1e9 }

func (c curve) at(now time.Time) float64 {
	if c == (curve{value: c.value}) {
		return c.value
	}
	return c.after(now.Sub(c.since).Seconds())
}

// after returns the value t seconds after c.since.
func (c curve) after(t float64) float64 {
	if c.tau != 0 {
		return c.limit + c.rate*t + (c.value-c.limit)*math.Exp(-t/c.tau)
	}
	if c.lasts != 0 {
		t = math.Min(t, c.lasts)
	}
	return c.value + t*(c.rate+t*c.accel)
}

// rises returns when the curve is first at v or above it, at now or later; the
// zero time for never.
func (c curve) rises(now time.Time, v float64) time.Time {
	if c.at(now) >= v {
		return now
	}
	s := c.reaches(now, v)
	if s > maxAhead.Seconds() {
		return time.Time{}
	}
	return later(now, c.since.Add(seconds(s)))
}

// falls returns when the curve is first at v or below it.
func (c curve) falls(now time.Time, v float64) time.Time { return c.scaled(-1).rises(now, -v) }

// leaves returns when the curve is first a reach away from centre, at now or
// later; false if never.
func (c curve) leaves(now time.Time, centre, reach float64) (time.Time, bool) {
	if math.Abs(c.at(now)-centre) >= reach {
		return now, true
	}
	up, down := c.reaches(now, centre+reach), c.reaches(now, centre-reach)
	t := math.Min(up, down)
	if t > maxAhead.Seconds() {
		return time.Time{}, false
	}
	return later(now, c.since.Add(seconds(t))), true
}

// maxAhead bounds how far events are foreseen; what is slower is nothing.
const maxAhead = 100 * 365 * 24 * time.Hour

// reaches returns when the curve takes the value v, in seconds since c.since and
// after now; +Inf if never.
func (c curve) reaches(now time.Time, v float64) float64 {
	var roots [2]float64
	switch {
	case c.tau != 0 && c.rate != 0:
		return c.meets(now.Sub(c.since).Seconds(), v)
	case c.tau != 0:
		roots[0] = -c.tau * math.Log((v-c.limit)/(c.value-c.limit)) // NaN or Inf if out of its way
		roots[1] = roots[0]
	case c.accel != 0:
		half := c.rate / (2 * c.accel)
		w := math.Sqrt(half*half + (v-c.value)/c.accel)
		roots = [2]float64{-half - w, -half + w}
	default:
		roots[0] = (v - c.value) / c.rate
		roots[1] = roots[0]
	}
	first, from := math.Inf(1), now.Sub(c.since).Seconds()
	for _, t := range roots {
		if t > from && t < first { // false for NaN
			first = t
		}
	}
	const slack = 1e-6 // s, so that the end itself is reached
	if c.lasts != 0 && first > c.lasts+slack {
		return math.Inf(1)
	}
	return first
}

// meets is reaches for an exponential towards a line, an equation that is solved
// only by trying. The curve turns round once at most, so that it takes the value
// once at most before that, and once after it: no meeting is missed.
func (c curve) meets(from, v float64) float64 {
	end := maxAhead.Seconds()
	turn := -c.tau * math.Log(c.rate*c.tau/(c.value-c.limit)) // NaN or Inf if it does not
	for _, to := range [2]float64{math.Min(turn, end), end} {
		if !(to > from) {
			continue
		}
		a, b := c.after(from)-v, c.after(to)-v
		if a < 0 && b >= 0 || a > 0 && b <= 0 {
			return c.between(from, to, v)
		}
		from = to
	}
	return math.Inf(1)
}

// between finds, to a tenth of a nanosecond, where an exponential towards a line
// that only rises or only falls from low to high takes a value between: in Newton's
// steps, and by halving where one leads astray.
func (c curve) between(low, high, v float64) float64 {
	rises := c.after(low) < v
	for t := low; ; {
		slope := c.rate - (c.value-c.limit)/c.tau*math.Exp(-t/c.tau)
		next := t - (c.after(t)-v)/slope
		if !(low < next && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-t) < 1e-10 || next == low || next == high {
			return next
		}
		t = next
		if (c.after(t) < v) == rises {
			low = t
		} else {
			high = t
		}
	}
}

// area is the integral of what the curve has above a floor, over its first t
// seconds. The curve must be an exponential that rises through the floor or
// stays above it.
func (c curve) area(floor, t float64) float64 {
	above := 0.0 // seconds until it is above the floor
	if c.value < floor {
		above = c.reaches(c.since, floor)
	}
	if t <= above {
		return 0
	}
	return (c.limit-floor)*(t-above) + c.rate/2*(t*t-above*above) +
		(c.value-c.limit)*c.tau*(math.Exp(-above/c.tau)-math.Exp(-t/c.tau))
}

// seconds makes a duration of s seconds, rounded up so that what is foreseen
// has happened by then.
func seconds(s float64) time.Duration { return time.Duration(math.Ceil(s * float64(time.Second))) }

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// earlier returns the earlier of two times; the zero time stands for never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
