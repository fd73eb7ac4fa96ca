package socket

import (
	"testing"
	"time"
)

func TestPauses(t *testing.T) {
	const ms = time.Millisecond
	type step struct {
		at     time.Duration // since the beginning
		found  bool
		lasted time.Duration
		want   time.Duration
	}
	for name, steps := range map[string][]step{
		"nobody there": {
			{at: 0, want: 100 * ms}, {at: 200 * ms, want: 100 * ms}, {at: 800 * ms, want: 200 * ms},
			{at: 2000 * ms, want: 500 * ms}, {at: 9000 * ms, want: 1000 * ms},
		},
		"refused again and again": {
			{found: true, want: 100 * ms}, {found: true, want: 200 * ms}, {found: true, want: 400 * ms},
			{found: true, want: 800 * ms}, {found: true, want: 1000 * ms}, {found: true, want: 1000 * ms},
		},
		"short connections are no better": {
			{found: true, lasted: ms, want: 100 * ms}, {found: true, lasted: ms, want: 200 * ms}, {found: true, lasted: ms, want: 400 * ms},
		},
		"a long one begins anew": {
			{found: true, want: 100 * ms}, {found: true, want: 200 * ms}, {found: true, lasted: 2000 * ms, want: 100 * ms}, {found: true, want: 200 * ms},
		},
		"away, found, away": {
			{at: 0, want: 100 * ms}, {at: 4000 * ms, want: 1000 * ms}, {at: 5000 * ms, found: true, lasted: 5000 * ms, want: 100 * ms}, {at: 10000 * ms, want: 100 * ms},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := pauses{min: 100 * ms, max: 1000 * ms}
			began := time.Unix(1, 0)
			for i, s := range steps {
				if got := p.after(began.Add(s.at), s.found, s.lasted); got != s.want {
					t.Errorf("step %d: %v, want %v", i, got, s.want)
				}
			}
		})
	}
}
