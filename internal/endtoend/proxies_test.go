package endtoend

import (
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// proxyPlace is where a proxy of docs/proxies.md is, all told.
type proxyPlace struct {
	place
	monitor, control string
}

func newProxyPlace(t *testing.T) proxyPlace {
	t.Helper()
	more := newPlace(t)
	return proxyPlace{newPlace(t), more.frontend, more.backend}
}

// here puts the proxy's own places into what was written for the usual ones.
func (at proxyPlace) here(text string) string {
	return strings.NewReplacer(
		"tcp://127.0.0.1:5559", at.frontend, "tcp://127.0.0.1:5560", at.backend,
		"tcp://127.0.0.1:5561", at.monitor, "tcp://127.0.0.1:5562", at.control,
	).Replace(text)
}

// shell runs a line of the page: "bus" and arguments.
func (at proxyPlace) shell(t *testing.T, line string) *process {
	t.Helper()
	line, _, _ = strings.Cut(at.here(line), "#")
	words := strings.Fields(line)
	if len(words) < 2 || words[0] != "bus" {
		t.Fatalf("docs/proxies.md: %q is no line of bus", line)
	}
	return at.start(t, words[0], words[1:]...)
}

func (at proxyPlace) python(t *testing.T, script string) *process {
	t.Helper()
	return at.startCommand(t, exec.Command(python(t), "-u", "-c", at.here(script)))
}

// TestProxiesPage runs what docs/proxies.md shows, word for word but for the places.
func TestProxiesPage(t *testing.T) {
	t.Parallel()
	shell, scripts := page(t, "docs/proxies.md", "sh"), page(t, "docs/proxies.md", "python")
	if len(shell) != 5 || len(scripts) != 8 {
		t.Fatalf("docs/proxies.md has %d pieces of shell and %d of Python; this test knows 5 and 8", len(shell), len(scripts))
	}
	for _, tt := range []struct {
		name          string
		shell         string
		waits, begins string // the scripts
		hears, says   string // what they print in the end
	}{
		{"forwarder", shell[0], scripts[0], scripts[1], `^\[b'weather/berlin', b'sunny'\]$`, ""},
		{"queue", shell[1], scripts[2], scripts[3], "", `^HELLO$`},
		{"streamer", shell[2], scripts[4], scripts[5], `^task 0\n(.*\n)*task 9$`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at := newProxyPlace(t)
			proxy := at.shell(t, tt.shell)
			proxy.Await("msg=listening")
			waits := at.python(t, tt.waits)
			for range 10 { // more than once if a publisher was there before its subscriber
				begins := at.python(t, tt.begins)
				begins.Await(tt.says)
				begins.Wait()
				if regexp.MustCompile("(?m)" + tt.hears).MatchString(waits.Text()) {
					break
				}
			}
			waits.Await(tt.hears)
			proxy.endsPromptly(syscall.SIGTERM, 0)
		})
	}
	t.Run("monitor", func(t *testing.T) {
		t.Parallel()
		at := newProxyPlace(t)
		at.shell(t, shell[3]).Await("msg=listening")
		at.python(t, scripts[2])
		listener := at.python(t, scripts[6])
		for !regexp.MustCompile(`\[b'in', .*, b'', b'hello'\]`).MatchString(listener.Text()) { // until it listens
			at.python(t, scripts[3]).Await(`^HELLO$`)
		}
		listener.Await(`^\[b'out', .*, b'', b'HELLO'\]$`)
	})
	t.Run("control", func(t *testing.T) {
		t.Parallel()
		at := newProxyPlace(t)
		lines := strings.Split(strings.TrimSpace(shell[4]), "\n")
		proxy := at.shell(t, lines[0])
		proxy.Await("control=")
		at.python(t, scripts[7]).Await(`^\(0, 0, 0, 0, 0, 0, 0, 0\)$`)
		for i, says := range []string{"^paused$", "^backend +0", "^resumed$", "^terminated$"} {
			at.shell(t, lines[1+i]).Await(says)
		}
		proxy.Exits(0)
	})
}
