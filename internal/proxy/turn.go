package proxy

import (
	"runtime"
	"time"
)

const (
	// turnTime is how long a peer keeps the switchboard to itself when it has much
	// to say; then whoever waits comes first. It is below the millisecond after
	// which a sync.Mutex hands itself to those who wait, in their order.
	turnTime = 500 * time.Microsecond
	// turnStep is after how many messages the clock is read.
	turnStep = 16
)

// turn is one hold of the switchboard's lock. It bounds what one peer can take
// from the others by what it sends: they wait for a turn of each peer that is
// busy, not for all that these have to say. One owner.
type turn struct {
	board *switchboard
	since time.Time
	done  int
}

// turn takes the lock; end gives it back.
func (x *switchboard) turn() turn {
	x.mu.Lock()
	return turn{board: x, since: time.Now()}
}

func (t *turn) end() { t.board.mu.Unlock() }

// over counts n more things done, of about the cost of a message each, and
// reports whether the turn has lasted for its time.
func (t *turn) over(n int) bool {
	if t.done += n; t.done < turnStep {
		return false
	}
	t.done = 0
	return time.Since(t.since) >= turnTime
}

// again lets those who wait have their turn, and then takes the next. On one
// processor they would not run before this goroutine has used up its time.
func (t *turn) again() {
	t.board.mu.Unlock()
	runtime.Gosched()
	t.board.mu.Lock()
	t.since = time.Now()
}
