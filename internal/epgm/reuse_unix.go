//go:build unix

package epgm

import (
	"errors"
	"syscall"
)

// reuse lets a publisher have a port that subscribers on this computer have, too.
func reuse(_, _ string, c syscall.RawConn) error {
	var setErr error
	err := c.Control(func(fd uintptr) {
		setErr = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
	return errors.Join(err, setErr)
}
