package eventloop

import (
	"errors"
	"fmt"
	"net"
	"os"
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
	nobody  stepper = iota // Serve has not begun, or is over
	looped                 // the loop, when something arrives
	away                   // the goroutine in Serve, when something arrives
	running                // that goroutine, now
)

// Conn is a connection of a loop. Its methods may be called from any goroutine, but one
// at a time may wait in Write or in the Write of its RawConn, and Serve is called once.
type Conn struct {
	loop *Loop
	fd   int
	// refs counts twice who uses fd, and is odd until the connection is closed. At 0 fd
	// is given back.
	refs   atomic.Int64
	closed chan struct{}
	// writable has a token when who waits to write may go on.
	writable chan struct{}

	// step is that of Serve, slow how many long steps there were in a row. They belong to
	// whose turn it is to step. again, which belongs to the loop, says that the next one
	// is to come also if nothing arrives.
	step  Step
	slow  int
	again bool
	// call has a token when the goroutine in Serve is to step; it is closed at the end,
	// for which err and panicked are the reason.
	call     chan struct{}
	err      error
	panicked any

	mu      sync.Mutex
	stepper stepper
	// writing says that somebody waits to write, listening what the system has been told
	// to wait for.
	writing   bool
	listening uint32
}

func newConn(l *Loop, fd int) *Conn {
	c := &Conn{loop: l, fd: fd, closed: make(chan struct{}), writable: make(chan struct{}, 1), call: make(chan struct{}, 1)}
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
// when nobody uses it any more. Who serves it or waits to write goes on with
// net.ErrClosed.
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
	close(c.closed)
	c.loop.close(c)
	return nil
}

// Serve has step called whenever something has arrived, until it returns an error or
// panics, or until Close. That error, or net.ErrClosed, is returned, and a panic goes on.
func (c *Conn) Serve(step Step) error {
	if err := c.acquire(); err != nil { // until leave
		return err
	}
	c.step = step
	if err := c.pass(looped); err != nil {
		c.leave(err)
	}
	for range c.call {
		if err := c.stepHere(); err != nil {
			c.leave(err)
		}
	}
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err
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
		c.call <- struct{}{}
	}
	return err
}

// leave ends Serve for this reason. It is called by whose turn it is to step.
func (c *Conn) leave(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stepper, c.err = nobody, why
	_ = c.listen()
	close(c.call)
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
	if c.writing {
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
	if c.writing && events&(forRoom|forTheEnd) != 0 {
		c.writing = false
		c.writable <- struct{}{}
	}
	comes := events&(forInput|forTheEnd) != 0 && !c.isClosed()
	if comes && c.stepper == away {
		c.stepper = running
		c.call <- struct{}{}
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
	more, err := c.try()
	done = time.Now()
	if done.Sub(began) < long {
		c.slow = 0
	} else {
		c.slow++
	}
	switch {
	case err != nil:
	case c.slow >= often:
		err = c.pass(running)
	case more:
		c.again = true
	}
	if err != nil {
		c.leave(err)
	}
	return done
}

// stepHere steps until nothing is left to do, or the steps have become short.
func (c *Conn) stepHere() error {
	for {
		if c.isClosed() {
			return net.ErrClosed
		}
		began := time.Now()
		more, err := c.try()
		if err != nil {
			return err
		}
		if time.Since(began) >= long {
			c.slow = often
		} else {
			c.slow--
		}
		switch {
		case more:
		case c.slow > 0:
			return c.pass(away)
		default:
			c.slow = 0
			return c.pass(looped)
		}
	}
}

// errPanicked is why a step has no result.
var errPanicked = errors.New("a step panicked")

// try steps, and survives it.
func (c *Conn) try() (more bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			c.panicked, err = fmt.Sprintf("%v\n%s", p, debug.Stack()), errPanicked
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
	c.writing = true
	err := c.listen()
	c.mu.Unlock()
	if err == nil {
		select {
		case <-c.writable:
			return nil
		case <-c.closed:
			err = net.ErrClosed
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing = false
	_ = c.listen()
	select {
	case <-c.writable:
	default:
	}
	return err
}
