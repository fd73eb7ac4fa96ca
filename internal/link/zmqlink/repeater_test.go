package zmqlink

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestARepeaterPausesAsItSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var at []time.Duration
		r := repeat(time.Second, func() (time.Duration, bool) {
			at = append(at, time.Since(begin))
			return 2 * time.Second, len(at) < 3
		})
		time.Sleep(time.Minute)
		r.stop()
		if len(at) != 3 || at[0] != time.Second || at[1] != 3*time.Second || at[2] != 5*time.Second {
			t.Errorf("it was done at %v", at)
		}
	})
}

func TestAStoppedRepeaterHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		times, ended := 0, false
		r := repeat(time.Second, func() (time.Duration, bool) {
			times++
			time.Sleep(time.Minute)
			ended = true
			return time.Second, true
		})
		time.Sleep(2 * time.Second)
		r.stop()
		if !ended {
			t.Error("stop does not wait")
		}
		time.Sleep(time.Hour)
		if times != 1 {
			t.Errorf("it was done %d times", times)
		}
	})
}
