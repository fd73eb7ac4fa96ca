package eventloop

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// patience is for how long a loop waits in person at a time. It is below the 10 ms after
	// which Go's runtime takes the processor from who is in a system call (runtime/proc.go,
	// forcePreemptNS).
	patience = 8 * time.Millisecond
	// brisk is how many waits in a row must be shorter than that for a loop to be busy.
	brisk = 4
	// quiet is how long no loop must have been busy before one lets the runtime wait.
	quiet = 50 * time.Millisecond
)

// busy is when something has last happened in a loop that was busy, since begin.
var (
	busy  atomic.Int64
	begin = time.Now()
)

// rest is how a loop waits for epoll(7). While much happens in the process it does so in
// person, which is cheapest then. But while somebody waits in a system call the runtime looks
// again and again whether to take that processor away: more than a millisecond of processor
// time for each event that comes alone. So when it is quiet the runtime's own poller waits, for the
// epoll descriptor itself. One owner.
type rest struct {
	epoll int
	// file is epoll as the runtime's poller has it, raw what waits with that, nil if it
	// cannot.
	file *os.File
	raw  syscall.RawConn
	// last is when something happened last, quick how many waits in a row were short.
	last  time.Duration
	quick int
	// look is tryLook, which fills events in; n and err are what it found.
	look   func(uintptr) bool
	events []syscall.EpollEvent
	n      int
	err    error
}

// newRest returns what waits for epoll, which belongs to it until close.
func newRest(epoll int) *rest {
	_ = syscall.SetNonblock(epoll, true) // else the runtime's poller does not take it
	r := &rest{epoll: epoll, file: os.NewFile(uintptr(epoll), "epoll")}
	r.look = r.tryLook
	if raw, err := r.file.SyscallConn(); err == nil {
		r.raw = raw
	}
	return r
}

func (r *rest) close() { _ = r.file.Close() }

// wait waits for events, and returns how many there are, which may be none.
func (r *rest) wait(events []syscall.EpollEvent) (n int, err error) {
	if r.raw == nil {
		return syscall.EpollWait(r.epoll, events, -1)
	}
	r.events = events
	if time.Since(begin)-time.Duration(busy.Load()) < quiet {
		n, err = syscall.EpollWait(r.epoll, events, int(patience.Milliseconds()))
	} else if r.raw.Read(r.look) == nil {
		n, err = r.n, r.err
	} else {
		r.raw = nil // the runtime's poller cannot wait for it
	}
	if n > 0 {
		r.happened(time.Since(begin))
	}
	return n, err
}

// happened takes note of events.
func (r *rest) happened(now time.Duration) {
	if r.quick++; now-r.last >= patience {
		r.quick = 0
	}
	if r.last = now; r.quick >= brisk {
		busy.Store(int64(now))
	}
}

// tryLook reports whether something has happened.
func (r *rest) tryLook(epoll uintptr) bool {
	r.n, r.err = syscall.EpollWait(int(epoll), r.events, 0)
	return r.n != 0 || r.err != nil
}
