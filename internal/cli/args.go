package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// NoArgs refuses arguments. For a command with commands under it the first
// argument was meant as one of those, and what there is is told.
func NoArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		return unknownCommand(cmd, args[0])
	}
	return fmt.Errorf("unexpected argument %q", args[0])
}

// Args takes at least as many arguments as the first number says and at most as
// many as the second, if that is not below 0. What they are is told in the words
// of the command's Use.
func Args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		_, want, _ := strings.Cut(cmd.Use, " ")
		switch {
		case len(args) == 0 && least > 0:
			return errors.New("arguments are missing; want " + want)
		case len(args) < least:
			return fmt.Errorf("something is missing after %q; want %s", args[len(args)-1], want)
		case most >= 0 && len(args) > most:
			return fmt.Errorf("unexpected argument %q; want %s", args[most], want)
		}
		return nil
	}
}
