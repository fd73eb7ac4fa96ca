package proxy

import (
	"runtime"
	"sync"
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
	// line is where those stand of whom one at a time waits for the switchboard; it
	// may be nil.
	line *sync.Mutex
}

// turn takes the lock; end gives it back.
func (x *switchboard) turn() turn {
	x.mu.Lock()
	return turn{board: x, since: time.Now()}
}

// subscriberTurn is turn for subscribers, of whom only one at a time waits for the
// lock: a subscription to 100,000 last values takes milliseconds, and publishers must
// not wait for all who would have them.
func (x *switchboard) subscriberTurn() turn {
	x.subscribing.Lock()
	t := x.turn()
	t.line = &x.subscribing
	return t
}

func (t *turn) end() {
	t.board.mu.Unlock()
	if t.line != nil {
		t.line.Unlock()
	}
}

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
	t.end()
	runtime.Gosched()
	if t.line != nil {
		t.line.Lock()
	}
	t.board.mu.Lock()
	t.since = time.Now()
}
