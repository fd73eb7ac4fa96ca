package bench

import (
	"runtime"
	"syscall"
	"time"
)

// The requests of prctl(2) that read and set by how much, in nanoseconds, the system may
// prolong a thread's sleep to wake it together with others: 50,000 unless set.
const (
	prSetTimerSlack = 29
	prGetTimerSlack = 30
)

// punctual has the calling goroutine woken from sleep on time until the function returned
// is called: lateness of its own, some 50 µs, would count as latency of what is measured.
func punctual() (restore func()) {
	runtime.LockOSThread() // the system keeps that by thread
	before, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, prGetTimerSlack, 0, 0)
	if errno != 0 {
		return runtime.UnlockOSThread
	}
	syscall.RawSyscall(syscall.SYS_PRCTL, prSetTimerSlack, 1, 0)
	return func() {
		syscall.RawSyscall(syscall.SYS_PRCTL, prSetTimerSlack, before, 0)
		runtime.UnlockOSThread()
	}
}

// sleep waits about so long, in the kernel: Go's own timers are too coarse for messages
// that are due each 20 µs.
func sleep(d time.Duration) {
	pause := syscall.NsecToTimespec(d.Nanoseconds())
	_ = syscall.Nanosleep(&pause, nil) // a little early is no harm
}
