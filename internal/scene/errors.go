package scene

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is one mistake in a scenes.toml.
type Error struct {
	Path string
	Pos  Pos
	// Where says in which part: `scene "morning", step 2`; "" for the file.
	Where string
	// What is the mistake and, where one is near, what would be right.
	What string
}

// newError returns a mistake whose text can be shown on a terminal, whatever the
// file puts into it.
func newError(path string, pos Pos, where, what string) *Error {
	return &Error{Path: printable(path), Pos: pos, Where: where, What: printable(what)}
}

// printable returns text as it can be shown in one line of a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, text)
}

// Error returns `scenes.toml:12:34: scene "morning", step 2: unknown device …`.
func (e *Error) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("%s:%s: %s", e.Path, e.Pos, e.What)
	}
	return fmt.Sprintf("%s:%s: %s: %s", e.Path, e.Pos, e.Where, e.What)
}

// ErrorList is all mistakes of a file, in file order; never empty.
type ErrorList []*Error

// Error returns the mistakes, one a line.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the mistakes to errors.Is and errors.As.
func (l ErrorList) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}
