package daytime

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests know the zones, whatever the machine knows
)

func at(hour, minute int) TimeOfDay { return TimeOfDay(hour*3600 + minute*60) }

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestTimesOfDayAtClockChanges(t *testing.T) {
	tests := []struct {
		zone string
		day  string
		at   TimeOfDay
		want string // RFC 3339
	}{
		{"Europe/Berlin", "2026-11-20", at(7, 30), "2026-11-20T07:30:00+01:00"},
		// 2026-03-29: 02:00 becomes 03:00.
		{"Europe/Berlin", "2026-03-29", at(1, 59), "2026-03-29T01:59:00+01:00"},
		{"Europe/Berlin", "2026-03-29", at(2, 0), "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-03-29", at(2, 30), "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-03-29", at(3, 0), "2026-03-29T03:00:00+02:00"},
		// 2026-10-25: 03:00 becomes 02:00.
		{"Europe/Berlin", "2026-10-25", at(1, 59), "2026-10-25T01:59:00+02:00"},
		{"Europe/Berlin", "2026-10-25", at(2, 0), "2026-10-25T02:00:00+02:00"},
		{"Europe/Berlin", "2026-10-25", at(2, 30), "2026-10-25T02:30:00+02:00"},
		{"Europe/Berlin", "2026-10-25", at(3, 0), "2026-10-25T03:00:00+01:00"},
		// 2026-03-08: 02:00 becomes 03:00; 2026-11-01: 02:00 becomes 01:00.
		{"America/New_York", "2026-03-08", at(2, 30), "2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-11-01", at(1, 30), "2026-11-01T01:30:00-04:00"},
		{"America/New_York", "2026-11-01", at(2, 0), "2026-11-01T02:00:00-05:00"},
		// Half an hour: 2026-10-04 02:00 becomes 02:30, 2026-04-05 02:00 becomes 01:30.
		{"Australia/Lord_Howe", "2026-10-04", at(2, 15), "2026-10-04T02:30:00+11:00"},
		{"Australia/Lord_Howe", "2026-04-05", at(1, 45), "2026-04-05T01:45:00+11:00"},
		// At midnight: 2026-09-06 00:00 becomes 01:00.
		{"America/Santiago", "2026-09-06", at(0, 0), "2026-09-06T01:00:00-03:00"},
		// A day that did not exist: Samoa went from 29 to 31 December 2011.
		{"Pacific/Apia", "2011-12-30", at(7, 30), "2011-12-31T00:00:00+14:00"},
		{"UTC", "2026-03-29", at(2, 30), "2026-03-29T02:30:00Z"},
	}
	for _, tt := range tests {
		day, err := time.Parse(time.DateOnly, tt.day)
		if err != nil {
			t.Fatal(err)
		}
		got := tt.at.On(day.Year(), day.Month(), day.Day(), zone(t, tt.zone)).Format(time.RFC3339)
		if got != tt.want {
			t.Errorf("%s, %s, %s: %s, want %s", tt.zone, tt.day, tt.at, got, tt.want)
		}
	}
}

// From one instant on, again and again, until the clock reads the time.
func TestNextOrChange(t *testing.T) {
	for _, tt := range []struct {
		zone, now string
		at        TimeOfDay
		want      []string
	}{
		{"Europe/Berlin", "2026-11-20T07:29:59.5+01:00", at(7, 30), []string{"2026-11-20T07:30:00+01:00", "2026-11-21T07:30:00+01:00"}},
		{"Europe/Berlin", "2026-11-20T07:30:00+01:00", at(7, 30), []string{"2026-11-21T07:30:00+01:00"}},
		{"Europe/Berlin", "2026-11-20T07:30:00.5+01:00", at(7, 30), []string{"2026-11-21T07:30:00+01:00"}},
		// Not on the day of 23 hours, and twice on the one of 25.
		{"Europe/Berlin", "2026-03-29T00:00:00+01:00", at(2, 30), []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"Europe/Berlin", "2026-10-25T00:00:00+02:00", at(2, 30), []string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"}},
		{"Australia/Lord_Howe", "2026-04-05T01:40:00+11:00", at(1, 45), []string{"2026-04-05T01:45:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T01:45:00+10:30"}},
		{"Pacific/Apia", "2011-12-29T08:00:00-10:00", at(7, 30), []string{"2011-12-31T00:00:00+14:00", "2011-12-31T07:30:00+14:00"}},
		{"Asia/Kathmandu", "2026-11-20T23:00:00+05:45", 0, []string{"2026-11-21T00:00:00+05:45"}},
	} {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			now = tt.at.NextOrChange(now, zone(t, tt.zone))
			if got := now.In(zone(t, tt.zone)).Format(time.RFC3339); got != want {
				t.Errorf("%s, %s from %s: %s, want %s", tt.zone, tt.at, tt.now, got, want)
			}
		}
	}
}

func TestTimesOfDayInWords(t *testing.T) {
	for want, x := range map[string]TimeOfDay{"07:05": at(7, 5), "23:59:59": at(23, 59) + 59, "00:00": 0} {
		if got := x.String(); got != want {
			t.Errorf("%d is %s, want %s", int(x), got, want)
		}
	}
}

func TestParse(t *testing.T) {
	for s, want := range map[string]TimeOfDay{"00:00": 0, "07:30": 27000, "23:59:59": 86399} {
		if got, ok := Parse(s); !ok || got != want {
			t.Errorf("%q is %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "7:30", "07:30 ", "24:00", "07:60", "07:30:60", "07:30:0", "07.30", "07:30:15.5", "-7:30"} {
		if got, ok := Parse(s); ok {
			t.Errorf("%q is %v; want none", s, got)
		}
	}
}

func TestDays(t *testing.T) {
	for i, name := range DayNames {
		if day, ok := ParseDay(name); !ok || day != time.Weekday(i) || !strings.HasPrefix(strings.ToLower(day.String()), name) {
			t.Errorf("%s is %v, %v", name, day, ok)
		}
	}
	for want, days := range map[string]Days{"any day": 0, "mon, tue, sun": 1<<time.Sunday | 1<<time.Monday | 1<<time.Tuesday} {
		if got := days.String(); got != want {
			t.Errorf("%b is %s, want %s", days, got, want)
		}
	}
	if weekend := Days(1<<time.Sunday | 1<<time.Saturday); !weekend.Has(time.Sunday) || weekend.Has(time.Friday) || !Days(0).Has(time.Friday) {
		t.Error("a set of days has others than those in it")
	}
}

// The words of a set of days are those that make it.
func TestDaysInWordsAndBack(t *testing.T) {
	for days := Days(1); days < 1<<7; days++ {
		var again Days
		for _, word := range strings.Split(days.String(), ", ") {
			day, ok := ParseDay(word)
			if !ok {
				t.Errorf("%b has %q", days, word)
			}
			again |= 1 << day
		}
		if again != days {
			t.Errorf("%b is %q, which is %b", days, days, again)
		}
	}
}
