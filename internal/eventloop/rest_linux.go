package eventloop

import (
	"os"
	"runtime"
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
	// quiet is how long a loop must not have been busy before it lets the runtime wait.
	quiet = 50 * time.Millisecond
)

// inPerson counts the loops that wait in person, begin is when time began.
var (
	inPerson atomic.Int32
	begin    = time.Now()
)

// mayWait reports whether one loop more may wait in person, which it then does until it has
// waited. One of Go's processors is left for all else: if every one were kept by a loop, the
// runtime would look for what has arrived on other connections every 10 ms only.
func mayWait() bool {
	if int(inPerson.Add(1)) < max(runtime.GOMAXPROCS(0), 2) {
		return true
	}
	waited()
	return false
}

func waited() { inPerson.Add(-1) }

// stir has the runtime wake a thread, which finds nothing to do and then waits for all other
// connections. The one that did so before may be the caller's, which is about to keep a
// processor in a system call; then nobody would for 10 ms.
func stir() {
	go func() {}()
}

// rest is how a loop waits for epoll(7). While it is busy it does so in
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
	// last is when something happened last, quick how many waits in a row were short, busy
	// when something happened last while those were enough.
	last, busy time.Duration
	quick      int
	// stirred says that stir has been called since this last waited otherwise, or in vain.
	stirred bool
	// look is tryLook, which fills events in; n and err are what it found.
	look   func(uintptr) bool
	events []syscall.EpollEvent
	n      int
	err    error
}

// newRest returns what waits for epoll, which belongs to it until close.
func newRest(epoll int) *rest {
	_ = syscall.SetNonblock(epoll, true) // else the runtime's poller does not take it
	r := &rest{epoll: epoll, file: os.NewFile(uintptr(epoll), "epoll"), busy: -quiet}
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
	if time.Since(begin)-r.busy < quiet && mayWait() {
		if !r.stirred {
			stir()
		}
		n, err = syscall.EpollWait(r.epoll, events, int(patience.Milliseconds()))
		waited()
		r.stirred = n > 0
	} else if r.stirred = false; r.raw.Read(r.look) == nil {
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
		r.busy = now
	}
}

// tryLook reports whether something has happened.
func (r *rest) tryLook(epoll uintptr) bool {
	r.n, r.err = syscall.EpollWait(int(epoll), r.events, 0)
	return r.n != 0 || r.err != nil
}
