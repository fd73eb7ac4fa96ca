package bench

import (
	"sync/atomic"
	"time"
)

// clock tells the time since a run's beginning. All may use it at once.
type clock struct {
	epoch time.Time
	begin atomic.Int64 // since epoch, in nanoseconds
}

func newClock() *clock { return &clock{epoch: time.Now()} }

func (c *clock) now() time.Duration { return time.Since(c.epoch) - time.Duration(c.begin.Load()) }

// start has the run begin so long from now.
func (c *clock) start(in time.Duration) { c.begin.Store(int64(time.Since(c.epoch) + in)) }
