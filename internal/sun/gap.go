package sun

import "time"

// Gap is a stretch of days on which an event does not happen, both ends included,
// each written as midnight UTC of that date.
type Gap struct{ First, Last time.Time }

// Days returns how many days the gap has.
func (g Gap) Days() int { return int(g.Last.Sub(g.First)/(24*time.Hour)) + 1 }

// String returns "20 May to 24 July", or "13 June" for a single day.
func (g Gap) String() string {
	const layout = "2 January"
	if g.First.Equal(g.Last) {
		return g.First.Format(layout)
	}
	return g.First.Format(layout) + " to " + g.Last.Format(layout)
}

// Gaps returns the stretches of days of a year of the zone's calendar on which On
// finds no such event, in order; none at most places. A polar night at the turn of
// the year is two. One of a single day need not be polar: where sunset moves over
// midnight, there is a day without it and, weeks later, one with two.
func (p Place) Gaps(e Event, year int, zone *time.Location) []Gap {
	var happens [367]bool // by day of the year
	first := p.solarDay(time.Date(year, 1, 1, 12, 0, 0, 0, zone).Unix()) - 1
	for n := first; n <= first+368; n++ {
		if unix, ok := p.in(n, e); ok {
			if at := time.Unix(unix, 0).In(zone); at.Year() == year {
				happens[at.YearDay()] = true
			}
		}
	}
	var gaps []Gap
	open := false
	for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
		switch {
		case leftOut(day, zone):
		case happens[day.YearDay()]:
			open = false
		case open:
			gaps[len(gaps)-1].Last = day
		default:
			gaps, open = append(gaps, Gap{day, day}), true
		}
	}
	return gaps
}

// leftOut reports whether the zone's calendar has no such day (Samoa, 30 December
// 2011).
func leftOut(day time.Time, zone *time.Location) bool {
	return time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, zone).Day() != day.Day()
}
