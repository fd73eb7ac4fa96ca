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

// Hangups takes SIGHUP for a program to which it says two things: that its file is to
// be loaded again, as daemons have it, and that its terminal was closed.
type Hangups struct {
	// C receives each SIGHUP; never one if whoever started the program said that it is
	// nothing to it.
	C chan os.Signal
	// attended says that the program was started in a terminal.
	attended bool
}

// NewHangups has SIGHUP end the program no more, whatever was asked for before.
func NewHangups() *Hangups {
	h := &Hangups{C: make(chan os.Signal, 1), attended: hasTerminal()}
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Ignore(syscall.SIGHUP) // takes it from whoever had it, so that there is no moment in which it kills
		signal.Notify(h.C, syscall.SIGHUP)
	}
	return h
}

// Abandoned reports whether the terminal in which the program was started has been
// closed. It is before anybody is told of that by SIGHUP.
func (h *Hangups) Abandoned() bool { return h.attended && !hasTerminal() }

// hasTerminal reports whether the program has a controlling terminal (termios(3)).
func hasTerminal() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	_ = tty.Close()
	return true
}
