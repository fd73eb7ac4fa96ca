package proxy

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// budget is what waiting bytes may take together, whoever they wait for, and the
// rule by which those who hold most give way. Safe for concurrent use.
type budget struct {
	total int64
	// used is what all pieces that are paid from it take, those in pools not
	// counted.
	used atomic.Int64
	// share is the most that one may hold now: as good as endless until the total
	// has been exceeded.
	share atomic.Int64

	mu sync.Mutex
	// lent holds, by their first bytes, the pieces whose bytes are not ours: what
	// many wait for is paid for once.
	lent map[*byte]*piece
}

func newBudget(total int) *budget {
	b := &budget{total: int64(total), lent: make(map[*byte]*piece)}
	b.share.Store(math.MaxInt64)
	return b
}

// lend returns a piece that holds m itself, of which there is at least one byte and
// which must not change any more, for one holder more.
func (b *budget) lend(m []byte) *piece {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.lent[&m[0]]; p != nil && len(p.b) == len(m) && p.holdIfHeld() {
		return p
	}
	p := &piece{b: m[:len(m):len(m)], class: sharedClass}
	p.holders.Store(1)
	p.charge(b)
	b.lent[&m[0]] = p
	return p
}

// returned says that nobody holds p any more.
func (b *budget) returned(p *piece) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lent[&p.b[0]] == p {
		delete(b.lent, &p.b[0])
	}
}

// exceeded reports whether more is used than may be.
func (b *budget) exceeded() bool { return b.used.Load() > b.total }

// ration sets the share so that, if nobody holds more than that, a quarter of the
// total is free again. held is what each holds now, in any order; it is sorted. Where
// the pieces are far from full, what is held is less than what is used, and the
// shares are as much smaller.
func (b *budget) ration(held []int) (share int) {
	slices.Sort(held)
	left := b.total - b.total/4
	if all := sum(held); all < b.used.Load() {
		left = int64(float64(left) * float64(all) / float64(b.used.Load()))
	}
	for i, h := range held {
		even := left / int64(len(held)-i)
		if int64(h) > even {
			share = int(even)
			b.share.Store(even)
			return share
		}
		left -= int64(h)
	}
	return math.MaxInt
}

func sum(list []int) (all int64) {
	for _, n := range list {
		all += int64(n)
	}
	return all
}

// ease lifts the share when no more than half of the total is used.
func (b *budget) ease() {
	if b.used.Load() <= b.total/2 {
		b.share.Store(math.MaxInt64)
	}
}

// rationEvery is how often the queues are held to their shares at most.
const rationEvery = 5 * time.Millisecond

// ration makes those who hold most of the waiting bytes give way if they are too
// many; the lock is held.
func (x *switchboard) ration() {
	if !x.waiting.exceeded() {
		return
	}
	now := time.Now()
	if now.Sub(x.rationed) < rationEvery {
		return
	}
	x.rationed = now
	freed := int64(0) // soon, by those who are cut
	held := make([]int, 0, len(x.sinks))
	for s := range x.sinks {
		held = append(held, s.holds())
	}
	share := x.waiting.ration(held)
	for s := range x.sinks {
		s.trim(share)
	}
	x.rations++
	for s := range x.sinks {
		if over := x.waiting.used.Load() - x.waiting.total; over <= freed {
			return
		}
		freed += int64(s.cutIfStuck(share))
	}
}

// memory returns what waits in all, in bytes.
func (x *switchboard) memory() int64 {
	return x.waiting.used.Load() + x.arriving.used.Load() + x.telling.used.Load()
}
