package socket_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"homebus/internal/socket"
	"homebus/internal/zmtp/zmtptest"
)

// atOnce is how many tests run at a time: what those do most that are parallel is wait.
const atOnce = "8"

// TestMain fails if a goroutine of this package is left when all tests are done.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", atOnce) // -parallel says otherwise
	code := m.Run()
	deadline := time.After(zmtptest.Patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		left := running()
		if left == "" {
			break
		}
		select {
		case <-tick.C:
			continue
		case <-deadline:
			fmt.Fprintln(os.Stderr, "goroutines are left running:\n"+left)
			os.Exit(1)
		}
	}
	os.Exit(code)
}

// running returns the stacks of the goroutines that run code of this package.
func running() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var left []string
	for i, stack := range strings.Split(string(stacks), "\n\n") {
		if i > 0 && (strings.Contains(stack, "homebus/internal/socket.") || strings.Contains(stack, "homebus/internal/socket/gate.")) {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}

// quiet is a Config that logs nothing and is quick to come back.
func quiet() socket.Config {
	return socket.Config{
		Log:          slog.New(slog.DiscardHandler),
		ReconnectMin: 5 * time.Millisecond, ReconnectMax: 50 * time.Millisecond,
	}
}

// soon is a context that ends with the patience of a test.
func soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), zmtptest.Patience)
	t.Cleanup(cancel)
	return ctx
}

// ended is a context with which a call is a try.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

type endpoints interface {
	Bind(string) (string, error)
	Connect(string) error
	Close(context.Context) error
	Stats() socket.Stats
}

// closing closes the socket with the test, and drops what waits in it.
func closing[S endpoints](t testing.TB, s S) S {
	t.Cleanup(func() { _ = s.Close(ended()) })
	return s
}

// bind binds to a port of the kernel's choice.
func bind(t testing.TB, s endpoints) string {
	t.Helper()
	where, err := s.Bind("tcp://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return where
}

func connect(t testing.TB, s endpoints, where ...string) {
	t.Helper()
	for _, e := range where {
		if err := s.Connect(e); err != nil {
			t.Fatal(err)
		}
	}
}

// awaitPeers waits until s has so many peers.
func awaitPeers(t testing.TB, s endpoints, n int) {
	t.Helper()
	zmtptest.Eventually(t, fmt.Sprintf("%d peers", n), func() bool { return s.Stats().Peers == n })
}

type sender interface {
	Send(context.Context, [][]byte) error
}

type receiver interface {
	Recv(context.Context) ([][]byte, error)
}

func send(t testing.TB, s sender, frames ...string) {
	t.Helper()
	if err := s.Send(soon(t), message(frames...)); err != nil {
		t.Fatal(err)
	}
}

func message(frames ...string) [][]byte {
	m := make([][]byte, len(frames))
	for i, f := range frames {
		m[i] = []byte(f)
	}
	return m
}

// receive returns the next message, its frames joined with "|".
func receive(t testing.TB, s receiver) string {
	t.Helper()
	m, err := s.Recv(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	return text(m)
}

func text(m [][]byte) string {
	frames := make([]string, len(m))
	for i, f := range m {
		frames[i] = string(f)
	}
	return strings.Join(frames, "|")
}

func want(t testing.TB, s receiver, messages ...string) {
	t.Helper()
	for i, want := range messages {
		if got := receive(t, s); got != want {
			t.Fatalf("message %d: got %.100q, want %.100q", i, got, want)
		}
	}
}
