package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"

	"github.com/spf13/cobra"

	"homebus/internal/scene"
)

// DefaultScenes is the house's file where none is named.
const DefaultScenes = "scenes.toml"

// Scenes holds what --scenes says.
type Scenes struct {
	cmd  *cobra.Command
	path string
}

// ScenesFlag gives cmd the flag --scenes.
func ScenesFlag(cmd *cobra.Command) *Scenes {
	s := &Scenes{cmd: cmd}
	cmd.Flags().StringVar(&s.path, "scenes", DefaultScenes, "the `FILE` of the house, its scenes and their tests")
	return s
}

// Path returns which file it is; "" for none.
func (s *Scenes) Path() string { return s.path }

// Load loads the file for a program that cannot do without it.
func (s *Scenes) Load(stderr io.Writer) (*scene.File, error) {
	if s.path == "" {
		return nil, Usagef(`--scenes is ""; want the file of a house`)
	}
	file, err := LoadScenes(s.path, stderr)
	if s.missing(err) {
		return nil, fmt.Errorf("no %s in this directory; name the file of the house with --scenes FILE, or write one with \"bus init\"", s.path)
	}
	return file, err
}

// LoadIfAny loads the file for a program that also runs without one: nil if
// --scenes is "", or if no flag named the file and there is none.
func (s *Scenes) LoadIfAny(stderr io.Writer, log *slog.Logger) (*scene.File, error) {
	if s.path == "" {
		return nil, nil
	}
	file, err := LoadScenes(s.path, stderr)
	if s.missing(err) {
		log.Info("no scenes file here; going on without", "file", s.path)
		return nil, nil
	}
	return file, err
}

// missing reports whether err says that there is no file, and none was named.
func (s *Scenes) missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) && !s.cmd.Flags().Changed("scenes")
}

// LoadScenes loads a scenes file. Its mistakes go to stderr, each on a line that
// begins with its place in the file, and ErrReported comes back.
func LoadScenes(path string, stderr io.Writer) (*scene.File, error) {
	file, err := scene.LoadFile(path)
	var mistakes scene.ErrorList
	var unread *fs.PathError
	switch {
	case errors.As(err, &mistakes):
		fmt.Fprintln(stderr, mistakes)
		return nil, ErrReported
	case errors.As(err, &unread): // the system's call is nothing to its user
		return nil, fmt.Errorf("scenes file %s: %w", path, unread.Err)
	}
	return file, err
}
