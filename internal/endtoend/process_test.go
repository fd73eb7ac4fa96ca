package endtoend

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"homebus/internal/web/page/browsertest"
)

const (
	// patience is how long anything may take that has no promise of its own.
	patience = 15 * time.Second
	// promptly is how fast a program ends when it is asked to.
	promptly = time.Second
	// comeback is how fast the picture is there again.
	comeback = 2 * time.Second
	// frozen is how fast a frozen hub is found out.
	frozen = 4 * time.Second
)

// programs is the folder of the built programs, scenes the house that they run.
var programs, scenes string

func TestMain(m *testing.M) { os.Exit(build(m)) }

// atOnce is how many tests run at a time: what they do most is wait.
const atOnce = "6"

// nothingToDebug leaves out what only a debugger reads, which costs the linker a third of
// its time. Stacks are printed as ever.
const nothingToDebug = "-ldflags=-w"

// build builds the programs and runs the tests.
func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "homebus")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cmd := exec.Command("go", "build", nothingToDebug, "-o", dir+string(filepath.Separator), "./cmd/...")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build ./cmd/...: %v\n%s", err, out)
		return 1
	}
	programs, scenes = dir, filepath.Join(root, "scenes.toml")
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	return browsertest.Main(m.Run)
}

// place is where a hub is, or will be.
type place struct{ frontend, backend string }

// newPlace returns a place at which nobody listens yet.
func newPlace(t testing.TB) place {
	t.Helper()
	var endpoints [2]string
	for i := range endpoints {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // only at the end, so that each gets a port of its own
		endpoints[i] = "tcp://" + l.Addr().String()
	}
	return place{endpoints[0], endpoints[1]}
}

// process is a program that runs.
type process struct {
	t  testing.TB
	at place
	// waited is how long it has waited for a processor; see delay.
	waited time.Duration
	name   string
	cmd    *exec.Cmd
	out    output
	ended  chan struct{} // closed when it has
}

// start starts a program in the house. The test's end kills it.
func (at place) start(t testing.TB, program string, args ...string) *process {
	t.Helper()
	return at.startWith(t, nil, program, args...)
}

// startWith is start with a standard input.
func (at place) startWith(t testing.TB, stdin io.Reader, program string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(filepath.Join(programs, program), args...)
	cmd.Stdin = stdin
	return at.startCommand(t, cmd)
}

// startCommand starts whatever it is in the house. The test's end kills it.
func (at place) startCommand(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	return at.startIn(t, filepath.Dir(scenes), cmd)
}

// startIn starts whatever it is in a folder, with the environment that it has or the test's.
// The test's end kills it.
func (at place) startIn(t testing.TB, dir string, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, name: filepath.Base(cmd.Path), cmd: cmd, ended: make(chan struct{})}
	p.cmd.Dir = dir
	p.cmd.Env = append(cmd.Environ(), "HOMEBUS_FRONTEND="+at.frontend, "HOMEBUS_BACKEND="+at.backend)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.moveIn(at)
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the tests look at ProcessState
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s %s said:\n%s", p.name, strings.Join(cmd.Args[1:], " "), p.out.text())
		}
	})
	return p
}

// run runs a program to its end and returns what it printed and its exit code.
func (at place) run(t *testing.T, program string, args ...string) (string, int) {
	t.Helper()
	p := at.start(t, program, args...)
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("%s %q has not ended in %v", program, args, patience)
	}
	return p.out.text(), p.cmd.ProcessState.ExitCode()
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatalf("%s: %v: %v", p.name, s, err)
	}
}

// kill ends the process as a power cut does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// endsPromptly sends the signal and fails unless the process ends in time with
// the exit code.
func (p *process) endsPromptly(s os.Signal, code int) {
	p.t.Helper()
	p.signal(s)
	if !p.within(promptly, p.endsBefore) {
		p.t.Errorf("%s still runs %v after %v", p.name, promptly, s)
		p.signal(syscall.SIGQUIT) // shows its goroutines
		<-p.ended
		return
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("%s: exit code %d after %v, want %d", p.name, got, s, code)
	}
}

// endsBefore reports whether the process has ended before ctx has.
func (p *process) endsBefore(ctx context.Context) bool {
	select {
	case <-p.ended:
		return true
	case <-ctx.Done():
		return false
	}
}

// await waits until the process says something that matches the pattern, from
// where the last await ended.
func (p *process) await(pattern string) {
	p.t.Helper()
	p.awaitWithin(patience, pattern)
}

// awaitWithin is await for what is promised within d; see within.
func (p *process) awaitWithin(d time.Duration, pattern string) {
	p.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	if !p.within(d, func(ctx context.Context) bool { return p.out.await(ctx, re) }) {
		p.t.Fatalf("%s has not said %q within %v", p.name, pattern, d)
	}
}

// output is what a process prints. Safe for concurrent use.
type output struct {
	mu      sync.Mutex
	written []byte
	read    int           // where await looks on
	more    chan struct{} // closed by the next write
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.written = append(o.written, b...)
	if o.more != nil {
		close(o.more)
		o.more = nil
	}
	return len(b), nil
}

func (o *output) text() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.written)
}

// await reports whether the pattern is written before ctx ends.
func (o *output) await(ctx context.Context, pattern *regexp.Regexp) bool {
	for {
		found, more := o.find(pattern)
		if found {
			return true
		}
		select {
		case <-more:
		case <-ctx.Done():
			return false
		}
	}
}

// find looks for the pattern, and returns what the next write closes if it is
// not there.
func (o *output) find(pattern *regexp.Regexp) (bool, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if at := pattern.FindIndex(o.written[o.read:]); at != nil {
		o.read += at[1]
		return true, nil
	}
	if o.more == nil {
		o.more = make(chan struct{})
	}
	return false, o.more
}

// count returns how many matches of the pattern have been written.
func (p *process) count(pattern string) int {
	return len(regexp.MustCompile(pattern).FindAllString(p.out.text(), -1))
}

// forget lets await look only at what is written from now on.
func (p *process) forget() {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	p.out.read = len(p.out.written)
}
