package mirror

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// In a window of another size each line is erased before it is drawn, for a while.
func TestLinesAreErasedInANewWindow(t *testing.T) {
	s := newStory(t, 80, 24).open()
	var m tea.Model = app{screen: s.screen, cfg: &Config{}}
	erased := func() int { return strings.Count(m.View(), ansi.EraseLineRight) }
	if n := erased(); n != 0 {
		t.Errorf("%d lines are erased before there is a window", n)
	}
	m, _ = m.Update(tea.WindowSizeMsg{Width: 72, Height: 18})
	s.screen.at.Wall = m.(app).resized
	for line := range strings.SplitSeq(m.View(), "\n") {
		if !strings.HasPrefix(line, ansi.EraseLineRight) || ansi.StringWidth(line) != 72 {
			t.Errorf("the line %q of a new window", line)
		}
	}
	if n := erased(); n != 18 {
		t.Errorf("%d lines are erased, want 18", n)
	}
	s.screen.at.Wall = s.screen.at.Wall.Add(eraseFor)
	if n := erased(); n != 0 {
		t.Errorf("%d lines are erased a while later", n)
	}
}
