package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// helpWidth is where the lines of a help end, in characters: that of the narrowest
// terminal that people still have.
const helpWidth = 80

// narrow makes the help of root and the commands under it fit into helpWidth. Without
// that each flag is a line, however long.
func narrow(root *cobra.Command) {
	const slop = 5 // pflag lets a line be longer by that to keep a word with its like
	wrapped := fmt.Sprintf(".FlagUsagesWrapped %d ", helpWidth-slop)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", wrapped))
}

// helpCommand is "help [COMMAND]", which unlike cobra's own says no to a command
// that does not exist.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			switch {
			case err != nil:
				return usageError{err}
			case len(rest) > 0 && about.HasSubCommands():
				return usageError{unknownCommand(about, rest[0])}
			case len(rest) > 0:
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
