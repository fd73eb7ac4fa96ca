package scene

import (
	"time"
)

// home reads [home].
func (l *loader) home(root *fields) {
	l.file.Home.Zone = time.UTC
	n := root.get("home")
	if n == nil {
		return
	}
	f, ok := l.fields(n, "home", "the table [home]")
	if !ok {
		return
	}
	f.only("name", "timezone", "latitude", "longitude")
	h := &l.file.Home
	h.Name, _ = f.text("name", "Our home")
	if zone, ok := f.zone("timezone"); ok {
		h.Zone = zone
	}
	l.located = f.has("latitude") || f.has("longitude") // rightly or wrongly
	lat, okLat := f.number("latitude", -90, 90, " degrees")
	long, okLong := f.number("longitude", -180, 180, " degrees")
	switch {
	case f.has("latitude") && f.missing("longitude"):
		f.failKey("latitude", "a latitude needs a longitude")
	case f.has("longitude") && f.missing("latitude"):
		f.failKey("longitude", "a longitude needs a latitude")
	}
	if okLat && okLong {
		h.Latitude, h.Longitude, h.HasPlace = lat, long, true
	}
}

// zone reads the name of a time zone.
func (f *fields) zone(key string) (*time.Location, bool) {
	name, ok := f.text(key, "Europe/Berlin")
	if !ok {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	if err == nil && name != "Local" { // "Local" is the machine's zone, not the home's
		return zone, true
	}
	guess, ok := likelyZone(name)
	switch {
	case guess == name:
		f.failAt(key, "this machine does not know the time zones: install its tzdata")
	case ok:
		f.failAt(key, "unknown time zone %q (did you mean %q?)", name, guess)
	default:
		f.failAt(key, "unknown time zone %q; want an IANA name such as \"Europe/Berlin\"", name)
	}
	return nil, false
}
