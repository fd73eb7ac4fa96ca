package zmqlink

import (
	"testing"
	"time"
)

func TestPauses(t *testing.T) {
	const ms = time.Millisecond
	away := attempt{}
	failing := attempt{connected: true, wentUp: true, took: 10 * ms}
	steadily := attempt{connected: true, wentUp: true, took: time.Hour}
	var p pauses
	for i, step := range []struct {
		a     attempt
		times int
		want  time.Duration // after the last of them
	}{
		{away, 1, 100 * ms}, {away, 1, 200 * ms}, {away, 1, 400 * ms}, {away, 1, 800 * ms}, {away, 1, time.Second}, {away, 9, time.Second},
		{steadily, 1, 100 * ms},
		{failing, 1, 200 * ms}, {failing, 399, time.Second}, {failing, 600, 2 * time.Second},
		{away, 1, time.Second}, // as soon as it is only away, it is looked for often
		{failing, 1, 2002 * ms},
		{failing, 100_000, time.Minute},
		{steadily, 1, 100 * ms},
		{failing, 1, 200 * ms},
	} {
		var got time.Duration
		for range step.times {
			got = p.after(step.a)
		}
		if got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// A server that shakes hands and fails for a day.
func TestFailingForADayLeavesLittleBehind(t *testing.T) {
	var p pauses
	sessions := 0
	for passed := time.Duration(0); passed < 24*time.Hour; sessions++ {
		passed += p.after(attempt{connected: true}) * 3 / 4 // what is left out at random, on average
	}
	if sessions > 12_000 {
		t.Errorf("%d sessions in a day", sessions)
	}
}
