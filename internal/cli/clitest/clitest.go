// Package clitest runs the stories of a program's command line: scripts of
// testscript, each in a folder of its own, with the program as a real process.
//
// Besides the commands of testscript the scripts have
//
//	exits CODE PROGRAM [ARGS...]
//
// which runs a program and fails unless it ends with the code, and
//
//	endpoints NAME...
//
// which sets variables to endpoints that nobody listens at: tcp://127.0.0.1:PORT, and that
// are given to nobody else until the script ends, and
//
//	waitfile FILE
//
// which waits until a program in the background has made a file or a socket, and
//
//	addresses NAME...
//
// which sets variables as endpoints does, to 127.0.0.1:PORT, the variable LOOPBACK6, which is
// [::1] where there is IPv6, and the program
//
//	exec httpget [-H 'NAME: VALUE'] [-X METHOD] [-until REGEXP] [-hold] URL
//
// which waits until somebody listens there, asks, again with -until until the answer
// matches, and prints status, headers and body of the answer. With -hold it then keeps its
// connection until the other side ends it.
package clitest

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"homebus/internal/processtest"
	"homebus/internal/zmtp/zmtptest"
)

// atOnce is how many scripts run at a time: what they do most is wait.
const atOnce = "6"

// Main is the body of a TestMain. It makes the program, by its main, one that the
// scripts can run.
func Main(m *testing.M, name string, main func()) {
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	testscript.Main(m, map[string]func(){name: main, "httpget": httpGet})
}

// Run runs the scripts testdata/*.txtar.
func Run(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=0") // or each program under the race detector sleeps 1 s at its end
			env.Setenv("LOOPBACK6", zmtptest.Loopback6())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"endpoints": endpoints,
			"addresses": addresses,
			"waitfile":  waitFile,
		},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d; stderr: %s", code, want, ts.ReadFile("stderr"))
	}
}

func endpoints(ts *testscript.TestScript, neg bool, args []string) { free(ts, neg, "tcp://", args) }
func addresses(ts *testscript.TestScript, neg bool, args []string) { free(ts, neg, "", args) }

// free sets variables to what stands before an address that nobody listens at, and that.
func free(ts *testscript.TestScript, neg bool, before string, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: endpoints NAME... or addresses NAME...")
	}
	for _, name := range args {
		address, held, err := processtest.Unused()
		ts.Check(err)
		ts.Defer(func() { _ = held.Close() })
		ts.Setenv(name, before+address)
	}
}

// patience is how long a script waits for anything.
const patience = 10 * time.Second

func waitFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfile FILE")
	}
	timeout := time.After(patience)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		select {
		case <-look.C:
		case <-timeout:
			ts.Fatalf("%s has not come in %v", args[0], patience)
		}
	}
}
