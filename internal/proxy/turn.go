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
	// line, if not nil, is where this peer stood, and is first now: one at a time of
	// those waits for the switchboard.
	line *sync.Mutex
	// courier, if not nil, writes what was forwarded once the lock is given back; keep says
	// that the same peer is about to have another turn.
	courier *courier
	keep    bool
}

// turn takes the lock; end gives it back.
func (x *switchboard) turn() turn {
	x.mu.Lock()
	return turn{board: x, since: time.Now()}
}

// standInLine lets others have their turn, and takes the next when nobody else is before
// it in line: a subscription to 100,000 last values takes milliseconds, and neither
// publishers nor who wants little must wait for all who would have them.
func (t *turn) standInLine() {
	t.board.mu.Unlock()
	t.line = &t.board.muches
	t.line.Lock()
	t.board.mu.Lock()
	t.since = time.Now()
}

// leaveLine lets the next in line wait for its turn.
func (t *turn) leaveLine() {
	if t.line != nil {
		t.line.Unlock()
		t.line = nil
	}
}

func (t *turn) end() {
	t.board.mu.Unlock()
	t.leaveLine()
	if t.keep {
		t.courier.keepBack(t.since)
	} else {
		t.courier.deliver()
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

// again lets those who wait have their turn, and then takes the next. On one processor
// they would not run before this goroutine has used up its time.
func (t *turn) again() {
	t.board.mu.Unlock()
	runtime.Gosched()
	t.board.mu.Lock()
	t.since = time.Now()
}
