package tty

import (
	"fmt"
	"os"
	"syscall"
)

// packets returns the two ends of a pipe that keeps what was written at once
// together (pipe(2), O_DIRECT): a reader never gets half of a piece with the end of
// another. Bubble Tea reads 256 bytes at a time, and takes what is cut there for
// keys; a few turns of the wheel are more than that.
func packets() (r, w *os.File, err error) {
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK|syscall.O_DIRECT); err != nil {
		return nil, nil, fmt.Errorf("pipe: %w", err)
	}
	return os.NewFile(uintptr(ends[0]), "keys"), os.NewFile(uintptr(ends[1]), "keys"), nil
}
