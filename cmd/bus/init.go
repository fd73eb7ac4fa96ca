package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/scene"
)

// starter is a house to begin with.
//
//go:embed starter/scenes.toml
var starter []byte

func newInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write the file of a house to begin with",
		Long: `Init writes a scenes.toml with seven appliances, six scenes and their tests, and
explains each of them in it. It makes the directory if there is none, and never
touches a file that is there.`,
		Example: `  bus init
  bus init my-house && cd my-house && bus test -v`,
		Args: cli.Args(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			path := filepath.Join(dir, cli.DefaultScenes)
			if err := writeHouse(dir, path); err != nil {
				return err
			}
			file, err := scene.Load(path, starter)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), whatNext, summary(file))
			return err
		},
	}
}

// whatNext says what can be done with a new house.
const whatNext = `%s

It explains itself: open it in an editor. In its directory,

  bus check          says every mistake in it
  bus test -v        plays its tests, in virtual time
  mirror --demo      lets you live in it, with simulated appliances
  bus                runs the house's hub, beside which "sim" plays the appliances
`

// writeHouse writes the starter house where no file is yet.
func writeHouse(dir, path string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return systemError("make directory "+dir, err)
	}
	err := writeNew(path, starter)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already, and is left as it is", path)
	}
	return systemError("write "+path, err)
}

// writeNew writes a file that must not exist: whole or not at all, whatever happens
// meanwhile. The error is fs.ErrExist if it does.
func writeNew(path string, text []byte) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	drafts, err := os.MkdirTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(drafts)
	draft := filepath.Join(drafts, filepath.Base(path))
	if err := os.WriteFile(draft, text, 0o666); err != nil {
		return err
	}
	return os.Link(draft, path) // unlike a rename, it replaces nothing
}

// systemError says what failed and why; the system's call and the names that it was
// given are nothing to its user.
func systemError(what string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("%s: %w", what, err)
}
