package examples

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// TestFilesByTheBook has a follower in Python print a file of another machine while that is rotated, and the hub
// and both nodes are killed: it knows no more than docs/files.md says. The second node is
// given half of the requests.
func TestFilesByTheBook(t *testing.T) {
	t.Parallel()
	frontend, backend := proxy(t, "queue")
	in, out := free(t), free(t)
	hub := func() *process { return start(t, "bus", "serve", "--scenes", "", "--frontend", in, "--backend", out) }
	node := func(name, pattern string) *process {
		p := start(t, "sim", "--tail", pattern, "--node", name, "--frontend", in, "--backend", out, "--queue", backend)
		p.Await("msg=following")
		return p
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "a.log")
	path := strings.TrimPrefix(log, "/")
	var want string
	add := func(text string) {
		t.Helper()
		file, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
		want += text
	}
	rotate := func(to string) {
		t.Helper()
		at := time.Now().Add(-time.Minute) // nobody writes to it any more
		if err := os.Rename(log, log+to); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(log+to, at, at); err != nil {
			t.Fatal(err)
		}
	}
	add("rotated before anybody came\n")
	rotate(".1")
	add(strings.Repeat("a line\n", 100_000) + "CRLF\r\n\xff\x00\nhal")
	h, n := hub(), node("n1", log)
	node("n2", filepath.Join(dir, "nothing"))
	zmtptest.NeedLibzmq(t)
	python := startCommand(t, exec.Command(zmtptest.Python, "-u", "files/testdata/follower.py", out, frontend, "n1", path))
	has := func(what string) {
		t.Helper()
		for deadline := time.After(patience); ; {
			more := python.Next()
			if python.Text() == want {
				return
			}
			select {
			case <-more:
			case <-deadline:
				t.Fatalf("%s: %d bytes; want %d", what, len(python.Text()), len(want))
			}
		}
	}
	has("the beginning")
	for i := range 100 {
		add(fmt.Sprintf("f, and line %d\nhal", i))
	}
	h.kill()
	n.kill()
	add("f\nwhile all were dead\n")
	rotate(".2")
	add("after a rotation\n")
	hub()
	node("n1", log)
	has("after kills and a rotation")
	add("and on\n")
	has("the end")
}
