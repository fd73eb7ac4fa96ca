package endtoend

import (
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"homebus/internal/processtest"
	"homebus/internal/web/page/browsertest"
)

const (
	// patience is how long anything may take that has no promise of its own.
	patience = processtest.Patience
	// promptly is how fast a program ends when it is asked to.
	promptly = time.Second
	// comeback is how fast the picture is there again.
	comeback = 2 * time.Second
	// frozen is how fast a frozen hub is found out.
	frozen = 4 * time.Second
)

// programs is the folder of the built programs, scenes the house that they run.
var programs, scenes string

func TestMain(m *testing.M) {
	os.Exit(processtest.Main(func(folder string) (int, error) { return build(m, folder) }))
}

// atOnce is how many tests run at a time: what they do most is wait.
const atOnce = "10"

// build builds the programs and runs the tests.
func build(m *testing.M, folder string) (int, error) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return 0, err
	}
	if err := processtest.Build(folder, "../../cmd/...", "../../examples/files"); err != nil {
		return 0, err
	}
	programs, scenes = folder, filepath.Join(root, "scenes.toml")
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	return browsertest.Main(m.Run), nil
}

// place is where a hub is, or will be.
type place struct{ frontend, backend string }

// newPlace returns a place at which nobody listens yet.
func newPlace(t testing.TB) place {
	t.Helper()
	endpoints := processtest.Endpoints(t, 2)
	return place{endpoints[0], endpoints[1]}
}

// process is a program that runs.
type process struct {
	*processtest.Process
	t  testing.TB
	at place
	// waited is how long it has waited for a processor; see delay.
	waited time.Duration
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
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "HOMEBUS_FRONTEND="+at.frontend, "HOMEBUS_BACKEND="+at.backend)
	return at.moveIn(t, processtest.Start(t, cmd))
}

// run runs a program to its end and returns what it printed and its exit code.
func (at place) run(t *testing.T, program string, args ...string) (string, int) {
	t.Helper()
	p := at.start(t, program, args...)
	p.Wait()
	return p.Text(), p.Cmd.ProcessState.ExitCode()
}

// endsPromptly sends the signal and fails unless the process ends in time with
// the exit code.
func (p *process) endsPromptly(s os.Signal, code int) {
	p.t.Helper()
	p.Signal(s)
	if !p.within(promptly, p.endsBefore) {
		p.t.Errorf("%s still runs %v after %v", p.Name, promptly, s)
		p.Quit()
		return
	}
	p.Exits(code)
}

// endsBefore reports whether the process has ended before ctx has.
func (p *process) endsBefore(ctx context.Context) bool {
	select {
	case <-p.Ended():
		return true
	case <-ctx.Done():
		return false
	}
}

// awaitWithin is Await for what is promised within d; see within.
func (p *process) awaitWithin(d time.Duration, pattern string) {
	p.t.Helper()
	if !p.within(d, func(ctx context.Context) bool { return p.Says(ctx, pattern) != nil }) {
		p.t.Fatalf("%s has not said %q within %v", p.Name, pattern, d)
	}
}

// count returns how many matches of the pattern have been written.
func (p *process) count(pattern string) int {
	return len(regexp.MustCompile(pattern).FindAllString(p.Text(), -1))
}
