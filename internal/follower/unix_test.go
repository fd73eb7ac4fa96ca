//go:build unix

package follower

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestAFIFOIsNotWaitedFor has one come to a path between a look and the reading.
func TestAFIFOIsNotWaitedFor(t *testing.T) {
	s := newStage(t, "*.log")
	s.add("a.log", "one\n")
	s.search(true)
	g, _ := lookAt(s.path("a.log"))
	s.must(os.Remove(s.path("a.log")))
	s.must(syscall.Mkfifo(s.path("a.log"), 0o666))
	s.says() // does not block, as the next line would not
	if data, err := g.read(0, 10); err == nil {
		t.Errorf("%q of a FIFO", data)
	}
}

// TestWhatMayNotBeReadIsSaid once, and followed when it may be.
func TestWhatMayNotBeReadIsSaid(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	s := newStage(t, "**/*.log")
	var log bytes.Buffer
	s.files.log = slog.New(slog.NewTextHandler(&log, nil))
	s.p.log = s.files.log
	s.add("a.log", "one\n")
	s.add("x/b.log", "one\n")
	s.must(os.Chmod(s.path("a.log"), 0))
	s.must(os.Chmod(s.path("x"), 0))
	defer func() { s.must(os.Chmod(s.path("x"), 0o777)) }()
	for range 3 {
		s.search(true)
		s.says()
	}
	if n := strings.Count(log.String(), "permission denied"); n != 2 {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
	s.must(os.Chmod(s.path("a.log"), 0o666))
	s.says("a.log one\n")
}
