package examples

import (
	"errors"
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
	// patience is how long anything may take on a machine that has much else to do.
	patience = 15 * time.Second
	// promptly is how soon an example ends that is asked to.
	promptly = 2 * time.Second
)

// programs is the folder of the built programs, building how they are built: without what
// only a debugger reads, which is a third of the work.
var (
	programs string
	building = []string{"build", "-ldflags=-s -w"}
)

// atOnce is how many tests run at a time: what they do most is wait.
const atOnce = "4"

func TestMain(m *testing.M) { os.Exit(build(m)) }

// build builds the examples and the programs that they need, and runs the tests.
func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "examples")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	overlay, err := elsewhere(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	args := append(building, "-overlay", overlay, "-o", dir+string(filepath.Separator), "./...", "../cmd/...")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go %s: %v\n%s", strings.Join(args, " "), err, out)
		return 1
	}
	programs = dir
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	return browsertest.Main(m.Run)
}

// free returns an endpoint at which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	defer l.Close()
	return "tcp://" + l.Addr().String()
}

// listens waits until somebody listens at an endpoint.
func listens(t *testing.T, endpoint string) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for deadline := time.After(patience); ; {
		conn, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "tcp://"))
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("nobody listens at %s within %v: %v", endpoint, patience, err)
		}
	}
}

// process is a program that runs.
type process struct {
	t      *testing.T
	name   string
	cmd    *exec.Cmd
	stdin  io.Writer
	ended  chan struct{} // closed when it has
	killed bool          // by the test

	mu      sync.Mutex
	written string        // what it printed
	read    int           // where await looks on
	more    chan struct{} // closed by the next write
}

// start starts an example, or "bus". The test's end kills it.
func start(t *testing.T, program string, args ...string) *process {
	t.Helper()
	return startCommand(t, exec.Command(filepath.Join(programs, program), args...))
}

const interpreter = "/usr/bin/python3" // Debian's, which has python3-zmq

// peer returns what is wrong with the twins' libzmq; nil if nothing is.
var peer = sync.OnceValue(func() error { return exec.Command(interpreter, "-c", "import zmq").Run() })

// needTwin skips a test without Python's libzmq, and fails it in CI.
func needTwin(t *testing.T) {
	t.Helper()
	if err := peer(); err != nil {
		if os.Getenv("HOMEBUS_CI") != "" {
			t.Fatalf("python3-zmq is not installed: %v", err)
		}
		t.Skipf("python3-zmq is not installed: %v", err)
	}
}

// twin starts an example's twin in Python.
func twin(t *testing.T, example string, args ...string) *process {
	t.Helper()
	needTwin(t)
	script := filepath.Join(example, "testdata", "twin.py")
	return startCommand(t, exec.Command(interpreter, append([]string{"-u", script}, args...)...))
}

func startCommand(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, name: strings.Join(cmd.Args, " "), cmd: cmd, ended: make(chan struct{}), more: make(chan struct{})}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin, cmd.Stdout, cmd.Stderr = stdin, p, p
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // the tests look at ProcessState
	}()
	t.Cleanup(func() {
		p.kill()
		if strings.Contains(p.text(), "WARNING: DATA RACE") {
			t.Error("a data race")
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", p.name, p.text())
		}
	})
	return p
}

// kill ends the process as a power cut does, and waits for those that it has started.
func (p *process) kill() {
	p.t.Helper()
	p.killed = true
	_ = p.cmd.Process.Kill() // it may have ended
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Errorf("%s was killed, and somebody still prints for it %v later", p.name, patience)
	}
}

// interrupt is Ctrl-C: an example ends by it, soon and without complaint.
func (p *process) interrupt() {
	p.t.Helper()
	p.controlC()
	p.endedWell()
}

// controlC is interrupt for a program that may have hardly begun, or be about to end: then
// the signal itself ends it.
func (p *process) controlC() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatalf("%s: %v", p.name, err)
	}
	select {
	case <-p.ended:
	case <-time.After(promptly):
		_ = p.cmd.Process.Signal(syscall.SIGQUIT) // shows its goroutines
		<-p.ended
		p.t.Errorf("%s still ran %v after Ctrl-C", p.name, promptly)
	}
}

// ends waits for a program that ends by itself.
func (p *process) ends() {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("%s has not ended in %v", p.name, patience)
	}
	p.endedWell()
}

// runs reports whether the program has not ended yet.
func (p *process) runs() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

func (p *process) endedWell() {
	p.t.Helper()
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.t.Errorf("%s: exit code %d", p.name, code)
	}
}

// types types a line.
func (p *process) types(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// Write is where the process prints to.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.written += string(b)
	close(p.more)
	p.more = make(chan struct{})
	return len(b), nil
}

// text returns what the process has printed.
func (p *process) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written
}

// await waits until the process has printed what matches the pattern, after what the last
// await found, and returns the match and its groups.
func (p *process) await(pattern string) []string {
	p.t.Helper()
	re, deadline := regexp.MustCompile("(?m)"+pattern), time.After(patience)
	for {
		found, more := p.find(re)
		if found != nil {
			return found
		}
		select {
		case <-more:
		case <-deadline:
			p.t.Fatalf("%s has not said %q within %v", p.name, pattern, patience)
		}
	}
}

func (p *process) find(re *regexp.Regexp) ([]string, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	rest := p.written[p.read:]
	at := re.FindStringSubmatchIndex(rest)
	if at == nil {
		return nil, p.more
	}
	p.read += at[1]
	return re.FindStringSubmatch(rest), nil
}

// eventually waits until a condition holds on what two processes have printed.
func eventually(t *testing.T, what string, holds func() bool, one, two *process) {
	t.Helper()
	for deadline := time.After(patience); ; {
		first, second := one.next(), two.next()
		if holds() {
			return
		}
		select {
		case <-first:
		case <-second:
		case <-deadline:
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// next returns what the next write closes.
func (p *process) next() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.more
}

// forget lets await look only at what is printed from now on.
func (p *process) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read = len(p.written)
}

// mustSay fails the test unless the process has printed what matches the pattern.
func (p *process) mustSay(pattern string) {
	p.t.Helper()
	if !regexp.MustCompile(pattern).MatchString(p.text()) {
		p.t.Errorf("%s has not said %q", p.name, pattern)
	}
}

// saysNot fails the test if the process has printed what matches the pattern.
func (p *process) saysNot(pattern string) {
	p.t.Helper()
	if found := regexp.MustCompile("(?m)" + pattern).FindString(p.text()); found != "" {
		p.t.Errorf("%s says %q", p.name, found)
	}
}
