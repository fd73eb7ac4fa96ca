package examples

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestProcesses: all are processes, all answers come, and nobody is left (for as long as
// somebody holds its output, p has not ended).
func TestProcesses(t *testing.T) {
	t.Parallel()
	p := start(t, "processes", "2", "3")
	p.Exits(0)
	servers := different(t, p, `(?m)^server (\d+) is at ipc:`, 2)
	different(t, p, `(?m)^client (\d+): server \d+$`, 3)
	answers := regexp.MustCompile(`(?m)^client \d+: server (\d+)$`).FindAllStringSubmatch(p.Text(), -1)
	if len(answers) != 30 {
		t.Errorf("%d answers, want 30", len(answers))
	}
	for _, m := range answers { // by one of them alone, if clients are faster than the other
		if pid, err := strconv.Atoi(m[1]); err != nil || !servers[pid] {
			t.Errorf("%s, which was not started", m[0])
		}
	}
}

// TestProcessesEndWithTheirParent: by Ctrl-C, and by kill -9; until then strangers may ask.
func TestProcessesEndWithTheirParent(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*process){"Ctrl-C": (*process).interrupt, "kill -9": (*process).kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "processes", "2", "0")
			one, two := p.Await(`^server \d+ is at (ipc:\S+)$`)[1], p.Await(`^server \d+ is at (ipc:\S+)$`)[1]
			client := twin(t, "processes", "client", one, two)
			client.Exits(0)
			different(t, client, `(?m)^client \d+: server (\d+)$`, 2)
			end(p) // its servers hold its output: it has ended when they have
			dir := filepath.Dir(strings.TrimPrefix(one, "ipc://"))
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s is left: %v", dir, err)
			}
		})
	}
}

// TestProcessesClient: a client asks libzmq's servers as well.
func TestProcessesClient(t *testing.T) {
	t.Parallel()
	one, two := "ipc://"+filepath.Join(t.TempDir(), "one"), free(t)
	for _, where := range []string{one, two} {
		twin(t, "processes", "server", where).Await("^server .* is at")
	}
	answered := map[string]bool{}
	for range 50 { // one that is quick has all its answers from the first that is connected
		client := start(t, "processes", "client", one, two)
		client.Exits(0)
		for _, m := range regexp.MustCompile(`(?m)^client \d+: server (\d+)$`).FindAllStringSubmatch(client.Text(), -1) {
			answered[m[1]] = true
		}
		if len(answered) == 2 {
			return
		}
	}
	t.Errorf("only %v answered; want two", answered)
}

// different returns the processes that p names, and wants so many.
func different(t *testing.T, p *process, pattern string, want int) map[int]bool {
	t.Helper()
	pids := map[int]bool{}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(p.Text(), -1) {
		pid, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		pids[pid] = true
	}
	if len(pids) != want {
		t.Errorf("%q names %v, want %d", pattern, pids, want)
	}
	return pids
}
