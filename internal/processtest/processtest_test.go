package processtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// witness is a test of which is seen what becomes of it.
type witness struct {
	testing.TB
	errors, logs []string
	cleanups     []func()
}

func (w *witness) Errorf(format string, args ...any) {
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}

func (w *witness) Logf(format string, args ...any) {
	w.logs = append(w.logs, fmt.Sprintf(format, args...))
}

func (w *witness) Failed() bool      { return len(w.errors) > 0 }
func (w *witness) Cleanup(do func()) { w.cleanups = append(w.cleanups, do) }

func (w *witness) end() {
	for _, do := range slices.Backward(w.cleanups) {
		do()
	}
}

func shell(script string) *exec.Cmd { return exec.Command("/bin/sh", "-c", script) }

func TestWhatAProcessPrintsAndHowItEnds(t *testing.T) {
	cmd := shell("echo one; echo two >&2; read line; echo got $line; exit 3")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := Start(t, cmd)
	if found := p.Await(`^t(w)o(x)?$`); !slices.Equal(found, []string{"two", "w", ""}) {
		t.Errorf("found %q", found)
	}
	if !p.Runs() {
		t.Error("it has ended without its line")
	}
	if _, err := io.WriteString(stdin, "this\n"); err != nil {
		t.Fatal(err)
	}
	p.Exits(3)
	if p.Runs() || p.Text() != "one\ntwo\ngot this\n" {
		t.Errorf("it runs: %v; it said %q", p.Runs(), p.Text())
	}
}

func TestSaysLooksOnWhereItFound(t *testing.T) {
	o := output{more: make(chan struct{})}
	over, end := context.WithCancel(t.Context())
	end()
	says := func(pattern string, want bool) {
		t.Helper()
		if got := o.Says(over, pattern) != nil; got != want {
			t.Errorf("%q is said: %v, want %v, in %q", pattern, got, want, o.Text())
		}
	}
	write := func(text string) {
		more := o.Next()
		if _, err := o.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		<-more
	}
	says("one", false)
	write("one\ntw")
	says("^one$", true)
	says("^one$", false)
	says("^two$", false)
	write("o\nthree\n")
	says("^two$", true)
	o.Forget()
	says("three", false)
	o.Rewind()
	says("one", true)
	says("three", true)
}

func TestWhatFailsATest(t *testing.T) {
	for _, tt := range []struct {
		script, errors, logs string
		check                func(*Process)
	}{
		{script: "echo fine", check: func(p *Process) { p.Exits(0) }},
		{script: "echo no; exit 3", check: func(p *Process) { p.Exits(0) },
			errors: "sh -c echo no; exit 3: exit code 3, want 0", logs: "sh -c echo no; exit 3 said:\nno\n"},
		{script: "echo WARNING: DATA RACE", check: (*Process).Wait,
			errors: "sh -c echo WARNING: DATA RACE: a data race", logs: "sh -c echo WARNING: DATA RACE said:\nWARNING: DATA RACE\n"},
	} {
		w := &witness{TB: t}
		p := Start(w, shell(tt.script))
		tt.check(p)
		w.end()
		if errors, logs := strings.Join(w.errors, "\n"), strings.Join(w.logs, "\n"); errors != tt.errors || logs != tt.logs {
			t.Errorf("%s: errors %q, want %q; logs %q, want %q", tt.script, errors, tt.errors, logs, tt.logs)
		}
	}
}

func TestTheEndOfATestKillsItsProcess(t *testing.T) {
	w, cmd := &witness{TB: t}, exec.Command("cat")
	if _, err := cmd.StdinPipe(); err != nil { // it waits for what never comes
		t.Fatal(err)
	}
	p := Start(w, cmd)
	w.end()
	if status := p.Cmd.ProcessState.Sys().(syscall.WaitStatus); p.Runs() || !status.Signaled() || status.Signal() != syscall.SIGKILL || w.Failed() {
		t.Errorf("it runs: %v; %v; %q", p.Runs(), p.Cmd.ProcessState, w.errors)
	}
}

func TestNobodyListensAtEndpoints(t *testing.T) {
	all := Endpoints(t, 3)
	for _, at := range all {
		at = strings.TrimPrefix(at, "tcp://")
		l, err := net.Listen("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // so that two that are the same fail
		if held, err := net.ListenPacket("udp", at); err == nil {
			_ = held.Close()
			t.Errorf("%s may be given to another test", at)
		}
	}
	if len(all) != 3 {
		t.Errorf("%q are not three", all)
	}
}

func TestMainRemovesTheFolder(t *testing.T) {
	used := ""
	code := Main(func(folder string) (int, error) {
		used = folder
		return 5, os.WriteFile(filepath.Join(folder, "program"), nil, 0o600)
	})
	if _, err := os.Stat(used); code != 5 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("exit code %d; the folder: %v", code, err)
	}
}

func TestWhatCannotBeBuilt(t *testing.T) {
	source := filepath.Join(t.TempDir(), "wrong.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() { wrong() }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Build(t.TempDir(), source); err == nil || !strings.Contains(err.Error(), "undefined: wrong") {
		t.Errorf("error %v", err)
	}
}
