package endtoend

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// The buttons of a mouse as terminals report them (XTerm Control Sequences, "Mouse
// Tracking").
const (
	leftButton = 0
	wheelDown  = 65
)

// mouse does with the mouse what a terminal reports in SGR's form, at a cell counted
// from 1.
func (term *terminal) mouse(button, x, y int) {
	term.t.Helper()
	args := []string{"send-keys", "-H"}
	for _, end := range []string{"M", "m"} {
		for _, c := range []byte(fmt.Sprintf("\x1b[<%d;%d;%d%s", button, x, y, end)) {
			args = append(args, fmt.Sprintf("%02x", c))
		}
		if button >= 64 {
			break // a wheel is not released
		}
	}
	term.tmux(args...)
}

// at returns the cell in which a text begins, counted from 1, the first time that it is
// there below a line that says under; (0, 0) if it is not.
func (term *terminal) at(under, text string) (x, y int) {
	term.t.Helper()
	below := false
	for i, line := range strings.Split(term.screen(), "\n") {
		if before, _, found := strings.Cut(line, text); found && below {
			return ansi.StringWidth(before) + 1, i + 1
		}
		below = below || strings.Contains(line, under)
	}
	term.t.Errorf("there is no %q under %q:\n%s", text, under, term.screen())
	return 0, 0
}

func TestTheMouseInARealTerminal(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	term.line(filepath.Join(programs, "mirror") + " --demo")
	term.await(`BATHROOM`, `switch +off`, `toaster +idle`, `light +off`)
	if flags := strings.TrimSpace(term.tmux("display-message", "-p", "#{mouse_any_flag} #{mouse_sgr_flag}")); flags != "1 1" {
		t.Errorf("mouse, and in SGR's form: %q, want 1 1", flags)
	}

	// A click selects, another one does what is natural.
	x, y := term.at("KITCHEN", "○ light")
	term.mouse(leftButton, x, y)
	term.await(`▌ ○ light +off`, `enter toggle`)
	term.mouse(leftButton, x, y)
	term.await(`▌ ● light +on`)

	// What the last line offers can be clicked on.
	x, y = term.at("BATHROOM", "actions")
	term.mouse(leftButton, x, y)
	term.await(`ACTIONS  kitchen/light`)
	term.keys("Escape")
	term.await(`BATHROOM`)

	// The wheel goes down where it is.
	x, y = term.at("SCENES", "Coffee failed")
	term.mouse(wheelDown, x, y)
	term.await(`▌ · Coffee failed`)

	// Beside the picture, and where nothing is, nothing happens.
	for _, cell := range [][2]int{{1, 1}, {80, 24}, {200, 200}, {40, 6}} {
		term.mouse(leftButton, cell[0], cell[1])
	}
	term.keys("q")
	term.isClean()
	if flags := strings.TrimSpace(term.tmux("display-message", "-p", "#{mouse_any_flag} #{mouse_sgr_flag}")); flags != "0 0" {
		t.Errorf("afterwards: mouse, and in SGR's form: %q, want 0 0", flags)
	}
}
