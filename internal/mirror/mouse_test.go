package mirror

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// at returns the cell at which a text begins in the picture; it has to be there.
func (s *story) at(text string) (x, y int) {
	s.t.Helper()
	for y, l := range strings.Split(s.text(), "\n") {
		if before, _, ok := strings.Cut(l, text); ok {
			return width(before), y
		}
	}
	s.t.Fatalf("the picture does not say %q:\n%s", text, s.text())
	return 0, 0
}

// click clicks on texts, one after another.
func (s *story) click(texts ...string) *story {
	s.t.Helper()
	for _, text := range texts {
		x, y := s.at(text)
		s.point(x, y, tea.MouseButtonLeft)
	}
	return s
}

func (s *story) wheel(text string, button tea.MouseButton, n int) *story {
	s.t.Helper()
	for range n {
		x, y := s.at(text)
		s.point(x, y, button)
	}
	return s
}

func (s *story) point(x, y int, button tea.MouseButton) {
	s.screen.at = s.moment()
	for _, action := range []tea.MouseAction{tea.MouseActionPress, tea.MouseActionMotion, tea.MouseActionRelease} {
		s.screen.mouse(tea.MouseMsg{X: x, Y: y, Button: button, Action: action})
	}
	s.collect()
	s.settle()
}

func TestClicks(t *testing.T) {
	tests := []struct {
		clicks []string
		says   string
	}{
		{[]string{"○ lamp"}, "▌ ○ lamp"},
		{[]string{"○ lamp", "○ lamp"}, "lamp toggle"}, // both in one place: a double click
		{[]string{"○ toaster"}, "enter start"},
		{[]string{"○ toaster", "idle", "w why"}, "toaster start, asked by mirror"},
		{[]string{"· Cinema"}, "▌ · Cinema"},
		{[]string{"· Cinema", "Cinema"}, "run Cinema"},
		{[]string{"· Cinema", "enter run"}, "run Cinema"},
		{[]string{"· Cinema", "BATHROOM"}, "enter press"}, // an empty place takes the focus
		{[]string{"POWER"}, "enter run"},
		{[]string{"? help"}, "KEYS"},
		{[]string{"? help", "esc back"}, "SCENES"},
		{[]string{"a actions"}, "ACTIONS  bathroom/switch"},
		{[]string{"a actions", "Demo flat"}, "SCENES"},
		{[]string{"a actions", "ACTIONS"}, "ACTIONS"},
		{[]string{"f faults", "deaf"}, "▌ deaf"},
		{[]string{"f faults", "deaf", "deaf"}, "switch fault: deaf"},
		{[]string{"f faults", "deaf", "›"}, "for ‹1s›"},
		{[]string{"f faults", "deaf", "›", "›", "‹"}, "for ‹1s›"},
		{[]string{"f faults", "deaf", "→ change", "→ change"}, "for ‹2s›"},
		{[]string{"f faults", "deaf", "→ change", "→ change", "← → change"}, "for ‹1s›"},
		{[]string{"a actions", "hold"}, "hold ‹"},
		{[]string{"s scenes", "Dusk", "enter do it"}, "run Dusk"},
		{[]string{"/ filter"}, "enter keep"},
		{[]string{"○ toaster", "/ filter", "esc clear"}, "enter start"},
		{[]string{"○ toaster", "toaster", "toaster start"}, "▌07:30:01"},
		{[]string{"○ toaster", "toaster", "toaster start", "07:30:01"}, "WHY  07:30:01"},
	}
	for _, tt := range tests {
		s := newStory(t, 100, 30).open().pass(time.Second).click(tt.clicks...)
		if !strings.Contains(s.text(), tt.says) {
			t.Errorf("after clicks on %q the picture does not say %q:\n%s", tt.clicks, tt.says, s.text())
		}
	}
	if s := newStory(t, 100, 30).open().click("q quit"); !s.screen.quit {
		t.Error("a click on q does not quit")
	}
}

// A hint is one thing to click on: its key, its word, and the blank between them.
func TestHintsHaveNoHoles(t *testing.T) {
	for _, hint := range []string{"a actions", "s scenes", "? help"} {
		for i := range hint {
			s := newStory(t, 100, 30).open()
			x, y := s.at(hint)
			before := s.text()
			if s.point(x+i, y, tea.MouseButtonLeft); s.text() == before {
				t.Errorf("a click on cell %d of %q does nothing", i, hint)
			}
		}
	}
}

// A click outside ends what is typed, and goes where it was meant to go.
func TestClickWhileTyping(t *testing.T) {
	s := newStory(t, 100, 30).open().press("/", "l", "i", "g", "h").click("KITCHEN", "○ light")
	if s.screen.entry != nil || s.screen.filter != "ligh" {
		t.Errorf("filter %q, still typing: %t", s.screen.filter, s.screen.entry != nil)
	}
	s = newStory(t, 100, 30).open().press("2", "a", "9").click("unload")
	s.wants("browning is 9; want a whole number", "▌ start")
}

// The help page says what the mouse does.
func TestHelpTellsOfTheMouse(t *testing.T) {
	newStory(t, 80, 24).open().press("?").wants(" mouse       click selects, click again does it; wheel turns; shift-drag marks")
}

func TestWheel(t *testing.T) {
	s := newStory(t, 100, 30).open()
	s.wheel("KITCHEN", tea.MouseButtonWheelDown, 3)
	s.wants("▌ ○ coffee")
	s.wheel("KITCHEN", tea.MouseButtonWheelUp, 9)
	s.wants("▌ ○ switch")
	s.wheel("SCENES", tea.MouseButtonWheelDown, 2)
	s.wants("▌ · Toast is ready")
	s.press("?").wheel("KEYS", tea.MouseButtonWheelDown, 1).press("esc", "1", "f")
	s.wheel("FAULTS", tea.MouseButtonWheelDown, 4)
	s.wants("▌ offline")
	s.wheel("FAULTS", tea.MouseButtonWheelUp, 5)
	s.wants("▌ clear all")
	s.wheel("Demo flat", tea.MouseButtonWheelDown, 1)
}

// The wheel turns the stream, and what comes in does not turn it back.
func TestWheelTurnsTheStream(t *testing.T) {
	s := newStory(t, 80, 24).open()
	for i := range 12 {
		s.script("hall/door", map[string]any{"state": []string{"open", "closed"}[i%2]})
		s.settle()
		s.pass(10 * time.Second)
	}
	s.wants("07:31:50")
	s.wheel("07:31:50", tea.MouseButtonWheelUp, 1)
	s.wantsNot("07:31:50")
	s.wants("▌07:31:40", "07:31:30")
	s.script("hall/door", map[string]any{"state": "open"})
	s.settle()
	s.wants("▌07:31:40", "07:31:30")
	s.wantsNot("07:32:00")
	for range 5 {
		s.point(3, 20, tea.MouseButtonWheelDown)
	}
	s.wants("▌07:32:00")
}

// Whatever the size and whatever is open, what is under a cell is what is drawn
// there: the marks change nothing of the picture, and each row, scene, entry and item
// is found wherever its text is.
func TestWhatIsUnderACell(t *testing.T) {
	open := [][]string{nil, {"?"}, {"2", "a"}, {"2", "f"}, {"s"}, {"w"}, {"/", "k"}, {"tab"}, {"tab", "tab"}}
	marks := regexp.MustCompile("\x1b\\[[0-9]*z")
	for _, keys := range open {
		s := newStory(t, 80, 24).open().press("enter").pass(30 * time.Second).press(keys...)
		for _, size := range []struct{ w, h int }{{20, 5}, {40, 12}, {72, 18}, {80, 24}, {120, 40}, {200, 60}} {
			s.screen.resize(size.w, size.h)
			plain := s.screen.view()
			marked := s.screen.marked()
			if marks.ReplaceAllString(strings.Join(marked, "\n"), "") != plain {
				t.Fatalf("%v at %v: the marks change the picture", keys, size)
			}
			for y, line := range strings.Split(ansi.Strip(plain), "\n") {
				if cells := s.screen.zonesOf(marked[y]); len(cells) != size.w {
					t.Fatalf("%v at %v: line %d has %d cells", keys, size, y, len(cells))
				}
				for x, zones := range s.screen.zonesOf(marked[y]) {
					for _, z := range zones {
						s.checkZone(fmt.Sprintf("%v at %v, cell %d,%d", keys, size, x, y), z, line)
					}
				}
			}
		}
	}
	s := newStory(t, 80, 24).open()
	for _, cell := range [][2]int{{-1, 3}, {3, -1}, {80, 3}, {3, 24}, {1000, 1000}} {
		if zones := s.screen.under(cell[0], cell[1]); zones != nil {
			t.Errorf("under %v, outside the picture, is %v", cell, zones)
		}
	}
}

// checkZone fails unless a zone is one that its line is about.
func (s *story) checkZone(where string, z zone, line string) {
	s.t.Helper()
	want := ""
	switch z.kind {
	case zoneAppliance:
		_, want, _ = strings.Cut(z.id, "/")
	case zoneKey:
		want, _, _ = strings.Cut(s.screen.bindings()[z.n].hint, " ")
	case zoneItem:
		want = s.screen.menu.items[z.n].name
	}
	if !strings.Contains(line, want[:min(len(want), 8)]) {
		s.t.Fatalf("%s: it is of %+v, but the line is %q", where, z, line)
	}
}
