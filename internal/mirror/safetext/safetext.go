// Package safetext makes text from the bus fit for a terminal. Whoever can
// publish could otherwise write anywhere on the screen, hide a word, turn a
// line around or reprogram the terminal.
//
// Everything here is pure and safe for concurrent use.
package safetext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxBytes bounds how much of a foreign text is looked at.
const maxBytes = 4096

// maxHeld is how long a foreign text may be in bytes to be held by the part of it that
// is shown: a message of 64 KiB is not to stay for a word in it.
const maxHeld = 256

// maxMarks is how many combining marks one character may carry: enough for
// every living script, too few to grow into the lines above.
const maxMarks = 3

// Clean returns s as one line of at most cells cells, cut with "…".
//
// Escape sequences are removed whole (ECMA-48, section 5.4), then control
// characters; newline and tab become a space. Removed are also the invisible
// ones that change what is seen around them: bidi marks and isolates (UAX #9),
// zero-width characters, variation selectors, tags, private use, and marks that
// stand on nothing. Bytes that are no UTF-8 become U+FFFD.
//
// What is left takes the same number of cells in every terminal, whether that
// counts characters, as most do, or what a reader takes for one (UAX #29): see
// settle. It stands in the order of its bytes, also where that is read from the
// right; package tty asks the terminal to leave it so.
//
// The result holds no long s in memory.
func Clean(s string, cells int) string {
	if len(s) > maxHeld {
		return strings.Clone(clean(s, cells))
	}
	return clean(s, cells)
}

func clean(s string, cells int) string {
	if len(s) > maxBytes {
		s = s[:maxBytes]
	}
	if isPlain(s) {
		return cut(strings.TrimSpace(s), cells)
	}
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	if strings.ContainsFunc(s, unicode.IsControl) {
		s = ansi.Strip(s)
	}
	return cut(strings.TrimSpace(apart(visible(s))), cells)
}

// isPlain reports whether s is printable ASCII, as nearly all that is said on a bus.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func cut(s string, cells int) string { return ansi.Truncate(s, max(cells, 0), "…") }

// visible leaves out what cannot be seen, and settles what is disputed.
func visible(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	marks := maxMarks // on nothing
	for _, r := range s {
		switch {
		case r == '\n', r == '\t', r == '\r', unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
			marks = maxMarks
		case hidden(r):
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks <= maxMarks {
				b.WriteRune(r)
			}
		default:
			b.WriteString(settle(r))
			marks = 0
		}
	}
	return b.String()
}

// hidden reports whether r takes no room of its own or means something else on
// every machine.
func hidden(r rune) bool {
	return unicode.IsControl(r) ||
		unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) ||
		unicode.Is(unicode.Variation_Selector, r) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}
