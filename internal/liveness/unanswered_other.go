//go:build !linux

package liveness

// Unanswered would ask the kernel how it stands with a connection; here it is left to
// TCP's own patience.
func Unanswered(any) bool { return false }
