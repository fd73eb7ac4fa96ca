package cli

import (
	"os"

	"golang.org/x/term"
)

// IsTerminal reports whether stream, one of the program's standard streams, is a
// terminal, and so may be given control sequences and must be spared foreign
// ones.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
