package gateway

import (
	"sync/atomic"
	"time"
)

const (
	// leastTurn and mostTurn bound what is taken for the time of a turn: a write into a
	// quiet machine's loopback, and what is no work of ours any more but a client that
	// does not read, or a processor that is somebody else's.
	leastTurn, mostTurn = 5 * time.Microsecond, 200 * time.Microsecond
	// turnsAtOnce is how far ahead of time a turn is taken without a wait.
	turnsAtOnce = time.Millisecond
	// turnShare is how many times as far apart as they take turns are: writing takes half of
	// one processor at most, for there are publishers to be read, and others in the house.
	turnShare = 2
	// turnsRemembered is over how many turns, about, their time is averaged.
	turnsRemembered = 64
)

// pacer gives clients turns to be written to, as many as half a processor can do. While
// there is little to write nobody waits; when there is more, it gathers for each client
// between its turns, and goes out in fewer and longer writes. Without that a thousand clients
// with a message each keep the hub from reading on, and then the next messages go out one by
// one too.
//
// Each client asks for its next turn after its last one, so it waits for one turn of each
// other client at most: for tens of milliseconds in a crowd of a thousand, and in no case
// longer than turnShare times mostTurn for each. Safe for concurrent use.
type pacer struct {
	// next is when the next turn is free, in nanoseconds of now's clock.
	next atomic.Int64
	// takes is how many nanoseconds a turn takes, 0 before the first.
	takes atomic.Int64
}

// turn takes the next turn and returns how long to wait for it; now is the time since any
// moment before the first call.
func (p *pacer) turn(now time.Duration) time.Duration {
	takes := max(turnShare*p.takes.Load(), int64(leastTurn))
	for {
		free := p.next.Load()
		mine := max(free, int64(now))
		if p.next.CompareAndSwap(free, mine+takes) {
			if wait := time.Duration(mine) - now; wait > turnsAtOnce {
				return wait
			}
			return 0
		}
	}
}

// took says how long a turn has taken. Of two that end at the same time one may not count.
func (p *pacer) took(d time.Duration) {
	before := p.takes.Load()
	p.takes.Store(before + (int64(min(d, mostTurn))-before)/turnsRemembered)
}
