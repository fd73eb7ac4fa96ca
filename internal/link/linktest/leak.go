package linktest

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Goroutines returns how many goroutines run code of the homebus packages whose
// path contains "part", the caller's own not counted.
func Goroutines(part string) int {
	count := 0
	for i, stack := range strings.Split(stacks(), "\n\n") {
		if i > 0 && strings.Contains(stack, "homebus/"+part) {
			count++
		}
	}
	return count
}

// stacks returns the stacks of all goroutines, the caller's first.
func stacks() string {
	for size := 1 << 20; ; size *= 2 {
		b := make([]byte, size)
		if n := runtime.Stack(b, true); n < size {
			return string(b[:n])
		}
	}
}

// AwaitGoroutines waits until at most n goroutines run in packages of "part",
// and fails with their stacks if that does not come.
func AwaitGoroutines(t *testing.T, part string, n int) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(patience); ; {
		if Goroutines(part) <= n {
			return
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("%d goroutines in %s, want %d:\n%.1000000s", Goroutines(part), part, n, stacks())
		}
	}
}

func checkNothingLeft(t *testing.T, bus Bus) {
	before := Goroutines("internal/link")
	for i := range 5 {
		c := startUp(t, bus, fmt.Sprint("c", i), event(""))
		c.publish(event("x"), "1")
		if i%2 == 0 {
			c.expect(event("x") + " 1")
		}
		c.stop() // with or without an unread event
		select {
		case <-c.done:
			c.done <- nil
		case <-time.After(patience):
			t.Fatal("Run has not returned")
		}
	}
	AwaitGoroutines(t, "internal/link", before)
}

// atOnce is how many parallel tests run at a time: what they do most is wait.
const atOnce = "6"

// Main runs the tests of a package and returns its exit code: 1 too if goroutines of
// homebus packages whose path contains one of the parts are left when all is done.
func Main(m *testing.M, parts ...string) (code int) {
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue { // -parallel says otherwise, and so may the caller
		_ = f.Value.Set(atOnce)
	}
	code = m.Run()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for _, part := range parts {
		for Goroutines(part) > 0 {
			select {
			case <-tick.C:
			case <-deadline:
				fmt.Fprintf(os.Stderr, "goroutines of %s are left running:\n%s\n", part, stacks())
				return 1
			}
		}
	}
	return code
}
