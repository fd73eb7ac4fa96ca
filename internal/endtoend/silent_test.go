//go:build linux

package endtoend

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"homebus/internal/mirror/tty/ptytest"
	"homebus/internal/processtest"
)

// firstPicture is how fast the whole picture is there on any terminal.
const firstPicture = time.Second

// sitting is a mirror at a terminal whose other side is the test's: it answers
// nothing by itself.
type sitting struct {
	*process
	side *os.File
}

// sit starts the mirror at a terminal of 80×24, in which all that is written is
// kept.
func sit(t *testing.T, env []string, args ...string) *sitting {
	t.Helper()
	return sitAt(t, 80, 24, env, args...)
}

// sitAt is sit at a terminal of another size.
func sitAt(t testing.TB, width, height uint16, env []string, args ...string) *sitting {
	t.Helper()
	side, terminal := ptytest.Open(t, width, height)
	cmd := exec.Command(filepath.Join(programs, "mirror"), args...)
	cmd.Dir = filepath.Dir(scenes)
	cmd.Env = append(append(plainEnvironment(), "TERM=xterm-256color"), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	p := newPlace(t).moveIn(t, processtest.Start(t, cmd)) // of its own
	terminal.Close()
	go func() { // ends with the last process at the terminal, or when the test closes its side
		buf := make([]byte, 4096)
		for n, err := side.Read(buf); err == nil; n, err = side.Read(buf) {
			_, _ = p.Write(buf[:n])
		}
	}()
	return &sitting{process: p, side: side}
}

func (s *sitting) types(text string) {
	s.t.Helper()
	if _, err := s.side.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// A terminal that answers no question is a serial console, a test, a recorder.
// The picture must not wait for it: Bubble Tea alone would wait 5 s.
func TestASilentTerminal(t *testing.T) {
	t.Parallel()
	s := sit(t, nil, "--demo", "--scenes", scenes)
	s.awaitWithin(firstPicture, "BATHROOM")
	s.awaitWithin(firstPicture, "not heard|off")
	s.types("?")
	s.Await("this page")
	s.types("\x1b") // a lone Esc, which an answer could begin with
	s.Await("BATHROOM")
	s.types("\x1b]11;rgb:ffff/ff")
	s.types("ff/ffff\x1b\\\x1b[?1;2c") // the answers come late: the colours are those for a light background now
	s.Await(`38;5;94m`)
	s.types("q")
	s.Exits(0)
	if strings.Contains(s.Text(), "nothing matches") || strings.Contains(s.Text(), "/ffff") {
		t.Error("an answer was taken for keys")
	}
}

func TestALightTerminal(t *testing.T) {
	t.Parallel()
	s := sit(t, nil, "--demo", "--scenes", scenes)
	s.Await(`\x1b\]11;\?`)
	s.types("\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?1;2c")
	s.Await("BATHROOM")
	if dark := regexp.MustCompile(`38;5;179m`); dark.MatchString(s.Text()) {
		t.Error("the colours are those for a dark background")
	}
}

func TestTheBackgroundFromTheEnvironment(t *testing.T) {
	t.Parallel()
	s := sit(t, []string{"COLORFGBG=0;15"}, "--demo", "--scenes", scenes)
	s.Await(`38;5;94m`)
}

// What draws no picture asks nothing.
func TestNothingIsAskedWithoutAPicture(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help"}, {"--version"}, {"--demo", "--plain", "--scenes", scenes}} {
		s := sit(t, nil, args...)
		s.awaitWithin(firstPicture, "(?i)mirror|bus")
		s.Kill()
		if strings.Contains(s.Text(), "\x1b") {
			t.Errorf("%q wrote control sequences: %q", args, s.Text())
		}
	}
	s := sit(t, []string{"NO_COLOR=1"}, "--demo", "--scenes", scenes)
	s.Await("BATHROOM")
	if strings.Contains(s.Text(), "\x1b]11") {
		t.Error("without colours there is no use for the background")
	}
}
