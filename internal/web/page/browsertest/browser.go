// Package browsertest is a real browser for tests: Debian's Chromium, driven over its
// DevTools protocol. A Tab fails its test if anything is written to the console, if the
// Content-Security-Policy is broken, or if another host is asked for something.
package browsertest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// ErrMissing says that there is no browser on this machine.
var ErrMissing = errors.New("chromium is not installed (Debian: chromium)")

// shared is the browser that all tests of a program share; nil where there is none. It is
// started for the first test that needs it.
var (
	shared context.Context
	start  = sync.OnceValue(func() error { return chromedp.Do(shared) })
)

// Main runs the tests with a browser, if there is one, and ends it after them. It is for
// TestMain, and returns the exit code. Not for concurrent use.
func Main(run func() int) int {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return run()
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.Flag("headless", "new"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's cannot be had as root
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	defer end()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	shared = ctx
	return run()
}

// need returns the browser, or skips the test where there is none. In CI ($HOMEBUS_CI is
// 1) that is a failure.
func need(t testing.TB) context.Context {
	t.Helper()
	if shared == nil {
		if os.Getenv("HOMEBUS_CI") == "1" {
			t.Fatal(ErrMissing)
		}
		t.Skip(ErrMissing)
	}
	if err := start(); err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return shared
}
