package scene

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"homebus/internal/scene/tomltree"
)

// loadSoon is LoadFile, with the second in which it must answer; three for a machine
// that is busy.
func loadSoon(t *testing.T, path string) error {
	t.Helper()
	begin := time.Now()
	_, err := LoadFile(path)
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("%q took %s", path, took)
	}
	return err
}

// Whatever a path leads to, the answer is one line that can be shown.
func TestLoadFileOfStrangePaths(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Symlink("loop-2", in("loop-1")))
	must(os.Symlink("loop-1", in("loop-2")))
	must(os.Symlink(in("nowhere"), in("dangling")))
	must(os.Symlink("/dev/zero", in("zero")))
	must(os.Symlink(dir, in("folder")))
	must(os.WriteFile(in("\x1b[2Jclear\n"), []byte("a"), 0o600))
	must(os.WriteFile(in("plain"), nil, 0o600))
	must(syscall.Mkfifo(in("pipe"), 0o600))
	must(os.Symlink("pipe", in("to-pipe")))
	for _, c := range []struct{ path, want string }{
		{"", "no such file"},
		{in("loop-1"), "too many levels of symbolic links"},
		{in("dangling"), "no such file"},
		{in("zero"), "want a file, not a device"},
		{in("folder"), "want a file, not a directory"},
		{in("to-pipe"), "want a file, not a pipe"},
		{in("plain/scenes.toml"), "not a directory"},
		{in("\x1b[2Jclear\n"), "�[2Jclear�:1:1: expected = after the key"},
		{in("\x1b[2Jgone\n"), "�[2Jgone�: no such file"},
		{in("a\x00b"), "a�b: invalid argument"},
		{in(strings.Repeat("x", 300)), "file name too long"},
	} {
		err := loadSoon(t, c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
			t.Errorf("%q: got %v, want %s", c.path, err, c.want)
		}
	}
	if err := loadSoon(t, in("gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}

func TestLoadFileWithoutLeave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scenes.toml")
	if err := os.WriteFile(path, nil, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(path); err == nil {
		f.Close()
		t.Skip("who may do anything may read it")
	}
	if err := loadSoon(t, path); !errors.Is(err, fs.ErrPermission) || !strings.HasPrefix(err.Error(), "open "+path) {
		t.Error(err)
	}
}

// The kernel's files say that they are regular and have no size; some have no end.
func TestLoadFileOfTheKernel(t *testing.T) {
	for _, path := range []string{"/proc/self/maps", "/proc/self/mem", "/proc/self/pagemap", "/proc/self/environ", "/proc/self/cmdline"} {
		if _, err := os.Stat(path); err != nil {
			t.Skip("there is no ", path)
		}
		if err := loadSoon(t, path); err == nil || strings.ContainsAny(err.Error(), "\n\x1b\x00") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A file that grows while it is read is read up to the bound.
func TestLoadFileThatGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scenes.toml")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	done := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		line := []byte(strings.Repeat("# growing\n", 1000))
		for written := 0; written < 8*tomltree.MaxSize; written += len(line) {
			select {
			case <-done:
				return
			default:
			}
			if _, err := f.Write(line); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 5 {
		if err := loadSoon(t, path); err != nil && !strings.Contains(err.Error(), "the most that are read") {
			t.Error(err)
		}
	}
	close(done)
	writer.Wait()
}

// A path that is a pipe every other moment never holds up who loads it: also not when
// it becomes one between the look at it and the opening.
func TestLoadFileThatBecomesAPipe(t *testing.T) {
	dir := t.TempDir()
	path, file, pipe := filepath.Join(dir, "scenes.toml"), filepath.Join(dir, "file"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(file, []byte("schema = 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var swapper sync.WaitGroup
	swapper.Go(func() {
		next := filepath.Join(dir, "next")
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			if err := errors.Join(os.Link([]string{file, pipe}[i%2], next), os.Rename(next, path)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 2000 {
		err := loadSoon(t, path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !strings.Contains(err.Error(), "not a pipe") {
			t.Error(err)
		}
	}
	close(done)
	swapper.Wait()
}
