package zmqlink

import (
	"testing"
	"time"
)

func TestPauses(t *testing.T) {
	const ms = time.Millisecond
	away := attempt{}
	failing := attempt{connected: true, took: 10 * ms}
	briefly := attempt{connected: true, wentUp: true, took: 10 * ms}
	mute := attempt{connected: true, took: time.Hour}
	steadily := attempt{connected: true, wentUp: true, took: time.Hour}
	var p pauses
	now := time.Unix(0, 0)
	for i, step := range []struct {
		a     attempt
		times int
		later time.Duration // each
		want  time.Duration // after the last of them
	}{
		{away, 1, 0, 100 * ms}, {away, 1, 400 * ms, 100 * ms}, {away, 1, 400 * ms, 200 * ms}, {away, 1, 1200 * ms, 500 * ms},
		{away, 1, 2 * time.Second, time.Second}, {away, 9, time.Hour, time.Second},
		{steadily, 1, time.Hour, 100 * ms},
		{away, 1, 100 * ms, 100 * ms}, {away, 1, 800 * ms, 200 * ms},
		{briefly, 30, time.Second, 100 * ms}, // killed and restarted again and again
		{briefly, 1, time.Second, 200 * ms}, {briefly, 469, time.Second, time.Second}, {briefly, 500, time.Second, 2 * time.Second},
		{steadily, 1, time.Hour, 100 * ms},
		{failing, 1, time.Second, 200 * ms}, {mute, 1, time.Second, 400 * ms}, {failing, 398, time.Second, time.Second}, {failing, 600, time.Second, 2 * time.Second},
		{away, 1, time.Second, 100 * ms}, // as soon as it is only away, it is looked for often
		{failing, 1, time.Second, 2002 * ms},
		{failing, 100_000, time.Second, time.Minute},
		{steadily, 1, time.Hour, 100 * ms},
		{failing, 1, time.Second, 200 * ms},
	} {
		var got time.Duration
		for range step.times {
			now = now.Add(step.later)
			got = p.after(now, step.a)
		}
		if got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// A server that shakes hands and fails for a day, at once or a little later.
func TestFailingForADayLeavesLittleBehind(t *testing.T) {
	for _, a := range []attempt{{connected: true}, {connected: true, wentUp: true, took: 10 * time.Millisecond}} {
		var p pauses
		sessions := 0
		for passed := time.Duration(0); passed < 24*time.Hour; sessions++ {
			passed += a.took + p.after(time.Unix(0, 0).Add(passed), a)*3/4 // what is left out at random, on average
		}
		if sessions > 12_000 {
			t.Errorf("%d sessions in a day", sessions)
		}
	}
}
