package endtoend

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// terminal is a real one: a pane of a tmux server of the test's own.
type terminal struct {
	t      *testing.T
	socket string
	config string
}

// newTerminal opens a terminal with a shell in it, which the test's end closes.
func newTerminal(t *testing.T, width, height int) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		lacks(t, "tmux", err)
	}
	dir := t.TempDir()
	term := &terminal{t: t, socket: filepath.Join(dir, "tmux"), config: filepath.Join(dir, "config")}
	if err := os.WriteFile(term.config, []byte("set -g status off\nset -g default-terminal screen-256color\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	term.tmux("new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "-c", filepath.Dir(scenes), "env PS1='ready> ' ENV= sh")
	t.Cleanup(func() { term.tmux("kill-server") })
	term.await(`^ready>`)
	return term
}

// plainEnvironment is that of this process without what tells programs which colours to
// use and which terminal they are in: a CI machine has its own ideas of both.
func plainEnvironment() []string {
	const speaks = `^(CI|NO_COLOR|CLICOLOR|CLICOLOR_FORCE|COLORFGBG|COLORTERM|TERM_PROGRAM|TMUX|WT_SESSION|GOOGLE_CLOUD_SHELL)=`
	return slices.DeleteFunc(os.Environ(), regexp.MustCompile(speaks).MatchString)
}

func (term *terminal) tmux(args ...string) string {
	term.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", term.socket, "-f", term.config}, args...)...)
	cmd.Env = append(plainEnvironment(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %q: %v: %s", args, err, out)
	}
	return string(out)
}

// keys presses keys, by tmux's names.
func (term *terminal) keys(names ...string) {
	term.t.Helper()
	term.tmux(append([]string{"send-keys"}, names...)...)
}

// line types a line.
func (term *terminal) line(text string) {
	term.t.Helper()
	term.tmux("send-keys", "-l", text)
	term.keys("Enter")
}

// screen is what is to be seen.
func (term *terminal) screen() string {
	term.t.Helper()
	return term.tmux("capture-pane", "-p")
}

// await waits until the patterns are all to be seen together, each in a line.
func (term *terminal) await(patterns ...string) {
	term.t.Helper()
	ctx, cancel := context.WithTimeout(term.t.Context(), patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		screen := term.screen()
		missing := ""
		for _, p := range patterns {
			if !regexp.MustCompile("(?m)" + p).MatchString(screen) {
				missing = p
			}
		}
		if missing == "" {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			term.t.Fatalf("%q is not to be seen:\n%s", missing, screen)
		}
	}
}

func TestTheMirrorInARealTerminal(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	term.line(filepath.Join(programs, "mirror") + " --demo --speed 5")
	term.await(`BATHROOM`, `switch +off`, `toaster +idle`, `coffee +idle`)
	if alternate := strings.TrimSpace(term.tmux("display-message", "-p", "#{alternate_on}")); alternate != "1" {
		t.Errorf("the mirror does not draw on a screen of its own: alternate_on is %q", alternate)
	}

	// The bathroom switch is found by its name and pressed.
	term.keys("/")
	term.await(`enter keep +esc clear`)
	term.tmux("send-keys", "-l", "bathroom/switch")
	term.await(`/bathroom/switch▏`, `▌.*switch`)
	term.keys("Enter")
	term.await(`enter press`)
	term.keys("Enter")
	term.await(`switch +on`)
	term.keys("Escape")
	term.await(`switch +on`, `light +on`, `toaster +toasting`, `coffee +heating`, `Toast in \d`)

	// The picture follows the window, down to the smallest and up again.
	for _, size := range [][2]string{{"40", "12"}, {"120", "40"}} {
		term.tmux("resize-window", "-x", size[0], "-y", size[1])
		term.await(`Toast in \d`, `[Tt]oaster +toasting`)
		for _, line := range strings.Split(term.screen(), "\n") {
			if strings.Count(line, "Toast in") > 1 {
				t.Errorf("torn at %s x %s: %q", size[0], size[1], line)
			}
		}
	}

	// Leaving gives the terminal back as it was.
	term.keys("q")
	term.isClean()
}

// isClean waits for the shell and fails unless the terminal is as it was before
// the mirror.
func (term *terminal) isClean() {
	term.t.Helper()
	term.await(`^ready> *$`)
	if modes := strings.TrimSpace(term.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}")); modes != "0 1 0" {
		term.t.Errorf("alternate screen, cursor, mouse: %q, want 0 1 0", modes)
	}
	term.line("echo still $((40+2)) here")
	term.await(`^still 42 here`)
	if screen := term.screen(); strings.Contains(screen, "BATHROOM") {
		term.t.Errorf("the picture is still there:\n%s", screen)
	}
}

// TestATerminatedMirrorLeavesTheTerminalClean: nobody is at the hub's place, and
// the signal comes from elsewhere.
func TestATerminatedMirrorLeavesTheTerminalClean(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	pidFile := filepath.Join(t.TempDir(), "pid")
	at := newPlace(t)
	term.line(fmt.Sprintf("sh -c 'echo $$ > %s; exec %s --frontend %s --backend %s'",
		pidFile, filepath.Join(programs, "mirror"), at.frontend, at.backend))
	term.await(`Demo flat`, `BATHROOM`)
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	term.isClean()
}

func TestADumbTerminalGetsLines(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 80, 24)
	term.line("TERM=dumb " + filepath.Join(programs, "mirror") + " --demo --speed 20")
	term.await(`^bathroom/switch  press`, `^kitchen/toaster  toasting`)
	if modes := strings.TrimSpace(term.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}")); modes != "0 1" {
		t.Errorf("alternate screen, cursor: %q, want 0 1", modes)
	}
	term.keys("C-c")
	term.await(`ready> *$`)
}
