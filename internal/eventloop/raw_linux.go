package eventloop

import (
	"errors"
	"os"
	"syscall"
)

// SyscallConn returns the connection as the system has it. What arrives is for the steps: Read
// fails with errors.ErrUnsupported.
func (c *Conn) SyscallConn() (syscall.RawConn, error) { return raw{c}, nil }

// Read fails with errors.ErrUnsupported, for the same reason.
func (c *Conn) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

// SetLinger is that of net.TCPConn: with 0, what has not been sent when the connection is
// closed is dropped.
func (c *Conn) SetLinger(sec int) error {
	linger := syscall.Linger{Linger: int32(sec)}
	if sec >= 0 {
		linger.Onoff = 1
	}
	err := c.acquire()
	if err == nil {
		defer c.release()
		err = os.NewSyscallError("setsockopt", syscall.SetsockoptLinger(c.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &linger))
	}
	return err
}

type raw struct{ c *Conn }

func (r raw) Control(f func(fd uintptr)) error {
	if err := r.c.acquire(); err != nil {
		return err
	}
	defer r.c.release()
	f(uintptr(r.c.fd))
	return nil
}

func (r raw) Read(func(fd uintptr) (done bool)) error { return errors.ErrUnsupported }

// Write calls f until it reports that it is done, when the system may take more.
func (r raw) Write(f func(fd uintptr) (done bool)) error {
	if err := r.c.acquire(); err != nil {
		return err
	}
	defer r.c.release()
	for !f(uintptr(r.c.fd)) {
		if err := r.c.waitForRoom(); err != nil {
			return err
		}
	}
	return nil
}
