package house

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"homebus/internal/scene"
)

// load loads a file of testdata.
func load(t testing.TB, name string) *scene.File {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, name, string(src))
}

func parse(t testing.TB, name, src string) *scene.File {
	t.Helper()
	f, err := scene.Load(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheStoriesOfBreakfast(t *testing.T) {
	var out bytes.Buffer
	s := Suite{File: load(t, "breakfast.toml"), Verbose: true}
	if passed, err := s.Play(t.Context(), &out); !passed || err != nil {
		t.Errorf("passed %v, %v\n%s", passed, err, &out)
	}
	t.Logf("%s", &out)
}
