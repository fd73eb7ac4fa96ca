package examples

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestFiles: a file of a node, in ours and in libzmq's hands, is followed from before it is
// there, through kill -9 of the node, and by ours through rotation and a cut.
func TestFiles(t *testing.T) {
	t.Parallel()
	frontend, backend := proxy(t, "queue")
	in, out := free(t), free(t)
	start(t, "bus", "--scenes", "", "--frontend", in, "--backend", out).Await("msg=listening")
	dir := t.TempDir()
	path := filepath.Join(dir, "logs", "a.log")
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	node := func() *process {
		cmd := exec.Command(filepath.Join(programs, "sim"), "--tail", "logs/*.log", "--node", "n1",
			"--frontend", in, "--backend", out, "--queue", backend)
		cmd.Dir = dir
		return startCommand(t, cmd)
	}
	writes := func(how int, text string) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|how, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	n1, ours := node(), start(t, "files", frontend, "n1", "logs/a.log")
	ours.Await(`^files: node n1 follows no file "logs/a.log"$`)
	writes(os.O_APPEND, "one\nha")
	ours.Await(`^one$`)
	theirs := twin(t, "files", frontend, "n1", "logs/a.log")
	theirs.Await(`^one$`)

	n1.kill()
	writes(os.O_APPEND, "lf\n")
	node()
	for _, p := range []*process{ours, theirs} {
		p.Await(`^half$`)
	}
	theirs.kill()

	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	writes(os.O_APPEND, "rotated, and the next one is longer\n")
	ours.Await(`^half\nrotated, and the next one is longer$|^rotated, and the next one is longer$`)
	writes(os.O_TRUNC, "cut\n")
	ours.Await(`^cut$`)
	ours.interrupt()
	ours.mustSay(fmt.Sprintf("(?m)^%s\n%s\n%s\n%s\n", "one", "half", "rotated, and the next one is longer", "cut"))
}
