package home

import (
	"math"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/internal/sun"
)

func TestDaylight(t *testing.T) {
	berlin, tromso := &sun.Place{Latitude: 52.52, Longitude: 13.40}, &sun.Place{Latitude: 69.65, Longitude: 18.96}
	tests := []struct {
		place    *sun.Place
		at, says string
	}{
		{berlin, "2026-11-20 03:00", "sunrise 07:36"},
		{berlin, "2026-11-20 07:30", "sunrise 07:36"},
		{berlin, "2026-11-20 07:37", "sunset 16:06"},
		{berlin, "2026-11-20 16:07", "sunrise 07:38"}, // tomorrow's
		{tromso, "2026-12-21 12:00", "polar night"},
		{tromso, "2026-06-21 00:00", "polar day"},
		{tromso, "2026-03-21 03:00", "sunrise 05:39"},
		{&sun.Place{Latitude: math.NaN()}, "2026-11-20 03:00", ""},
		{nil, "2026-11-20 03:00", ""},
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		now, err := time.ParseInLocation("2006-01-02 15:04", tt.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		h := New(Plan{Zone: zone, Place: tt.place}, &message.Stamper{IDs: &message.Counted{}})
		if got := h.Daylight(Moment{Wall: now, House: now}); got != tt.says {
			t.Errorf("%v at %s: %q, want %q", tt.place, tt.at, got, tt.says)
		}
	}
}

// What is remembered is right through a day, also for a clock that is set back.
func TestDaylightIsRememberedNoLongerThanItIsTrue(t *testing.T) {
	plan := Plan{Zone: time.UTC, Place: &sun.Place{Latitude: 52.52, Longitude: 13.40}}
	one := New(plan, &message.Stamper{IDs: &message.Counted{}})
	at := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i := range 2 * 24 * 60 {
		now := at.Add(time.Duration(i) * time.Minute)
		if i%700 == 0 {
			now = now.Add(-5 * time.Hour)
		}
		m := Moment{Wall: now, House: now}
		if got, want := one.Daylight(m), New(plan, &message.Stamper{IDs: &message.Counted{}}).Daylight(m); got != want {
			t.Fatalf("at %v: %q, asked anew %q", now, got, want)
		}
	}
}
