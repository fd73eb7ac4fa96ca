//go:build !linux

package tty

import "os"

// packets returns the two ends of a pipe. Here it keeps nothing together: a wheel
// that is turned faster than the mirror reads may be taken for keys.
func packets() (r, w *os.File, err error) { return os.Pipe() }
