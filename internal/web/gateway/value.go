package gateway

import (
	"bytes"
	"unicode/utf8"
)

// maxDepth is how deep a payload or meta may be nested to be passed on as JSON: Python's
// json gives up at about a thousand, and a browser should not be tried either.
const maxDepth = 512

// isValue reports whether b is one JSON value (RFC 8259) that may be put into a text
// frame as it stands: valid UTF-8 too, and nested maxDepth deep at most. It is what
// json.Valid and utf8.Valid say, in a third of the time.
func isValue(b []byte) bool {
	end := valueEnd(b, 0, 0)
	return end > 0 && space(b, end) == len(b)
}

// isObject is isValue for an object.
func isObject(b []byte) bool {
	at := space(b, 0)
	return at < len(b) && b[at] == '{' && isValue(b)
}

// The functions below return where in b what begins at i ends, or -1 if it does not. depth
// counts the objects and lists around it.

func valueEnd(b []byte, i, depth int) int {
	i = space(b, i)
	if i == len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{':
		return objectEnd(b, i, depth+1)
	case '[':
		return listEnd(b, i, depth+1)
	case 't':
		return wordEnd(b, i, "true")
	case 'f':
		return wordEnd(b, i, "false")
	case 'n':
		return wordEnd(b, i, "null")
	}
	return numberEnd(b, i)
}

func objectEnd(b []byte, i, depth int) int {
	if depth > maxDepth {
		return -1
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		_, from := memberAt(b, i)
		if from < 0 {
			return -1
		}
		if i = valueEnd(b, from, depth); i < 0 {
			return -1
		}
		if i = space(b, i); i == len(b) {
			return -1
		}
		switch b[i] {
		case '}':
			return i + 1
		case ',':
			i = space(b, i+1)
		default:
			return -1
		}
	}
}

// memberAt returns where the key that begins at i ends, and where its value may begin.
func memberAt(b []byte, i int) (key, value int) {
	if i == len(b) || b[i] != '"' {
		return -1, -1
	}
	if key = stringEnd(b, i); key < 0 {
		return -1, -1
	}
	if i = space(b, key); i == len(b) || b[i] != ':' {
		return -1, -1
	}
	return key, i + 1
}

func listEnd(b []byte, i, depth int) int {
	if depth > maxDepth {
		return -1
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1
	}
	for {
		if i = valueEnd(b, i, depth); i < 0 {
			return -1
		}
		if i = space(b, i); i == len(b) {
			return -1
		}
		switch b[i] {
		case ']':
			return i + 1
		case ',':
			i++
		default:
			return -1
		}
	}
}

// plain tells the bytes that stand for themselves in a string; the others end it, or are
// looked at.
var plain = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

func stringEnd(b []byte, i int) int {
	for i++; ; {
		for i < len(b) && plain[b[i]] {
			i++
		}
		if i == len(b) {
			return -1
		}
		switch c := b[i]; {
		case c == '"':
			return i + 1
		case c == '\\':
			if i = escapeEnd(b, i); i < 0 {
				return -1
			}
		case c < ' ':
			return -1
		default:
			r, size := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && size == 1 {
				return -1
			}
			i += size
		}
	}
}

func escapeEnd(b []byte, i int) int {
	if i+1 == len(b) {
		return -1
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for k := i + 2; k < i+6; k++ {
			if k >= len(b) || !isHex(b[k]) {
				return -1
			}
		}
		return i + 6
	}
	return -1
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func wordEnd(b []byte, i int, word string) int {
	if len(b)-i < len(word) || string(b[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

func numberEnd(b []byte, i int) int {
	if b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if i = digitsEnd(b, i); i < 0 {
		return -1
	}
	if i < len(b) && b[i] == '.' {
		if i = digitsEnd(b, i+1); i < 0 {
			return -1
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		return digitsEnd(b, i)
	}
	return i
}

// digitsEnd wants one digit at least.
func digitsEnd(b []byte, i int) int {
	from := i
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	if i == from {
		return -1
	}
	return i
}

// space returns where the whitespace that may stand at i ends.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// compact returns a valid JSON value without the whitespace that says nothing, and
// otherwise as it was written; in place if there is none.
func compact(b []byte) []byte {
	if !bytes.ContainsAny(b, " \t\r\n") {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		end := i + 1
		switch b[i] {
		case ' ', '\t', '\r', '\n':
			i++
			continue
		case '"':
			end = stringEnd(b, i)
		}
		out = append(out, b[i:end]...)
		i = end
	}
	return out
}
