package scene

import (
	"testing"
	"time"
)

func TestInZone(t *testing.T) {
	for _, tt := range []struct{ zone, local, want string }{
		{"Europe/Berlin", "2026-11-20T06:29:00.25", "2026-11-20T05:29:00.25Z"},
		{"Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"},
		{"Europe/Berlin", "2026-03-29T01:59:59.999999999", "2026-03-29T00:59:59.999999999Z"},
		{"Europe/Berlin", "2026-03-29T02:00:00", ""},
		{"Europe/Berlin", "2026-03-29T02:59:59.5", ""},
		{"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"},
		{"Antarctica/Troll", "2026-10-25T01:30:00", "2026-10-24T23:30:00Z"}, // put back by two hours
		{"Antarctica/Troll", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"},
		{"Pacific/Apia", "2011-12-30T00:00:00", ""}, // a day left out
		{"Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"},
		{"UTC", "2026-10-25T02:30:00", "2026-10-25T02:30:00Z"},
	} {
		local, err := time.Parse("2006-01-02T15:04:05.999999999", tt.local)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if at, ok := inZone(local, zone(t, tt.zone)); ok {
			got = at.UTC().Format(time.RFC3339Nano)
		}
		if got != tt.want {
			t.Errorf("%s in %s is %q, want %q", tt.local, tt.zone, got, tt.want)
		}
	}
}
