package gate

import (
	"sync"
	"time"
)

// Quiet lets the first of many equal log lines through in each interval, and
// counts the others. The zero value is ready. Safe for concurrent use.
type Quiet struct {
	mu         sync.Mutex
	next       time.Time
	suppressed int
}

// quietTime is the interval of Quiet.
const quietTime = time.Second

// Allow reports whether a line may be written now, and how many were not since
// the last.
func (q *Quiet) Allow(now time.Time) (suppressed int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if now.Before(q.next) {
		q.suppressed++
		return 0, false
	}
	suppressed = q.suppressed
	q.next, q.suppressed = now.Add(quietTime), 0
	return suppressed, true
}
