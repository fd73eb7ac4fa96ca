package zmqlink

import "context"

// Turns bounds how many links of a program are on their way to the hub at a time: each
// takes a turn before it dials and gives it back once it is up. While there is no hub,
// those who have a turn keep it, and look for one on behalf of all. So thousands of
// links neither overwhelm a hub that has just begun nor wear down one that is not there.
// nil bounds nothing. Safe for concurrent use.
type Turns chan struct{}

// NewTurns returns so many turns.
func NewTurns(n int) Turns { return make(Turns, n) }

// turn is one link's turn, or none. One owner at a time.
type turn struct {
	of   Turns
	held bool
}

// take waits for a turn, unless there is one. It reports false when ctx ends first.
func (t *turn) take(ctx context.Context) bool {
	if t.of == nil || t.held {
		return true
	}
	select {
	case t.of <- struct{}{}:
		t.held = true
		return true
	case <-ctx.Done():
		return false
	}
}

// give gives the turn back, if there is one.
func (t *turn) give() {
	if t.held {
		t.held = false
		<-t.of
	}
}
