package eventloop

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// atOnce is how many events the system reports at a time.
const atOnce = 128

// Loop is one event loop. Run has one caller; the other methods may be called from any
// goroutine.
type Loop struct {
	// epoll is what the system waits with, bell an eventfd(2) that wakes Run.
	epoll, bell int
	rest        *rest

	mu sync.Mutex
	// conns are those that are listened for, by descriptor.
	conns map[int32]*Conn
	// closing are those that Run is to let go of.
	closing []*Conn
	ended   bool

	// aside are the goroutines of connections that step by themselves, or have ended.
	aside sync.WaitGroup

	// again are those whose next step is to come also if nothing arrives, spare is room
	// for as many. They belong to Run.
	again, spare []*Conn
}

// New returns a loop. Without Run, call Close.
func New() (*Loop, error) {
	epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	bell, _, errno := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		_ = syscall.Close(epoll)
		return nil, os.NewSyscallError("eventfd2", errno)
	}
	l := &Loop{epoll: epoll, bell: int(bell), conns: make(map[int32]*Conn)}
	if l.rest, err = newRest(epoll, l.aside.Go); err != nil {
		_ = syscall.Close(epoll)
		_ = syscall.Close(int(bell))
		return nil, err
	}
	if err := l.control(syscall.EPOLL_CTL_ADD, l.bell, syscall.EPOLLIN); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func (l *Loop) control(op, fd int, events uint32) error {
	event := syscall.EpollEvent{Events: events, Fd: int32(fd)}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(l.epoll, op, fd, &event))
}

// Close gives up what the loop holds. Run does so by itself.
func (l *Loop) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		l.ended = true
		l.rest.close()
		_ = syscall.Close(l.epoll)
		_ = syscall.Close(l.bell)
	}
}

// isOver reports whether the loop has ended.
func (l *Loop) isOver() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// ring wakes Run. The lock is held.
func (l *Loop) ring() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = syscall.Write(l.bell, one[:]) // if it is full, Run is about to wake anyway
}

// Run serves until ctx ends, and then returns nil: every connection of the loop is
// closed, what Start began has ended with net.ErrClosed, and no goroutine is left. Another
// error says that the system does not let it wait.
func (l *Loop) Run(ctx context.Context) error {
	defer l.aside.Wait()
	defer l.end()
	defer context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.ended {
			l.ring()
		}
	})()
	events := make([]syscall.EpollEvent, atOnce)
	for ctx.Err() == nil {
		n, err := 0, error(nil)
		if len(l.again) > 0 {
			n, err = syscall.EpollWait(l.epoll, events, 0)
		} else {
			n, err = l.rest.wait(events)
		}
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return os.NewSyscallError("epoll_wait", err)
		}
		l.round(events[:n])
	}
	return nil
}

// round lets each connection on which something has happened make a step.
func (l *Loop) round(events []syscall.EpollEvent) {
	again := l.again
	l.again = l.spare[:0]
	now := time.Now()
	for _, e := range events {
		if int(e.Fd) == l.bell {
			l.letGo()
			continue
		}
		if c := l.find(e.Fd); c != nil && c.happened(e.Events) {
			now = l.step(c, now)
		}
	}
	for _, c := range again {
		if c.again = false; c.mayStep() {
			now = l.step(c, now)
		}
	}
	clear(again)
	l.spare = again
}

// step lets c make a step, from now on. It returns when that is done.
func (l *Loop) step(c *Conn, now time.Time) time.Time {
	if now = c.turn(now); c.again {
		l.again = append(l.again, c)
	}
	return now
}

// find returns the connection with this descriptor, nil if there is none any more. It
// may be another than the event was for: then it finds that nothing has arrived.
func (l *Loop) find(fd int32) *Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conns[fd]
}

// letGo ends the connections that have been closed.
func (l *Loop) letGo() {
	var rung [8]byte
	_, _ = syscall.Read(l.bell, rung[:])
	l.mu.Lock()
	closing := l.closing
	l.closing = nil
	l.mu.Unlock()
	for _, c := range closing {
		c.letGo()
	}
}

// end closes every connection.
func (l *Loop) end() {
	l.Close()
	l.mu.Lock()
	all := append(slices.Collect(maps.Values(l.conns)), l.closing...)
	l.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
		c.letGo()
	}
}

// listen tells the system what is waited for on c, and was before; 0 is nothing. It fails
// if the loop has ended, but for nothing. The lock of c is held.
func (l *Loop) listen(c *Conn, before, now uint32) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.ended && now != 0:
		return net.ErrClosed
	case now == 0:
		delete(l.conns, int32(c.fd))
		if l.ended {
			return nil
		}
		return l.control(syscall.EPOLL_CTL_DEL, c.fd, 0)
	case before != 0:
		return l.control(syscall.EPOLL_CTL_MOD, c.fd, now)
	}
	if err := l.control(syscall.EPOLL_CTL_ADD, c.fd, now); err != nil {
		return err
	}
	l.conns[int32(c.fd)] = c
	return nil
}

// close has Run let go of c. What is listened for when the loop ends, end lets go of.
func (l *Loop) close(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		l.closing = append(l.closing, c)
		l.ring()
	}
}

// errNoSystem is why a connection cannot be adopted that is nothing of the system's.
var errNoSystem = errors.New("not a connection of the system's")

// Adopt makes the loop wait for what arrives on conn, which from then on is to be used as
// the Conn returned, and not otherwise. With an error, conn is as it was.
func (l *Loop) Adopt(conn net.Conn) (*Conn, error) {
	system, ok := conn.(syscall.Conn)
	if !ok {
		return nil, errNoSystem
	}
	raw, err := system.SyscallConn()
	if err != nil {
		return nil, err
	}
	fd := -1
	if err := raw.Control(func(of uintptr) { fd, err = duplicate(of) }); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	_ = conn.Close() // which takes it from Go's poller; the connection lives on in fd
	return newConn(l, fd), nil
}

func duplicate(fd uintptr) (int, error) {
	got, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, fd, syscall.F_DUPFD_CLOEXEC, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(got), nil
}
