package home

import (
	"time"

	"homebus/internal/sun"
)

// soon is within how long the sun rises or sets wherever a day is a day.
const soon = 24 * time.Hour

// daylight remembers when the sun next rises or sets: each picture asks, and in a
// polar night the search goes through all of it.
type daylight struct {
	from, until time.Time // for which instants words are right; until is excluded
	words       string
}

// Daylight says when the sun next rises or sets, "sunrise 07:35", or that it does
// neither within a day, "polar night", "polar day"; "" if nobody said where the
// home is.
func (h *Home) Daylight(at Moment) string {
	if h.place == nil {
		return ""
	}
	d := &h.daylight
	if now := at.House; now.Before(d.from) || !now.Before(d.until) {
		d.from, d.until = now, now.Add(time.Hour)
		up := h.place.Up(now)
		switch next, ok := h.place.Next(now.In(h.Zone)); {
		case ok && next.Sub(now) <= soon && up:
			d.words, d.until = "sunset "+next.Format("15:04"), next
		case ok && next.Sub(now) <= soon:
			d.words, d.until = "sunrise "+next.Format("15:04"), next
		case up:
			d.words = "polar day"
		default:
			d.words = "polar night"
		}
	}
	return d.words
}

// placeOf returns a place on the map; nil for any other.
func placeOf(p *sun.Place) *sun.Place {
	if p == nil || !(p.Latitude >= -90 && p.Latitude <= 90 && p.Longitude >= -180 && p.Longitude <= 180) {
		return nil
	}
	return p
}
