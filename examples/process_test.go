package examples

import (
	"errors"
	"flag"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"homebus/internal/processtest"
	"homebus/internal/web/page/browsertest"
	"homebus/internal/zmtp/zmtptest"
)

const (
	// patience is how long anything may take on a machine that has much else to do.
	patience = processtest.Patience
	// promptly is how soon an example ends that is asked to.
	promptly = 2 * time.Second
)

// programs is the folder of the built programs, building more flags of "go build".
var (
	programs string
	building []string
)

// atOnce is how many tests run at a time: what they do most is wait.
const atOnce = "4"

func TestMain(m *testing.M) {
	os.Exit(processtest.Main(func(folder string) (int, error) { return build(m, folder) }))
}

// build builds the examples and the programs that they need, and runs the tests.
func build(m *testing.M, folder string) (int, error) {
	overlay, err := elsewhere(folder)
	if err != nil {
		return 0, err
	}
	if err := processtest.Build(folder, append(building, "-overlay", overlay, "./...", "../cmd/...")...); err != nil {
		return 0, err
	}
	programs = folder
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	return browsertest.Main(m.Run), nil
}

// free returns an endpoint at which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	return processtest.Endpoints(t, 1)[0]
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
	*processtest.Process
	t      *testing.T
	stdin  io.Writer
	killed bool // by the test
}

// start starts an example, or "bus". The test's end kills it.
func start(t *testing.T, program string, args ...string) *process {
	t.Helper()
	return startCommand(t, exec.Command(filepath.Join(programs, program), args...))
}

// twin starts an example's twin in Python.
func twin(t *testing.T, example string, args ...string) *process {
	t.Helper()
	zmtptest.NeedLibzmq(t)
	script := filepath.Join(example, "testdata", "twin.py")
	return startCommand(t, exec.Command(zmtptest.Python, append([]string{"-u", script}, args...)...))
}

func startCommand(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	return &process{Process: processtest.Start(t, cmd), t: t, stdin: stdin}
}

// kill is Kill for a process of which nobody asks how it ended.
func (p *process) kill() {
	p.t.Helper()
	p.killed = true
	p.Kill()
}

// interrupt is Ctrl-C: an example ends by it, soon and without complaint.
func (p *process) interrupt() {
	p.t.Helper()
	p.controlC()
	p.Exits(0)
}

// controlC is interrupt for a program that may have hardly begun, or be about to end: then
// the signal itself ends it.
func (p *process) controlC() {
	p.t.Helper()
	if err := p.Cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatalf("%s: %v", p.Name, err)
	}
	select {
	case <-p.Ended():
	case <-time.After(promptly):
		p.Quit() // shows its goroutines
		p.t.Errorf("%s still ran %v after Ctrl-C", p.Name, promptly)
	}
}

// types types a line.
func (p *process) types(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.t.Fatalf("%s: %v", p.Name, err)
	}
}

// eventually waits until a condition holds on what two processes have printed.
func eventually(t *testing.T, what string, holds func() bool, one, two *process) {
	t.Helper()
	for deadline := time.After(patience); ; {
		first, second := one.Next(), two.Next()
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

// mustSay fails the test unless the process has printed what matches the pattern.
func (p *process) mustSay(pattern string) {
	p.t.Helper()
	if !regexp.MustCompile(pattern).MatchString(p.Text()) {
		p.t.Errorf("%s has not said %q", p.Name, pattern)
	}
}

// saysNot fails the test if the process has printed what matches the pattern.
func (p *process) saysNot(pattern string) {
	p.t.Helper()
	if found := regexp.MustCompile("(?m)" + pattern).FindString(p.Text()); found != "" {
		p.t.Errorf("%s says %q", p.Name, found)
	}
}
