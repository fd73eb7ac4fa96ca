//go:build !linux

package proxy

import "syscall"

// canSeeDrain says that the system does not tell how a TCP connection drains.
const canSeeDrain = false

func look(syscall.RawConn) (outgoing, bool) { return outgoing{}, false }
