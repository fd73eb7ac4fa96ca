//go:build unix

package proxy

import (
	"io"
	"os"
	"syscall"
)

// canTryRead says that a read that finds nothing says so at once.
const canTryRead = true

// tryRead reads what there is. It returns false if there is nothing: the caller
// waits and calls again, and the inbox holds no buffer meanwhile unless something
// is left in it.
func (in *inbox) tryRead(fd uintptr) bool {
	in.n, in.err = 0, nil
	for {
		n, err := syscall.Read(int(fd), in.room())
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			in.rest()
			return false
		case err != nil:
			in.err = os.NewSyscallError("read", err)
		case n == 0:
			in.err = io.EOF
		default:
			in.n = n
		}
		return true
	}
}

// writeSome writes as much as the system takes at once; 0 if that fails.
func writeSome(fd uintptr, b []byte) int {
	n, err := syscall.Write(int(fd), b)
	if err != nil {
		return 0
	}
	return n
}

// tryPush writes the parts until the system takes no more at once.
func (p *pushed) tryPush(fd uintptr) bool {
	p.n, p.err = 0, nil
	for parts := p.parts; len(parts) > 0; {
		n, tried, err := writeParts(int(fd), parts)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return true
		case err != nil:
			p.err = os.NewSyscallError("write", err)
			return true
		}
		if p.n += n; n < sizeOf(parts[:tried]) {
			return true
		}
		parts = parts[tried:]
	}
	return true
}

// tryAll writes the parts, and reports whether they are all written or that has failed: if
// not, the caller waits and calls again.
func (p *pushed) tryAll(fd uintptr) bool {
	p.err = nil
	for len(p.parts) > 0 {
		n, _, err := writeParts(int(fd), p.parts)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return false
		case err != nil:
			p.err = os.NewSyscallError("write", err)
			return true
		}
		p.parts = without(p.parts, n)
	}
	return true
}
