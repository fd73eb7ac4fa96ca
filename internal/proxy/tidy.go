package proxy

import (
	"runtime"
	"runtime/debug"
	"time"
)

const (
	// tidyFrom is how many bytes in pieces make a burst worth tidying up after, and how
	// much more than after the last time in the whole heap: what that then was, trouble
	// that was still going on may have made large.
	tidyFrom = 16 << 20
	// tidyAfter is how long a burst must be over.
	tidyAfter = 5 * time.Second
)

// tidier gives back to the system what a burst has left. A subscriber that is
// slow may hold 48 MiB; when it has gone, they lie in pools, and by itself the
// runtime would need minutes to find that an idle hub has no use for them. One
// owner.
type tidier struct {
	// peak is the most that was in use since the last tidying, over when it was
	// found to be.
	peak int64
	over time.Time
}

// due reports whether it is time to tidy up, with so many bytes in use now.
func (t *tidier) due(now time.Time, inUse int64) bool {
	t.peak = max(t.peak, inUse)
	switch {
	case t.peak < tidyFrom || inUse > t.peak/4:
		t.over = time.Time{}
		return false
	case t.over.IsZero():
		t.over = now
		return false
	case now.Sub(t.over) < tidyAfter:
		return false
	}
	*t = tidier{peak: inUse}
	return true
}

// tidyUp empties the pools, for which sync.Pool needs two collections, and gives
// what is free to the system. It takes some tens of milliseconds, in which the
// others go on.
func tidyUp() {
	runtime.GC()
	debug.FreeOSMemory()
}
