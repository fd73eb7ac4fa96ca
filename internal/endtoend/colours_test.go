//go:build linux

package endtoend

import (
	"regexp"
	"strings"
	"testing"
)

// What the environment says of the terminal decides which colours it is told.
func TestColoursByTheEnvironment(t *testing.T) {
	t.Parallel()
	const sixteen, many, all = `\x1b\[(1;)?(3[0-7]|9[0-7])m`, `\x1b\[(1;)?38;5;\d+m`, `\x1b\[(1;)?38;2;\d+;\d+;\d+m`
	tests := []struct {
		env  string
		want string // "" for no style at all
	}{
		{"TERM=linux", sixteen},
		{"TERM=xterm", sixteen},
		{"TERM=xterm-256color", many},
		{"TERM=tmux-256color", many},
		{"TERM=xterm-256color COLORTERM=truecolor", all},
		{"TERM=xterm-kitty", all},
		{"TERM=xterm-256color COLORTERM=truecolor NO_COLOR=1", ""},
		{"TERM=vt100", ""},
	}
	for _, tt := range tests {
		s := sit(t, strings.Fields(tt.env), "--demo", "--scenes", scenes)
		s.Await("BATHROOM")
		s.Await("quit") // in the last line
		s.Kill()
		for _, style := range []string{sixteen, many, all} {
			if got := regexp.MustCompile(style).MatchString(s.Text()); got != (style == tt.want) {
				t.Errorf("%s: styles of the form %s: %t", tt.env, style, got)
			}
		}
	}
}
