package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/scene"
)

func newCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check [SCENES.TOML]",
		Short: "Check the file of the house",
		Long: `Check reads a scenes file and says every mistake in it on a line of its own,
with its place (file:line:column) and, where one is near, what would be right.
The exit code is 0 if there is none and 1 otherwise. Notes are of what is no
mistake: days on which the sun does not set, scenes that run one another in a ring.`,
		Example: `  bus check
  bus check flat.toml && bus test flat.toml`,
		Args: cli.Args(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := loadHouse(args, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			for _, r := range file.Remarks(time.Now().Year()) {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), r); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), summary(file))
			return err
		},
	}
}

// loadHouse loads the file named by an argument that may be left out.
func loadHouse(args []string, stderr io.Writer) (*scene.File, error) {
	path := scenesArg(args)
	file, err := cli.LoadScenes(path, stderr)
	if len(args) == 0 && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no %s in this directory; name the file of the house, or write one with \"bus init\"", path)
	}
	return file, err
}

// scenesArg returns the file named by an argument that may be left out.
func scenesArg(args []string) string {
	if len(args) == 0 {
		return cli.DefaultScenes
	}
	return args[0]
}

func summary(f *scene.File) string {
	return fmt.Sprintf("%s: ok: %s, %s, %s", visible(f.Path),
		count(named(f), "appliance"), count(len(f.Scenes), "scene"), count(len(f.Tests), "test"))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// named counts the appliances that the file names itself.
func named(f *scene.File) int {
	n := 0
	for _, d := range f.Devices {
		if !d.Implied {
			n++
		}
	}
	return n
}
