package eventloop

import (
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// long is a step for which others should not have to wait.
	long = time.Millisecond
	// often is how many long steps in a row make a connection step in its own
	// goroutine, and how many short ones bring it back.
	often = 4
)

// What is waited for; that a connection is over is told in any case.
const (
	forInput  = uint32(syscall.EPOLLIN)
	forRoom   = uint32(syscall.EPOLLOUT)
	forTheEnd = uint32(syscall.EPOLLHUP | syscall.EPOLLERR)
)

// stepper is whose turn it is to step.
type stepper int

const (
	nobody  stepper = iota // Start has not been called, or all is over
	looped                 // the loop, when something arrives
	away                   // a goroutine, when something arrives
	running                // a goroutine, now
)

// Conn is a connection of a loop. Its methods may be called from any goroutine, but one
// at a time may wait in Write or in the Write of its RawConn, and Start is called once.
type Conn struct {
	loop *Loop
	fd   int
	// refs counts twice who uses fd, and is odd until the connection is closed. At 0 fd
	// is given back.
	refs atomic.Int64

	// step and ended are those of Start, slow how many long steps there were in a row.
	// They belong to whose turn it is to step. again, which belongs to the loop, says that
	// the next one is to come also if nothing arrives.
	step  Step
	ended func(why error)
	slow  int
	again bool

	mu      sync.Mutex
	stepper stepper
	// writer, unless nil, is closed when who waits to write is to go on; listening is what
	// the system has been told to wait for.
	writer    chan struct{}
	listening uint32
}

func newConn(l *Loop, fd int) *Conn {
	c := &Conn{loop: l, fd: fd}
	c.refs.Store(1)
	return c
}

// acquire keeps fd from being given back until release.
func (c *Conn) acquire() error {
	for {
		n := c.refs.Load()
		if n&1 == 0 {
			return net.ErrClosed
		}
		if c.refs.CompareAndSwap(n, n+2) {
			return nil
		}
	}
}

func (c *Conn) release() {
	if c.refs.Add(-2) == 0 {
		_ = syscall.Close(c.fd)
	}
}

func (c *Conn) isClosed() bool { return c.refs.Load()&1 == 0 }

// Close closes the connection: the peer is told at once, the descriptor is given back
// when nobody uses it any more. What Start began ends with net.ErrClosed, and so does who
// waits to write.
func (c *Conn) Close() error {
	for {
		n := c.refs.Load()
		if n&1 == 0 {
			return net.ErrClosed
		}
		if c.refs.CompareAndSwap(n, n+1) { // closed, and used until release
			break
		}
	}
	defer c.release()
	_ = syscall.Shutdown(c.fd, syscall.SHUT_RDWR)
	c.mu.Lock()
	c.callWriter()
	c.mu.Unlock()
	c.loop.close(c)
	return nil
}

// callWriter has who waits to write go on. The lock is held.
func (c *Conn) callWriter() {
	if c.writer != nil {
		close(c.writer)
		c.writer = nil
	}
}

// Start has step called whenever something has arrived, until it returns an error or
// panics, or until Close. Then ended is called, in a goroutine of its own, with that error,
// a *PanicError or net.ErrClosed. If Start itself returns an error, neither is called.
func (c *Conn) Start(step Step, ended func(why error)) error {
	if err := c.acquire(); err != nil { // until leave
		return err
	}
	c.step, c.ended = step, ended
	if err := c.pass(looped); err != nil {
		c.release()
		return err
	}
	return nil
}

// pass passes the turn on. If that fails, it stays as it was.
func (c *Conn) pass(to stepper) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed() { // of which the loop may have heard when this was none of its business
		return net.ErrClosed
	}
	before := c.stepper
	c.stepper = to
	err := c.listen()
	if err != nil {
		c.stepper = before
	} else if to == running {
		c.loop.aside.Go(c.stepAside)
	}
	return err
}

// leave is the end, for this reason. It is called by whose turn it is to step.
func (c *Conn) leave(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stepper = nobody
	_ = c.listen()
	c.loop.aside.Go(func() { c.ended(why) })
	c.release()
}

// letGo is what the loop does after Close. While it is not its turn, who steps finds out.
func (c *Conn) letGo() {
	c.mu.Lock()
	mine := c.stepper == looped || c.stepper == away
	c.mu.Unlock()
	if mine {
		c.leave(net.ErrClosed)
	}
}

// listen tells the system what is waited for. The lock is held.
func (c *Conn) listen() error {
	now := uint32(0)
	if c.writer != nil {
		now |= forRoom
	}
	if c.stepper == looped || c.stepper == away {
		now |= forInput
	}
	if now == c.listening {
		return nil
	}
	err := c.loop.listen(c, c.listening, now)
	if err == nil || now == 0 {
		c.listening = now
	}
	return err
}

// happened takes note of events, and reports whether the loop is to step.
func (c *Conn) happened(events uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if events&(forRoom|forTheEnd) != 0 {
		c.callWriter()
	}
	comes := events&(forInput|forTheEnd) != 0 && !c.isClosed()
	if comes && c.stepper == away {
		c.stepper = running
		c.loop.aside.Go(c.stepAside)
	}
	_ = c.listen()
	return comes && c.stepper == looped && !c.again
}

// mayStep reports whether it is the loop's turn.
func (c *Conn) mayStep() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stepper == looped && !c.isClosed()
}

// turn steps in the loop, and returns when it was done, as began is when that began.
func (c *Conn) turn(began time.Time) (done time.Time) {
	next, err := c.try()
	done = time.Now()
	if done.Sub(began) < long {
		c.slow = 0
	} else {
		c.slow++
	}
	switch {
	case err != nil:
	case c.slow >= often || next == Aside:
		err = c.pass(running)
	case next == Again:
		c.again = true
	}
	if err != nil {
		c.leave(err)
	}
	return done
}

// stepAside steps until nothing is left to do, and then has the loop step again, if the
// steps have become short.
func (c *Conn) stepAside() {
	for {
		if c.loop.isOver() {
			_ = c.Close() // the loop does not know who steps aside
		}
		if c.isClosed() {
			c.leave(net.ErrClosed)
			return
		}
		began := time.Now()
		next, err := c.try()
		if time.Since(began) < long {
			c.slow = max(c.slow-1, 0)
		} else {
			c.slow = min(c.slow+1, often)
		}
		if err == nil && next != Wait {
			// On one processor others would not run before this goroutine has used up
			// its time.
			runtime.Gosched()
			continue
		}
		if err == nil {
			to := looped
			if c.slow > 0 {
				to = away
			}
			if err = c.pass(to); err == net.ErrClosed {
				_ = c.Close() // the loop may be over
			}
		}
		if err != nil {
			c.leave(err)
		}
		return
	}
}

// try steps, and survives it.
func (c *Conn) try() (next Next, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return c.step(uintptr(c.fd))
}

// Write writes all of b, and waits as long as that takes.
func (c *Conn) Write(b []byte) (n int, err error) {
	wait := raw{c}.Write(func(fd uintptr) bool {
		for n < len(b) {
			var wrote int
			switch wrote, err = syscall.Write(int(fd), b[n:]); err {
			case nil:
				n += wrote
			case syscall.EINTR:
			case syscall.EAGAIN:
				return false
			default:
				err = os.NewSyscallError("write", err)
				return true
			}
		}
		err = nil
		return true
	})
	if wait != nil {
		err = wait
	}
	return n, err
}

// waitForRoom waits until the system may take something to write.
func (c *Conn) waitForRoom() error {
	c.mu.Lock()
	if c.isClosed() {
		c.mu.Unlock()
		return net.ErrClosed
	}
	room := make(chan struct{})
	c.writer = room
	err := c.listen()
	if err != nil {
		c.writer = nil
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	<-room
	if c.isClosed() {
		c.mu.Lock()
		defer c.mu.Unlock()
		_ = c.listen()
		return net.ErrClosed
	}
	return nil
}
