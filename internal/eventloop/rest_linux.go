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
// runtime would look for what has arrived on other connections, and for who is ready to run,
// every 10 ms only.
func mayWait() bool {
	if int(inPerson.Add(1)) < runtime.GOMAXPROCS(0) {
		return true
	}
	waited()
	return false
}

func waited() { inPerson.Add(-1) }

// rest is how a loop waits for epoll(7). While it is busy it does so in
// person, which is cheapest then. But while somebody waits in a system call the runtime looks
// again and again whether to take that processor away: more than a millisecond of processor
// time for each event that comes alone. So when it is quiet the runtime's own poller waits, for
// another epoll descriptor in which the loop's lies then, and only then: it would be woken for
// each event too. One owner.
type rest struct {
	epoll int
	// outer is that other one; raw is what the runtime's poller waits for it with, nil if it
	// cannot. inside says that epoll lies in it.
	outer  *os.File
	raw    syscall.RawConn
	inside bool
	// stir has the runtime wake a thread, which finds nothing to do and then waits for all
	// other connections. The one that did so before may be the loop's, which is about to keep a
	// processor in a system call; then nobody would for 10 ms.
	stir func()
	// last is when something happened last, quick how many waits in a row were short, busy
	// when something happened last while those were enough.
	last, busy time.Duration
	quick      int
	// look is tryLook, which fills events in; n and err are what it found.
	look   func(uintptr) bool
	events []syscall.EpollEvent
	n      int
	err    error
}

// newRest returns what waits for epoll; begin begins a goroutine.
func newRest(epoll int, begin func(func())) (*rest, error) {
	r := &rest{epoll: epoll, busy: -quiet, stir: func() { begin(func() {}) }}
	r.look = r.tryLook
	outer, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	_ = syscall.SetNonblock(outer, true) // else the runtime's poller does not take it
	r.outer = os.NewFile(uintptr(outer), "epoll")
	if raw, err := r.outer.SyscallConn(); err == nil {
		r.raw = raw
	}
	return r, nil
}

func (r *rest) close() { _ = r.outer.Close() }

// change has the runtime's poller be woken for what happens, or not.
func (r *rest) change(inside bool) (err error) {
	if inside == r.inside {
		return nil
	}
	op := syscall.EPOLL_CTL_DEL
	if inside {
		op = syscall.EPOLL_CTL_ADD
	}
	if bad := r.raw.Control(func(outer uintptr) {
		err = syscall.EpollCtl(int(outer), op, r.epoll, &syscall.EpollEvent{Events: syscall.EPOLLIN})
	}); bad != nil {
		return bad
	}
	if err == nil {
		r.inside = inside
	}
	return os.NewSyscallError("epoll_ctl", err)
}

// wait waits for events, and returns how many there are, which may be none.
func (r *rest) wait(events []syscall.EpollEvent) (n int, err error) {
	if r.raw == nil {
		return syscall.EpollWait(r.epoll, events, -1)
	}
	if time.Since(begin)-r.busy < quiet && mayWait() {
		n, err = r.waitInPerson(events)
		waited()
	} else {
		n, err = r.haveWaited(events)
	}
	if n > 0 {
		r.happened(time.Since(begin))
	}
	return n, err
}

func (r *rest) waitInPerson(events []syscall.EpollEvent) (n int, err error) {
	if r.inside {
		if err := r.change(false); err != nil {
			return 0, err
		}
		r.stir()
	}
	n, err = syscall.EpollWait(r.epoll, events, int(patience.Milliseconds()))
	if n == 0 {
		r.stir()
	}
	return n, err
}

// haveWaited has the runtime wait.
func (r *rest) haveWaited(events []syscall.EpollEvent) (n int, err error) {
	if err := r.change(true); err != nil {
		return 0, err
	}
	r.events = events
	if r.raw.Read(r.look) != nil {
		r.raw = nil // its poller cannot wait for such a descriptor
		return 0, nil
	}
	return r.n, r.err
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
func (r *rest) tryLook(uintptr) bool {
	r.n, r.err = syscall.EpollWait(r.epoll, r.events, 0)
	return r.n != 0 || r.err != nil
}
