//go:build !linux

package proxy

import "syscall"

// canSeeDrain says that the system does not tell how a TCP connection drains.
const canSeeDrain = false

func look(syscall.RawConn) (outgoing, bool) { return outgoing{}, false }

// hungUp would report whether a TCP connection is over; here a read must tell.
func hungUp(syscall.RawConn) bool { return false }
