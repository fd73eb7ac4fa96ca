package proxy

import (
	"context"
	"runtime/metrics"
	"time"
)

// swellEvery is the least time between two tidyings for what the heap holds: on a
// hub that is busy the heap may swell again at once.
const swellEvery = 30 * time.Second

// swell finds out when the whole heap has grown and then stopped growing, whatever
// made it grow: connections, their buffers, handshakes, strangers. An idle hub
// makes no garbage, and so the runtime would look for it only after minutes. One
// owner.
type swell struct {
	// floor is what was held after the last tidying, or the least since; most is
	// the most since, and still when it was last exceeded. last is the last tidying.
	floor, most int64
	still, last time.Time
}

// due reports whether it is time to tidy up, with so many bytes held from the
// system now. If so, floor is what the next call says.
func (s *swell) due(now time.Time, held int64) bool {
	if s.floor == 0 || held < s.floor {
		s.floor, s.most = held, held
	}
	if held > s.most {
		s.most, s.still = held, now
	}
	if held < s.floor+tidyFrom || now.Sub(s.still) < tidyAfter || now.Sub(s.last) < swellEvery {
		return false
	}
	*s = swell{last: now}
	return true
}

// held returns how many bytes the runtime holds from the system.
func held() int64 {
	sample := [...]metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample[:])
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

// keepTidy tidies up whenever the heap has swollen, until ctx ends: for a relay, whose
// sockets do not.
func keepTidy(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var heap swell
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if heap.due(now, held()) {
				tidyUp()
			}
		}
	}
}
