//go:build linux

package netnstest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// Within runs do in the namespace of that name; sockets that it opens stay there. do must
// not leave its goroutine, which is not the test's. An error of do, or of the way there,
// fails the test.
func Within[T any](t testing.TB, namespace string, do func() (T, error)) T {
	t.Helper()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with this goroutine
		f, err := os.Open(filepath.Join("/run/netns", namespace))
		if err != nil {
			done <- result{err: err}
			return
		}
		defer f.Close()
		if err := unix.Setns(int(f.Fd()), unix.CLONE_NEWNET); err != nil {
			done <- result{err: err}
			return
		}
		value, err := do()
		done <- result{value, err}
	}()
	r := <-done
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r.value
}
