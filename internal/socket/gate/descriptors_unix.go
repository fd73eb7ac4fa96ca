//go:build unix

package gate

import "syscall"

// Descriptors returns how many files the process may have open.
func Descriptors() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return defaultDescriptors
	}
	return int(min(uint64(limit.Cur), maxDescriptors))
}
