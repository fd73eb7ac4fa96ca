//go:build !race

// Bubble Tea (v1.3.10) does not wait for its read loop when a program panics, and closes
// the reader that the loop is about to ask for its descriptor: a race of its own, which the
// detector sees now and then. The process is about to end then, and nothing comes of it.

package mirror

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/plan"
	"homebus/internal/mirror/tty/ptytest"
)

// brokenLink panics when something is published, which the picture does.
type brokenLink struct{ link.Link }

func (brokenLink) Publish(message.Message) error { panic("the link is broken") }

// A fault of the mirror's own must not leave a terminal in which nobody can type.
func TestAPanicLeavesTheTerminalAsItWas(t *testing.T) {
	side, terminal := ptytest.Open(t, 80, 24)
	before, err := term.GetState(int(terminal.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	out := newPaper()
	var reading errgroup.Group
	reading.Go(func() error {
		_, err := io.Copy(out, side)
		return err
	})
	ended := make(chan error, 1)
	go func() {
		ended <- Run(t.Context(), Config{
			Plan: plan.Of(loadFlat(t)), Link: brokenLink{link.NewBus().Link(clientName)}, In: terminal, Out: terminal,
		})
	}()
	out.await(t.Context(), t, "BATHROOM", "help")
	if _, err := io.WriteString(side, "2a\r"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, tea.ErrProgramPanic) {
			t.Errorf("Run ended with %v, want a panic", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the mirror goes on")
	}
	if after, err := term.GetState(int(terminal.Fd())); err != nil || *after != *before {
		t.Errorf("the terminal is not as it was: %v (%v)", after, err)
	}
	terminal.Close()
	_ = reading.Wait() // ends with EIO, once nobody has the terminal open
	modes := regexp.MustCompile(`\x1b\[\?(1049|25|2004|1000|1002|1003|1006)[hl]`).FindAllString(out.String(), -1)
	slices.Reverse(modes)
	seen := make(map[string]bool)
	for _, m := range modes { // the last of each counts
		mode, end := m[:len(m)-1], m[len(m)-1]
		if cursor := mode == "\x1b[?25"; !seen[mode] && (end == 'h') != cursor {
			t.Errorf("%q is the last that is said of this mode", m)
		}
		seen[mode] = true
	}
	if !seen["\x1b[?1049"] {
		t.Error("nothing was drawn on a screen of its own")
	}
}
