package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// EndSignals returns the signals that ask a program for its end: Ctrl-C, SIGTERM, and
// that its terminal was closed (SIGHUP), unless whoever started it said that this is
// nothing to it, as nohup does.
func EndSignals() []os.Signal {
	end := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		end = append(end, syscall.SIGHUP)
	}
	return end
}
