package sun

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata" // the tests know the zones, whatever the machine knows
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestWords(t *testing.T) {
	for i, word := range Words {
		if e, ok := Parse(word); !ok || e != Event(i) || e.String() != word {
			t.Errorf("%q is %v, %v", word, e, ok)
		}
	}
	for _, word := range []string{"", "Sunrise", "sunup", "noon "} {
		if e, ok := Parse(word); ok {
			t.Errorf("%q is %v", word, e)
		}
	}
	if Noon.String() != "noon" || Dusk.String() != "dusk" {
		t.Errorf("the words are in another order: %v, %v", Noon, Dusk)
	}
}

// Clocks far from the sun's: the event of a day is found, whichever solar day it is
// of, also on days of 23 and 25 hours and beside a day that was left out.
func TestEveryOrdinaryDayHasEveryEvent(t *testing.T) {
	for _, tt := range []struct {
		place Place
		zone  string
		year  int
		none  int // days without an event: the zone left one out
	}{
		{Place{1.87, -157.4}, "Pacific/Kiritimati", 2026, 0}, // +14 at 157° west
		{Place{39.47, 75.99}, "Asia/Kashgar", 2026, 0},
		{Place{39.47, 75.99}, "Asia/Shanghai", 2026, 0}, // three hours behind the clock
		{Place{58.3, -134.4}, "America/Juneau", 2026, 0},
		{Place{52.52, 13.40}, "Europe/Berlin", 2026, 0},
		{Place{-31.55, 159.08}, "Australia/Lord_Howe", 2026, 0},
		{Place{-33.45, -70.67}, "America/Santiago", 2026, 0}, // put forward at midnight
		{Place{-13.83, -171.75}, "Pacific/Apia", 2011, 1},
		{Place{47.56, -52.71}, "America/St_Johns", 2006, 0}, // put back at 00:01
	} {
		z := zone(t, tt.zone)
		for e := range Words {
			none := 0
			for day := time.Date(tt.year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == tt.year; day = day.AddDate(0, 0, 1) {
				if _, ok := tt.place.On(Event(e), day.Year(), day.Month(), day.Day(), z); !ok {
					none++
				}
			}
			if none != tt.none {
				t.Errorf("%s: %v is missing on %d days, want %d", tt.zone, Event(e), none, tt.none)
			}
			if gaps := tt.place.Gaps(Event(e), tt.year, z); gaps != nil {
				t.Errorf("%s: no %v %v", tt.zone, Event(e), gaps)
			}
		}
	}
}

func TestDaysAreNormalised(t *testing.T) {
	want, _ := london.On(Sunset, 2026, time.March, 1, time.UTC)
	if got, ok := london.On(Sunset, 2026, time.February, 29, time.UTC); !ok || !got.Equal(want) {
		t.Errorf("29 February 2026: %v, %v; want %v", got, ok, want)
	}
}

func TestTheSunIsUpFromSunriseToSunset(t *testing.T) {
	rise, _ := london.On(Sunrise, 2026, time.May, 1, time.UTC)
	set, _ := london.On(Sunset, 2026, time.May, 1, time.UTC)
	for _, tt := range []struct {
		now  time.Time
		want bool
	}{
		{rise.Add(-time.Nanosecond), false}, {rise, true}, {set.Add(-time.Nanosecond), true}, {set, false},
	} {
		if got := london.Up(tt.now); got != tt.want {
			t.Errorf("%v: up is %v", tt.now, got)
		}
	}
	if next, ok := london.Next(rise.Add(-time.Nanosecond)); !ok || !next.Equal(rise) {
		t.Errorf("before sunrise, next is %v, %v", next, ok)
	}
	if next, ok := london.Next(rise); !ok || !next.Equal(set) {
		t.Errorf("at sunrise, next is %v, %v", next, ok)
	}
}

func TestTimesAreInTheZoneAskedFor(t *testing.T) {
	z := zone(t, "Asia/Tokyo")
	on, _ := london.On(Noon, 2026, time.May, 1, z)
	after, _ := london.After(Noon, time.Date(2026, 5, 1, 0, 0, 0, 0, z))
	next, _ := london.Next(time.Date(2026, 5, 1, 0, 0, 0, 0, z))
	for _, at := range []time.Time{on, after, next} {
		if at.Location() != z || at.Nanosecond() != 0 {
			t.Errorf("%v is not a whole second of Tokyo", at)
		}
	}
}

func TestOffTheMapNothingHappens(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	now := time.Date(2026, 6, 21, 12, 0, 0, 0, time.UTC)
	for _, p := range []Place{{nan, 0}, {0, nan}, {nan, nan}, {inf, 0}, {0, -inf}, {90.001, 0}, {0, -180.001}, {1e300, 1e300}} {
		for e := range Words {
			on, ok := p.On(Event(e), 2026, time.June, 21, time.UTC)
			if ok {
				t.Errorf("%v: %v at %v", p, Event(e), on)
			}
			if after, ok := p.After(Event(e), now); ok {
				t.Errorf("%v: %v after now at %v", p, Event(e), after)
			}
			if gaps := p.Gaps(Event(e), 2026, time.UTC); len(gaps) != 1 || gaps[0].Days() != 365 {
				t.Errorf("%v: no %v %v", p, Event(e), gaps)
			}
		}
		if next, ok := p.Next(now); ok || p.Up(now) {
			t.Errorf("%v: up is %v, next %v", p, p.Up(now), next)
		}
	}
	if _, ok := london.After(Event(99), now); ok {
		t.Error("an event that there is not happens")
	}
}

// The sun of NOAA's spreadsheet for 40° north, 105° west on 21 June 2010 culminates at
// 73.43°, cut off after two digits; quoted as in TestEquationOfTime.
func TestHeightAtNoon(t *testing.T) {
	place := Place{40, -105}
	noon, _ := place.On(Noon, 2010, time.June, 21, time.UTC)
	if got := math.Asin(place.height(noon.Unix())) / degree; got < 73.43 || got >= 73.44 {
		t.Errorf("%.4f°", got)
	}
}

func BenchmarkOn(b *testing.B) {
	berlin := zone(b, "Europe/Berlin")
	place := Place{52.52, 13.40}
	b.ReportAllocs()
	for b.Loop() {
		place.On(Sunset, 2026, time.June, 21, berlin)
	}
}

func BenchmarkYear(b *testing.B) {
	berlin := zone(b, "Europe/Berlin")
	for name, place := range map[string]Place{"berlin": {52.52, 13.40}, "longyearbyen": longyearbyen, "pole": {90, 0}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				place.Gaps(Sunset, 2026, berlin)
			}
		})
	}
}

func BenchmarkAfterFromPolarNight(b *testing.B) {
	now := time.Date(2025, 10, 27, 0, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		longyearbyen.After(Sunrise, now)
	}
}
