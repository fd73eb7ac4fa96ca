// Package jsonline writes JSON for programs that a person may look at: an object on one
// line, in which nothing stands that a terminal would obey or hide.
//
// The texts in it may be a stranger's. JSON itself asks for escapes of the control
// characters below U+0020 only (RFC 8259, section 7); some terminals also obey those from
// U+0080 to U+009F, and all obey marks of direction. An escape means the same to whoever
// reads the JSON.
package jsonline

import (
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Marshal returns v as one line of JSON without its end. Errors are those of
// [json.Marshal].
func Marshal(v any) ([]byte, error) {
	line, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Escape(line), nil
}

// Escape returns a line of JSON with every character that is not graphic as \u and four
// digits, a surrogate pair above U+FFFF, and bytes that are no UTF-8 as \ufffd. What is no
// JSON, Escape makes no JSON, but nothing that a terminal would obey either.
func Escape(line []byte) []byte {
	safe := make([]byte, 0, len(line))
	for rest := line; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			safe = append(safe, `\ufffd`...)
		case unicode.IsGraphic(r):
			safe = append(safe, rest[:size]...)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			safe = fmt.Appendf(safe, `\u%04x\u%04x`, high, low)
		default:
			safe = fmt.Appendf(safe, `\u%04x`, r)
		}
		rest = rest[size:]
	}
	return safe
}
