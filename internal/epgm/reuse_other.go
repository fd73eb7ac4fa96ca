//go:build !unix

package epgm

import "syscall"

// reuse does nothing here: a publisher has its port to itself.
func reuse(_, _ string, _ syscall.RawConn) error { return nil }
