package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// helpCommand is "help [COMMAND]", which unlike cobra's own says no to a command
// that does not exist.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return Usagef("unknown command %q", strings.Join(args, " "))
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// honestHelp makes --help say no to a command that does not exist, and lets
// nobody take a help for printed that was not. What it returns tells, once the
// root has been executed, what was wrong.
func honestHelp(root *cobra.Command) (wrong func() error) {
	var err error
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if cmd.HasSubCommands() {
			if unknown := NoArgs(cmd, cmd.Flags().Args()); unknown != nil {
				err = usageError{unknown}
				return
			}
		}
		out := &checked{Writer: cmd.OutOrStdout()}
		cmd.SetOut(out)
		help(cmd, args)
		err = out.err
	})
	return func() error { return err }
}

// checked is a writer that keeps its first error.
type checked struct {
	io.Writer
	err error
}

func (c *checked) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	if c.err == nil {
		c.err = err
	}
	return n, err
}
