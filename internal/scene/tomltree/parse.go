package tomltree

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// MaxSize is how many bytes a text may have, which are read in about a second at
// worst.
const MaxSize = 2 << 20

var byteOrderMark = []byte("\ufeff")

// Error is the one mistake that hides all others: no text, no TOML, a key that is
// written twice, a bound exceeded.
type Error struct {
	Pos Pos
	// What is the mistake and, where that can be told, what would be right. It may
	// hold anything that the text holds.
	What string
}

// Error returns "12:34: what is wrong".
func (e *Error) Error() string { return e.Pos.String() + ": " + e.What }

// Parse reads a text of TOML into a tree. The Error is nil if it could be read.
func Parse(src []byte) (*Table, *Error) {
	src = bytes.TrimPrefix(src, byteOrderMark)
	fail := func(off int, format string, args ...any) *Error {
		return &Error{newLocator(src).at(off), fmt.Sprintf(format, args...)}
	}
	if len(src) > MaxSize {
		return nil, fail(0, "the file has more than %d bytes, the most that are read", MaxSize)
	}
	if off, what := notText(src); what != "" {
		return nil, fail(off, "%s", what)
	}
	s := &scanner{src: src}
	statements, err := s.scan()
	if bound := boundError(""); errors.As(err, &bound) {
		return nil, fail(s.off, "%v", bound)
	}
	root, keys, perr := decode(src)
	if perr != nil {
		what := explain(perr.Message)
		if n := len(s.open); n > 0 && strings.Contains(what, "terminator") {
			what += fmt.Sprintf("; what begins at %v is not closed, or a comma is missing", newLocator(src).at(s.open[n-1]))
		}
		return nil, fail(perr.Position.Start, "%s", what)
	}
	if err == nil {
		var tree *Table
		if tree, err = buildTree(src, statements, keys, root); err == nil {
			return tree, nil
		}
	}
	if dup := (*duplicateError)(nil); errors.As(err, &dup) {
		return nil, &Error{dup.pos, explain(dup.Error())}
	}
	return nil, fail(s.off, "the file could not be followed (%v); write its tables in a simpler form", err)
}

// notText says what keeps src from being text, "" if it is.
func notText(src []byte) (off int, what string) {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		return 0, "the file is UTF-16; save it as UTF-8"
	}
	for off < len(src) {
		r, size := utf8.DecodeRune(src[off:])
		switch {
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			return off, fmt.Sprintf(`the control character U+%04X stands here; in a text write \u%04x`, r, r)
		case r == utf8.RuneError && size == 1:
			return off, fmt.Sprintf("byte 0x%02x is not UTF-8; save the file as UTF-8", src[off])
		}
		off += size
	}
	return 0, ""
}

// decode calls the parser. It answers for the parser's own panics too: they are
// mistakes in it, but nothing that should stop a bus that reloads its file.
func decode(src []byte) (root map[string]any, keys [][]string, perr *toml.ParseError) {
	defer func() {
		if r := recover(); r != nil {
			perr = &toml.ParseError{Message: fmt.Sprintf("the parser gave up: %v", r)}
		}
	}()
	var doc any
	md, err := toml.Decode(string(src), &doc)
	if err != nil {
		var pe toml.ParseError
		if !errors.As(err, &pe) {
			pe.Message = err.Error()
		}
		return nil, nil, &pe
	}
	keys = make([][]string, len(md.Keys()))
	for i, k := range md.Keys() {
		keys[i] = k
	}
	root, _ = doc.(map[string]any)
	return root, keys, nil
}

// hints say what would be right, by a part of the parser's message.
var hints = []struct{ part, hint string }{
	{"has already been defined", "each key and each table can be written once"},
	{"was already created", "each key and each table can be written once"},
	{"found '\\n'", "the value is missing"},
	{"expected value but found", `texts stand in quotes: "on"`},
	{"strings cannot contain newlines", "close the quote on the same line"},
	{"expected '.' or '='", "a line reads key = value"},
	{"hexadecimal digits", `write \\ for a backslash`},
	{"invalid escape", `write \\ for a backslash`},
	{"invalid datetime", "write a time as 2026-11-20T06:29:00"},
	{"unexpected EOF", "something is not closed"},
}

// explain makes one line of a message of the parser, with a hint.
func explain(message string) string {
	message = strings.TrimSuffix(message, ".")
	message = strings.Replace(message, "Key '", "key '", 1)
	message = strings.Replace(message, "Invalid ", "invalid ", 1)
	for _, h := range hints {
		if strings.Contains(message, h.part) {
			return message + "; " + h.hint
		}
	}
	return message
}
