package bench

import (
	"syscall"
	"time"
)

// sleep waits about so long, in the kernel: Go's own timers are too coarse for messages
// that are due each 20 µs.
func sleep(d time.Duration) {
	pause := syscall.NsecToTimespec(d.Nanoseconds())
	_ = syscall.Nanosleep(&pause, nil) // a little early is no harm
}
