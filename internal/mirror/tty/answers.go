package tty

import (
	"strconv"
	"strings"
)

// question is what a Keyboard asks: OSC 11, and then DA1.
const question = "\x1b]11;?\x1b\\\x1b[c"

// maxAnswer is how much is kept of an answer, in bytes; what is longer is taken
// out all the same, but not understood.
const maxAnswer = 64

const esc, bel = 0x1b, 0x07

// place says where in an answer the bytes that came last are.
type place int

const (
	outside     place = iota
	inEscape          // ESC
	inBracket         // ESC [
	inOSC             // ESC ], ESC ]1
	inReport          // ESC [? …: a report, no key begins like this
	inColour          // ESC ]11 …
	inColourEnd       // ESC ]11 … ESC
)

// answers takes the answers of a terminal out of what it sends. The zero value
// waits for both; it reads no clock.
type answers struct {
	at   place
	held []byte // what may still turn out to be keys: at most three bytes
	text []byte // of the answer that is being read

	dark    bool // what was answered
	known   bool // dark was answered
	settled bool // no more answers are to come
}

// take returns what of b, and of what was held before it, are keys.
func (a *answers) take(b []byte) []byte {
	if a.settled {
		return b
	}
	var keys []byte
	for i, c := range b {
		if keys = a.next(keys, c); a.settled {
			return append(keys, b[i+1:]...)
		}
	}
	return keys
}

// unsure reports whether something is held that is an answer only if more comes
// soon: the Esc key sends the first byte of an answer.
func (a *answers) unsure() bool { return len(a.held) > 0 }

// release returns what was held, because nothing more came.
func (a *answers) release() []byte {
	keys := a.held
	a.at, a.held = outside, nil
	return keys
}

// next takes one byte, and adds to keys what is known to be some.
func (a *answers) next(keys []byte, c byte) []byte {
	switch a.at {
	case outside, inEscape, inBracket, inOSC:
		return a.begin(keys, c)
	case inReport:
		a.report(c)
	case inColour:
		a.colour(c)
	case inColourEnd:
		if c != '\\' { // another sequence begins where the answer was cut off
			a.at, a.held = inEscape, []byte{esc}
			return a.begin(keys, c)
		}
		a.answered()
	}
	return keys
}

// begin takes a byte that may belong to the beginning of an answer.
func (a *answers) begin(keys []byte, c byte) []byte {
	switch {
	case c == esc:
		keys = append(keys, a.release()...)
		a.at = inEscape
	case a.at == inEscape && c == '[':
		a.at = inBracket
	case a.at == inEscape && c == ']', a.at == inOSC && c == '1' && len(a.held) == 2:
		a.at = inOSC
	case a.at == inBracket && c == '?':
		a.at, a.held, a.text = inReport, nil, nil
		return keys
	case a.at == inOSC && c == '1':
		a.at, a.held, a.text = inColour, nil, nil
		return keys
	default:
		return append(append(keys, a.release()...), c)
	}
	a.held = append(a.held, c)
	return keys
}

// report takes a byte of a report, which ends with its final byte. The one for
// DA1 ends with c.
func (a *answers) report(c byte) {
	switch {
	case c == esc:
		a.at, a.held = inEscape, []byte{esc}
	case c >= 0x40 && c <= 0x7e:
		a.at = outside
		a.settled = c == 'c'
	}
}

func (a *answers) colour(c byte) {
	switch {
	case c == bel:
		a.answered()
	case c == esc:
		a.at = inColourEnd
	case len(a.text) < maxAnswer:
		a.text = append(a.text, c)
	}
}

func (a *answers) answered() {
	a.at = outside
	if dark, ok := isDark(strings.TrimPrefix(string(a.text), ";")); ok {
		a.dark, a.known = dark, true
	}
}

// isDark reads a colour as terminals tell it, "rgb:1e1e/1e1e/2e2e" with one to
// four hexadecimal digits each (XParseColor), and reports whether it is nearer to
// black than to white: by its luma after ITU-R BT.601.
func isDark(colour string) (dark, ok bool) {
	rgb, ok := strings.CutPrefix(colour, "rgb:")
	if !ok {
		rgb, ok = strings.CutPrefix(colour, "rgba:")
	}
	parts := strings.Split(rgb, "/")
	if !ok || len(parts) < 3 {
		return false, false
	}
	luma := 0.0
	for i, weight := range []float64{0.299, 0.587, 0.114} {
		n, err := strconv.ParseUint(parts[i], 16, 16)
		if err != nil || len(parts[i]) > 4 {
			return false, false
		}
		luma += weight * float64(n) / float64(uint(1)<<(4*len(parts[i]))-1)
	}
	return luma < 0.5, true
}

// DarkByEnv reads COLORFGBG, which some terminals set to "15;0" or
// "15;default;0": the last number is the background's colour, of which 0 to 6
// and 8 are dark.
func DarkByEnv(value string) (dark, ok bool) {
	parts := strings.Split(value, ";")
	n, err := strconv.Atoi(parts[len(parts)-1])
	if len(parts) < 2 || err != nil || n < 0 || n > 15 {
		return false, false
	}
	return n <= 6 || n == 8, true
}
