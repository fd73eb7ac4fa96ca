package processtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Patience is how long anything may take that has no promise of its own, on a machine that
// has much else to do.
const Patience = 15 * time.Second

// Process is a program that runs. Its methods may be called concurrently; those that fail
// the test, by the test's goroutine only.
type Process struct {
	// Cmd is how it was started. Its ProcessState is there once Ended is closed.
	Cmd *exec.Cmd
	// Name is what messages call it.
	Name string

	t     testing.TB
	ended chan struct{}
	output
}

// Start starts a program. What it prints is kept, but for a Cmd that has a Stdout: then
// whoever reads there hands it to Write. The test's end kills the process, and a data race
// that its race detector has found fails the test.
func Start(t testing.TB, cmd *exec.Cmd) *Process {
	t.Helper()
	name := strings.Join(append([]string{filepath.Base(cmd.Path)}, cmd.Args[1:]...), " ")
	p := &Process{Cmd: cmd, Name: name, t: t, ended: make(chan struct{}), output: output{more: make(chan struct{})}}
	keeps := cmd.Stdout == nil
	if keeps {
		cmd.Stdout, cmd.Stderr = p, p
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // the tests look at ProcessState
	}()
	t.Cleanup(func() {
		p.Kill()
		if strings.Contains(p.Text(), "WARNING: DATA RACE") {
			t.Errorf("%s: a data race", p.Name)
		}
		if keeps && t.Failed() {
			t.Logf("%s said:\n%s", name, p.Text())
		}
	})
	return p
}

// Ended is closed when the process has ended, and all that it printed was heard.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Runs reports whether the process has not ended yet.
func (p *Process) Runs() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// Signal sends a signal to a process that has not ended.
func (p *Process) Signal(s os.Signal) {
	p.t.Helper()
	if err := p.Cmd.Process.Signal(s); err != nil {
		p.t.Fatalf("%s: %v: %v", p.Name, s, err)
	}
}

// Kill ends the process as a power cut does, and waits for those that it has started and
// that print to the same place.
func (p *Process) Kill() {
	p.t.Helper()
	_ = p.Cmd.Process.Kill() // it may have ended
	if !p.endsWithin(Patience) {
		p.t.Errorf("%s was killed, and somebody still prints for it %v later", p.Name, Patience)
	}
}

// Quit ends a Go program that has not ended when it should, and has it print its goroutines.
func (p *Process) Quit() {
	p.t.Helper()
	_ = p.Cmd.Process.Signal(syscall.SIGQUIT) // it may have ended just now
	if !p.endsWithin(Patience) {
		p.t.Errorf("%s does not even quit", p.Name)
	}
}

// Wait waits until the process has ended.
func (p *Process) Wait() {
	p.t.Helper()
	if !p.endsWithin(Patience) {
		p.t.Fatalf("%s has not ended in %v", p.Name, Patience)
	}
}

// Exits waits until the process has ended, and fails the test unless its exit code is that.
func (p *Process) Exits(code int) {
	p.t.Helper()
	p.Wait()
	if got := p.Cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("%s: exit code %d, want %d", p.Name, got, code)
	}
}

func (p *Process) endsWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.ended:
		return true
	case <-timer.C:
		return false
	}
}

// Await is Says for what comes within Patience. It fails the test if that does not.
func (p *Process) Await(pattern string) []string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), Patience)
	defer cancel()
	found := p.Says(ctx, pattern)
	if found == nil {
		p.t.Fatalf("%s has not said %q within %v", p.Name, pattern, Patience)
	}
	return found
}
