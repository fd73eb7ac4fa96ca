package collector

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
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
	for _, store := range []Store{folder, NewStream(&out)} {
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
