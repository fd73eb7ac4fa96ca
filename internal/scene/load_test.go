package scene

import (
	"os"
	"path/filepath"
	"testing"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestLoadBreakfast(t *testing.T) {
	f, err := load("scenes.toml", read(t, "testdata/good/breakfast.toml"), testTypes)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(f.Devices); got != 7 {
		t.Errorf("%d devices, want 7", got)
	}
	if got := len(f.Scenes); got != 4 {
		t.Errorf("%d scenes, want 4", got)
	}
	if got := len(f.Tests); got != 3 {
		t.Errorf("%d tests, want 3", got)
	}
}
