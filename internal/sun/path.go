package sun

import (
	"math"
	"sort"
)

// A solar day of a place runs from midnight to midnight by the sun; its number is
// that of the UTC day in which its noon falls at Greenwich. Half days are counted
// too: 2n is the midnight with which day n begins, 2n+1 its noon.

const halfDay = 43200 // seconds

// mapped reports whether the place is on the map; NaN is not.
func (p Place) mapped() bool {
	return math.Abs(p.Latitude) <= 90 && math.Abs(p.Longitude) <= 180
}

// solarDay returns the number of the solar day around an instant in Unix seconds,
// by mean time: it may be the neighbour's within a quarter of an hour of midnight.
func (p Place) solarDay(unix int64) int64 {
	return int64(math.Floor((float64(unix) + 240*p.Longitude) / 86400))
}

// height is the sine of the sun's altitude (13.6).
func (p Place) height(unix int64) float64 {
	sun := positionAt(float64(unix))
	angle := (float64(unix%86400)+sun.ahead)*degree/240 + p.Longitude*degree - math.Pi
	sin, cos := math.Sincos(p.Latitude * degree)
	return sin*sun.sinDec + cos*sun.cosDec*math.Cos(angle)
}

// transit returns the first second at which the sun has crossed the meridian, at
// noon or at midnight.
func (p Place) transit(half int64) int64 {
	mean := float64(half*halfDay) - 240*p.Longitude
	at := mean - positionAt(mean).ahead
	return int64(math.Ceil(mean - positionAt(at).ahead)) // the second step is right to 0.1 ms
}

// grazing bounds what the sine of the altitude can change between a transit and the
// extreme of height near it: the declination changes by less than 0.4° a day, so by
// 0.1° (0.00175) in the six hours that may lie between them near the poles.
const grazing = 0.002

// turn returns where the sun's height has its extreme around noon or midnight, as
// far as it matters, and the height: if the sun is farther from the horizon than
// grazing, the transit, on the same side of it. Between turns the sun only rises or
// only sinks.
func (p Place) turn(half int64, horizon float64) (at int64, height float64) {
	at = p.transit(half)
	height = p.height(at)
	if math.Abs(height-horizon) > grazing {
		return at, height
	}
	from, to := (p.transit(half-1)+at)/2, (at+p.transit(half+1))/2
	rising := half%2 == 0 // beyond the extreme
	at = first(from, to, func(s int64) bool { return (p.height(s+1) > p.height(s)) == rising })
	return at, p.height(at)
}

// crossing returns the first second at which the sun has risen to the horizon
// between a midnight and the noon after it, or sunk below it between a noon and the
// midnight after it.
func (p Place) crossing(half int64, horizon float64) (int64, bool) {
	rising := half%2 == 0
	from, before := p.turn(half, horizon)
	to, after := p.turn(half+1, horizon)
	if (before >= horizon) == rising || (after >= horizon) != rising {
		return 0, false
	}
	done := func(s int64) bool { return (p.height(s) >= horizon) == rising }
	guess := p.guess(half, horizon)
	if lo, hi := max(from, guess-2), min(to, guess+2); lo < hi && !done(lo) && done(hi) {
		from, to = lo, hi
	}
	return first(from, to, done), true
}

// guess returns about when crossing happens, to the second on ordinary days: the
// hour angle at which a sun of that declination is on the horizon (15.1), with the
// declination of six hours from noon, and then with that of the time found.
func (p Place) guess(half int64, horizon float64) int64 {
	mean := float64((half|1)*halfDay) - 240*p.Longitude // noon
	side := 1.0
	if half%2 == 0 {
		side = -1
	}
	sin, cos := math.Sincos(p.Latitude * degree)
	at := mean + side*halfDay/2
	for range 2 {
		sun := positionAt(at)
		angle := math.Acos(max(-1, min(1, (horizon-sin*sun.sinDec)/(cos*sun.cosDec))))
		at = mean - sun.ahead + side*angle*halfDay/math.Pi
	}
	return int64(at)
}

// first returns the first number in [from, to) for which a condition holds that
// goes on to hold; to if there is none.
func first(from, to int64, holds func(int64) bool) int64 {
	return from + int64(sort.Search(int(to-from), func(i int) bool { return holds(from + int64(i)) }))
}
