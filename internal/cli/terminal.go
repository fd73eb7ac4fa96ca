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

// IsScreen reports whether stream is a terminal on which one can draw: TERM does
// not say that it is a dumb one, which can only print.
func IsScreen(stream any) bool {
	return IsTerminal(stream) && os.Getenv("TERM") != "dumb"
}
