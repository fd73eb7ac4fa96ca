package gate

import (
	"testing"
	"time"
)

func TestQuietCountsWhatItKeepsBack(t *testing.T) {
	var q Quiet
	now := time.Now()
	for i, want := range []struct {
		at    time.Duration
		ok    bool
		count int
	}{{0, true, 0}, {1, false, 0}, {quietTime - 1, false, 0}, {quietTime, true, 2}, {3 * quietTime, true, 0}} {
		if n, ok := q.Allow(now.Add(want.at)); ok != want.ok || n != want.count {
			t.Errorf("line %d: %d %v", i, n, ok)
		}
	}
}
