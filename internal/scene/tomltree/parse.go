package tomltree

import (
	"bytes"
	"errors"
	"fmt"
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
		r := &refusal{src: src, off: perr.Position.Start, message: perr.Message, open: s.open}
		return nil, r.explain()
	}
	if err == nil {
		var tree *Table
		if tree, err = buildTree(src, statements, keys, root); err == nil {
			return tree, nil
		}
	}
	if dup := (*duplicateError)(nil); errors.As(err, &dup) {
		return nil, &Error{dup.pos, dup.Error()}
	}
	return nil, fail(s.off, "the file could not be followed (%v); write its tables in a simpler form", err)
}

// notText says what keeps src from being text, "" if it is.
func notText(src []byte) (off int, what string) {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) ||
		len(src) > 1 && (src[0] == 0) != (src[1] == 0) {
		return 0, "the file is UTF-16; save it as UTF-8"
	}
	if bytes.HasPrefix(src, byteOrderMark) {
		return 0, "a second byte order mark stands here"
	}
	for off < len(src) {
		r, size := utf8.DecodeRune(src[off:])
		switch {
		case r == '\r' && (off+1 == len(src) || src[off+1] != '\n'):
			return off, `a carriage return stands here alone; end lines with a line feed, and in a text write \r`
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
