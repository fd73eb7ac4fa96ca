package collector

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"homebus/internal/collect"
	"homebus/internal/filewire"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestStoresAgree has both stores keep the same source.
func TestStoresAgree(t *testing.T) {
	folder, err := OpenFolder(filepath.Join(t.TempDir(), "a", "b"))
	must(t, err)
	defer folder.Close()
	var out bytes.Buffer
	for _, store := range []Store{folder, NewStream(&out, nil)} {
		at := collect.Source{Node: "n1", Path: "logs/a.log"}
		if aside, err := store.Aside(at); aside != nil || err != nil {
			t.Errorf("%T: set aside %v, %v", store, aside, err)
		}
		must(t, store.SetAside(at)) // nothing
		text := strings.Repeat("a line\n", 500) + "half"
		for i := range 10 {
			must(t, store.Append(at, []byte(text[i*len(text)/10:(i+1)*len(text)/10])))
		}
		want, err := filewire.Prove(strings.NewReader(text), int64(len(text)))
		must(t, err)
		if got, err := store.Proof(at); got != want || err != nil {
			t.Errorf("%T: %+v, %v; want %+v", store, got, err, want)
		}
		must(t, store.SetAside(at))
		if n, err := store.Size(at); n != 0 || err != nil {
			t.Errorf("%T: size %d, %v", store, n, err)
		}
		if aside, err := store.Aside(at); err != nil || aside == nil || *aside != want {
			t.Errorf("%T: set aside %+v, %v", store, aside, err)
		}
		must(t, store.Append(at, []byte("new\n")))
		must(t, store.Flush())
		if n, err := store.Size(at); n != 4 || err != nil {
			t.Errorf("%T: size %d, %v", store, n, err)
		}
	}
	want := strings.Repeat("n1/logs/a.log: a line\n", 500) + "n1/logs/a.log: half\nn1/logs/a.log: new\n"
	if out.String() != want {
		t.Errorf("%d bytes of lines; want %d", out.Len(), len(want))
	}
}

func TestAStreamShowsLines(t *testing.T) {
	var out bytes.Buffer
	s := NewStream(&out, strings.ToUpper)
	must(t, s.Append(collect.Source{Node: "n1", Path: "a"}, []byte("one\ntw")))
	must(t, s.Append(collect.Source{Node: "n1", Path: "a"}, []byte("o\nthree")))
	must(t, s.Flush())
	if got := out.String(); got != "n1/a: ONE\nn1/a: TWO\n" {
		t.Errorf("%q", got)
	}
}

// TestNothingOutside has sources whose files would be elsewhere, or in each other's place.
func TestNothingOutside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	folder, err := OpenFolder(dir)
	must(t, err)
	defer folder.Close()
	must(t, os.Mkdir(filepath.Join(dir, "n1"), 0o777))
	must(t, os.Symlink(outside, filepath.Join(dir, "n1", "link")))
	must(t, os.Symlink(filepath.Join(outside, "file"), filepath.Join(dir, "n1", "file")))
	must(t, folder.Append(collect.Source{Node: "n1", Path: "a"}, []byte("x\n")))
	must(t, folder.Append(collect.Source{Node: "n1", Path: "b/c"}, []byte("x\n")))
	for _, path := range []string{"link/x", "file", "../../x", "a/b", "b"} {
		at := collect.Source{Node: "n1", Path: path}
		_, err := folder.Size(at)
		if err == nil {
			err = folder.Append(at, []byte("y\n"))
		}
		var refusal collect.Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v; want a refusal", path, err)
		}
	}
	must(t, folder.Flush())
	if names, err := os.ReadDir(outside); err != nil || len(names) > 0 {
		t.Errorf("outside: %v, %v", names, err)
	}
}

// append appends to a source of a folder at once.
func (f *Folder) append(t *testing.T, at collect.Source, text string) {
	t.Helper()
	must(t, f.Append(at, []byte(text)))
	must(t, f.Flush())
}

func TestAFolderHasOneCollector(t *testing.T) {
	dir := t.TempDir()
	folder, err := OpenFolder(dir)
	must(t, err)
	if _, err := OpenFolder(dir); err == nil || !strings.HasSuffix(err.Error(), ": another collector writes into it; give each a folder of its own") {
		t.Errorf("a second one: %v", err)
	}
	must(t, folder.Close())
	folder, err = OpenFolder(dir)
	must(t, err)
	must(t, folder.Close())
}

// TestOldGenerationsMayBeRemoved has a user who needs room: the numbers go on.
func TestOldGenerationsMayBeRemoved(t *testing.T) {
	dir, at := t.TempDir(), collect.Source{Node: "n1", Path: "a"}
	for i := range 4 {
		folder, err := OpenFolder(dir)
		must(t, err)
		folder.append(t, at, strings.Repeat("x", i+1))
		must(t, folder.SetAside(at))
		must(t, folder.Close())
		must(t, os.RemoveAll(filepath.Join(dir, "n1", "a@"+string(rune('0'+i)))))
	}
	folder, err := OpenFolder(dir)
	must(t, err)
	defer folder.Close()
	if aside, err := folder.Aside(at); err != nil || aside == nil || aside.Size != 4 {
		t.Errorf("the newest: %+v, %v", aside, err)
	}
	must(t, os.Remove(filepath.Join(dir, "n1", "a@4")))
	if aside, err := folder.Aside(at); err != nil || aside != nil {
		t.Errorf("without it: %+v, %v", aside, err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "n1", "a@5"), []byte("somebody's"), 0o666))
	folder.append(t, at, "x")
	must(t, folder.SetAside(at))
	if kept, err := os.ReadFile(filepath.Join(dir, "n1", "a@5")); string(kept) != "somebody's" {
		t.Errorf("%q, %v", kept, err)
	}
}

func TestAFolderInTheWayIsRefused(t *testing.T) {
	dir, at := t.TempDir(), collect.Source{Node: "n1", Path: "a"}
	must(t, os.MkdirAll(filepath.Join(dir, "n1", "a@1"), 0o777))
	folder, err := OpenFolder(dir)
	must(t, err)
	defer folder.Close()
	var refusal collect.Refusal
	if _, err := folder.Aside(at); !errors.As(err, &refusal) {
		t.Errorf("%v; want a refusal", err)
	}
}

// TestFilesThatOthersChange has somebody remove, move or cut a file, or write to it: it is
// not appended to as if nothing had happened.
func TestFilesThatOthersChange(t *testing.T) {
	for what, do := range map[string]func(name string) error{
		"removed": os.Remove,
		"moved":   func(name string) error { return os.Rename(name, name+".1") },
		"cut":     func(name string) error { return os.Truncate(name, 2) },
		"longer":  func(name string) error { return os.Truncate(name, 20) },
	} {
		for how, use := range map[string]func(*Folder, collect.Source) error{
			"append": func(f *Folder, at collect.Source) error { return errors.Join(f.Append(at, []byte("y")), f.Flush()) },
			"proof":  func(f *Folder, at collect.Source) error { _, err := f.Proof(at); return err },
		} {
			dir, at := t.TempDir(), collect.Source{Node: "n1", Path: "a"}
			folder, err := OpenFolder(dir)
			must(t, err)
			_, err = folder.Size(at)
			must(t, err)
			folder.append(t, at, "x\nx\n")
			must(t, do(filepath.Join(dir, "n1", "a")))
			var changed collect.Changed
			if err := use(folder, at); !errors.As(err, &changed) || changed.Source != at {
				t.Errorf("%s, %s: %v; want that it is changed", what, how, err)
			}
			n, err := folder.Size(at)
			must(t, err)
			folder.append(t, at, "y\n") // where it ends now
			if again, err := folder.Size(at); err != nil || again != n+2 {
				t.Errorf("%s, %s: %d bytes and 2 are %d, %v", what, how, n, again, err)
			}
			must(t, folder.Close())
		}
	}
}

// TestAFullDiskIsNoRefusal: one source left out for good would be found by nobody.
func TestAFullDiskIsNoRefusal(t *testing.T) {
	for err, want := range map[syscall.Errno]bool{syscall.ENOSPC: false, syscall.EMFILE: false, syscall.EISDIR: true, syscall.ENAMETOOLONG: true} {
		var r collect.Refusal
		if got := errors.As(refusal(&os.PathError{Op: "open", Path: "a", Err: err}), &r); got != want {
			t.Errorf("%v: refused %v", err, got)
		}
	}
}
