package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"homebus/internal/house"
	"homebus/internal/scene"
)

func TestTheStarterHouseIsRight(t *testing.T) {
	file, err := scene.Load("starter/scenes.toml", starter)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	suite := house.Suite{File: file}
	if passed, err := suite.Play(t.Context(), &out); !passed || err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	if len(file.Tests) < 5 || len(file.Scenes) < 5 {
		t.Errorf("%d tests of %d scenes; want 5 of each at least", len(file.Tests), len(file.Scenes))
	}
}

// Of many who write at a time one has written; nobody sees half a file, and no draft is
// left.
func TestOneWritesANewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scenes.toml")
	var g errgroup.Group
	wrote := make(chan int, 20)
	for i := range cap(wrote) {
		g.Go(func() error {
			switch err := writeNew(path, starter); {
			case err == nil:
				wrote <- i
			case !errors.Is(err, fs.ErrExist):
				return err
			}
			text, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && !bytes.Equal(text, starter) {
				t.Errorf("%d bytes are there", len(text))
			}
			return err
		})
	}
	if err := g.Wait(); err != nil || len(wrote) != 1 {
		t.Errorf("%d have written, %v", len(wrote), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
}
