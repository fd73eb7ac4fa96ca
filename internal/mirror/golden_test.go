package mirror

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with testdata/name; -update writes it instead.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; go test -run %s -update rewrites it\n--- got\n%s\n--- want\n%s", path, t.Name(), got, want)
	}
}

// readable makes a frame fit for a file: the picture without its colours, and
// then the same with each change of the style in braces.
func readable(frame string) string {
	var b strings.Builder
	for _, l := range strings.Split(ansi.Strip(frame), "\n") {
		b.WriteString(strings.TrimRight(l, " ") + "\n")
	}
	b.WriteString("\n=== with its styles\n")
	for _, l := range strings.Split(frame, "\n") {
		l = strings.ReplaceAll(l, "\x1b[0m", "{}")
		for {
			before, rest, ok := strings.Cut(l, "\x1b[")
			if !ok {
				break
			}
			code, after, _ := strings.Cut(rest, "m")
			l = before + "{" + code + "}" + after
		}
		b.WriteString(strings.TrimRight(l, " ") + "\n")
	}
	return b.String()
}

var keyTypes = map[string]tea.KeyMsg{
	"up": {Type: tea.KeyUp}, "down": {Type: tea.KeyDown}, "left": {Type: tea.KeyLeft}, "right": {Type: tea.KeyRight},
	"enter": {Type: tea.KeyEnter}, "space": {Type: tea.KeySpace, Runes: []rune(" ")}, "tab": {Type: tea.KeyTab},
	"shift+tab": {Type: tea.KeyShiftTab}, "esc": {Type: tea.KeyEsc}, "ctrl+c": {Type: tea.KeyCtrlC},
	"backspace": {Type: tea.KeyBackspace},
}

func keyMsg(name string) tea.KeyMsg {
	if k, ok := keyTypes[name]; ok {
		return k
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

var sizes = []struct{ w, h int }{{40, 12}, {80, 24}, {120, 40}, {200, 60}}

func TestBreakfast(t *testing.T) {
	for _, size := range sizes {
		for _, dark := range []bool{true, false} {
			name := fmt.Sprintf("breakfast_%dx%d_%s.txt", size.w, size.h, map[bool]string{true: "dark", false: "light"}[dark])
			t.Run(name, func(t *testing.T) {
				s := newStory(t, size.w, size.h).open()
				s.screen.p = testPalette(dark, termenv.ANSI256)
				s.pass(5 * time.Second).press("enter").pass(2*time.Minute + 15*time.Second)
				golden(t, name, readable(s.screen.view()))
			})
		}
	}
}

// Without colour, as with NO_COLOR, nothing but text is written.
func TestWithoutColour(t *testing.T) {
	s := newStory(t, 80, 24).open()
	s.screen.p = testPalette(true, termenv.Ascii)
	s.press("enter").pass(10 * time.Second)
	if frame := s.screen.view(); strings.Contains(frame, "\x1b") {
		t.Errorf("escape sequences without colour: %q", frame)
	}
}
