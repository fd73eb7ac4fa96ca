package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// The exit codes of every program.
const (
	// OK: it did what was asked.
	OK = 0
	// Failed: it was asked the right way, and it did not work.
	Failed = 1
	// Misused: an unknown flag or command, a bad or missing argument.
	Misused = 2
)

// ErrReported ends a command with the exit code Failed and no further words:
// what is wrong has been told already.
var ErrReported = errors.New("reported")

// usageError is a mistake in how the program was called.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usagef returns an error that ends the program with the exit code Misused. It
// is for mistakes that only a command itself can see in its arguments.
func Usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// Run executes the command of root that args ask for and returns the exit code.
// Errors come as one line on stderr, with the place to look up the right usage
// if it was wrong usage. Whatever goes wrong before a command starts to run is.
func Run(ctx context.Context, root *cobra.Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Version = version()
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpCommand(helpCommand())
	helped := honestHelp(root)
	narrow(root)
	root.SetFlagErrorFunc(flagError)
	inOrder(root)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetArgs(append([]string{}, args...)) // never nil, which would mean os.Args
	running := false
	root.PersistentPreRun = func(*cobra.Command, []string) { running = true }

	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = helped()
	}
	var misuse usageError
	var output *fs.PathError // before a command runs, only the version can fail to be written
	switch {
	case err == nil:
		return OK
	case errors.Is(err, ErrReported):
		return Failed
	case errors.As(err, &misuse), !running && !errors.As(err, &output):
		fmt.Fprintf(stderr, "%s: %s (see %q)\n", root.Name(), oneLine(err), cmd.CommandPath()+" --help")
		return Misused
	}
	fmt.Fprintf(stderr, "%s: %s\n", root.Name(), oneLine(err))
	return Failed
}

// inOrder makes the help list flags in the order of their making, what matters
// most first, and not by the alphabet.
func inOrder(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	for _, sub := range cmd.Commands() {
		inOrder(sub)
	}
}

// oneLine joins the lines of an error, such as those of errors.Join. What a terminal would
// obey in it, such as an argument that names no file, is shown as U+FFFD.
func oneLine(err error) string {
	line := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return utf8.RuneError
		}
		return r
	}, line)
}
