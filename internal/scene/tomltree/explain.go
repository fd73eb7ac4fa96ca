package tomltree

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// refusal is what the parser has against a text, and where.
type refusal struct {
	src     []byte
	off     int
	message string
	// open are the offsets of the lists, tables in braces and texts that are not
	// closed there, outermost first.
	open []int
}

// wordings make plain words of the parser's, which are those of somebody who writes
// a parser.
var wordings = strings.NewReplacer(
	"Invalid float value:", "invalid number",
	"Invalid float", "invalid number",
	"Invalid integer", "invalid number",
	"invalid float:", "invalid number",
	"invalid datetime:", "no such day or time:",
	"floats must", "a number must",
	"Key '", "key '",
	"Escaped character", "escaped character",
	" is not valid UTF-8", " is no character",
	"expected a top-level item to end with a newline, comment, or EOF, but got", "expected the end of the line, but got",
	"expected a comma (',') or array terminator (']'), but got", "expected a comma or ], but got",
	"expected a comma or an inline table terminator '}', but got", "expected a comma or }, but got",
	"expected '.' or ']' to end table name, but got", "expected ] at the end of the name, but got",
	"expected end of table array name delimiter ']', but got", "expected ]] at the end of the name, but got",
	"unexpected end of table name (table names cannot be empty)", "a name is missing here",
	"unexpected table separator (table names cannot be empty)", "a name is missing here",
	"expected '.' or '=', but got", "expected = after the key, but got",
	"unexpected '=': key name appears blank", "the key is missing before =",
	"unexpected '.': keys cannot start with a '.'", "a key cannot begin with a point",
	"expected value but found", "expected a value, but got",
	"unexpected EOF; expected value", "expected a value, but got the end of the file",
	"unexpected EOF; expected key separator '='", "expected = after the key, but got the end of the file",
	`unexpected EOF; expected '"""'`, `expected """, but got the end of the file`,
	`unexpected EOF; expected "'''"`, "expected ''', but got the end of the file",
	`unexpected EOF; expected '"'`, `expected ", but got the end of the file`,
	`unexpected EOF; expected "'"`, "expected ', but got the end of the file",
	"unexpected EOF", "unexpected end of the file",
	"was already created as a hash", "has already been defined, and not as a table",
	"was already created and cannot be used as an array", "has already been defined, and not as a list of tables",
	" is out of range for float64", " is out of range",
	" is out of range for int64", " is out of range",
)

// ends name in plain words where the parser wanted more.
var ends = strings.NewReplacer(
	"got end of file", "got the end of the file",
	`got '\x00'`, "got the end of the file", // a NUL has been refused before
	`got '\n'`, "got the end of the line",
	"\n", "", "\x00", "", // in what is no number
)

// hints say what would be right, by a part of the parser's message.
var hints = []struct{ part, hint string }{
	{"has already been defined", "each key and each table can be written once"},
	{"was already created", "each key and each table can be written once"},
	{"strings cannot contain newlines", "close the quote on the same line"},
	{"expected '.' or '=', but got '\\n'", "a line reads key = value"},
	{"expected '.' or '=', but got ':'", "write = in place of :"},
	{"expected '.' or '=', but got '/'", "a comment begins with #"},
	{"expected '.' or '=', but got ';'", "a comment begins with #"},
	{"expected '.' or '='", "a line reads key = value, and a key has letters, digits, - and _, or stands in quotes"},
	{"key name appears blank", "a line reads key = value"},
	{"cannot start with a '.'", "a line reads key = value"},
	{"table name", "a header reads [scene.morning], each name of letters, digits, - and _, or in quotes"},
	{"table array name", "both pairs of brackets close: [[test]]"},
	{"hexadecimal digits", `write \\ for a backslash`},
	{"invalid escape", `write \\ for a backslash`},
	{"Escaped character", `write \\ for a backslash`},
	{"''''''", "a text in ''' cannot end in more than two quotes of its own"},
	{`""""""`, `a text in """ cannot end in more than two quotes of its own`},
	{"unexpected comma", "one comma stands between two values"},
	{"float value", `a number has one point at most, and texts stand in quotes`},
	{"top-level item", "each key stands on a line of its own"},
	{"unexpected EOF", "something is not closed"},
}

// explain returns the mistake in plain words, with what would be right, and its place.
func (r *refusal) explain() *Error {
	if strings.Contains(r.message, "key name appears blank") && r.at(r.off) < 0 {
		r.message = "unexpected EOF; expected key separator '='"
	}
	what := strings.TrimSuffix(strings.TrimSuffix(ends.Replace(wordings.Replace(r.message)), "."), " instead")
	r.aim()
	hint := r.hint()
	if hint != "" {
		hint = "; " + hint
	}
	return &Error{newLocator(r.src).at(r.off), what + hint}
}

// aim moves the place to what the message is about, where the parser names the
// character before it, or the beginning of the text that it is in.
func (r *refusal) aim() {
	c, ok := r.found()
	switch {
	case strings.Contains(r.message, "escape") || strings.Contains(r.message, "Escape") || strings.Contains(r.message, "hexadecimal digits"):
		r.off = badEscape(r.src, r.off)
	case ok && r.at(r.off) != c:
		_, size := utf8.DecodeRune(r.src[min(r.off, len(r.src)):])
		if r.at(r.off+size) == c {
			r.off += size
		}
	}
}

// badEscape returns where, in a text that begins at off or a little later, a backslash
// stands before what it cannot; off if it is not found.
func badEscape(src []byte, off int) int {
	for i := off; i+1 < len(src); i++ {
		if src[i] != '\\' {
			continue
		}
		next, rest := src[i+1], src[i+2:]
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[next]
		switch {
		case digits > 0:
			if len(rest) < digits {
				return i
			}
			n, err := strconv.ParseUint(string(rest[:digits]), 16, 32)
			if err != nil || !utf8.ValidRune(rune(n)) {
				return i
			}
		case next == ' ' || next == '\t':
			if line, _, _ := bytes.Cut(rest, []byte("\n")); len(bytes.TrimSpace(line)) > 0 {
				return i
			}
		case !strings.ContainsRune("btnfre\"\\\r\n", rune(next)):
			return i
		}
		i++
	}
	return off
}

// found returns the character of which the message says that it should not be there.
func (r *refusal) found() (rune, bool) {
	for _, before := range []string{"but got ", "but found "} {
		_, quoted, ok := strings.Cut(r.message, before)
		if !ok {
			continue
		}
		quoted = strings.TrimSuffix(quoted, " instead")
		text, err := strconv.Unquote(quoted)
		if c, size := utf8.DecodeRuneInString(text); err == nil && size > 0 && c > 0 {
			return c, true
		}
	}
	return 0, false
}

// at returns the character at an offset, -1 behind the end.
func (r *refusal) at(off int) rune {
	if off >= len(r.src) {
		return -1
	}
	c, _ := utf8.DecodeRune(r.src[off:])
	return c
}

func (r *refusal) hint() string {
	c, ok := r.found()
	switch {
	case ok && c > unicode.MaxASCII && (unicode.IsSpace(c) || !unicode.IsPrint(c)):
		return fmt.Sprintf("U+%04X cannot be seen; write a plain space, or nothing", c)
	case ok && strings.ContainsRune("“”„‟‘’‚‛«»‹›`´", c):
		return `texts stand in straight quotes: "on"`
	case strings.Contains(r.message, "invalid datetime"):
		return dateHint(r.message)
	case strings.Contains(r.message, "expected value but found"):
		return r.valueHint(c)
	}
	word, end := r.word(), min(r.off+2, len(r.src))
	follows := strings.Contains(r.message, "top-level item") || strings.Contains(r.message, "terminator")
	switch {
	case decimalComma.Match(r.src[max(0, end-40):end]):
		return "a number is written with a point: 0.5"
	case ok && follows && begunNumber.MatchString(word) && !isDigit(c):
		return fmt.Sprintf("texts stand in quotes: %q", word)
	case strings.Contains(r.message, "terminator"), strings.Contains(r.message, "EOF") && len(r.open) > 0:
		return r.openHint()
	}
	for _, h := range hints {
		if strings.Contains(r.message, h.part) {
			return h.hint
		}
	}
	return ""
}

// decimalComma is what stands before and at a place that was not expected after a
// number with a comma, and begunNumber what begins as a number.
var (
	decimalComma = regexp.MustCompile(`[0-9](,[0-9]|,[0-9]+ ?[]}].?)$`)
	begunNumber  = regexp.MustCompile(`^[+-]?[0-9].`)
)

// valueHint says what is a value, where c begins none.
func (r *refusal) valueHint(c rune) string {
	word := r.word()
	lower := strings.ToLower(word)
	switch {
	case strings.ContainsRune("\r\n#,]}", c):
		return "the value is missing"
	case c == '=':
		return "one = stands between a key and its value"
	case lower == "true" || lower == "false":
		return "write true and false in small letters"
	case word == "" || !utf8.ValidString(word):
		word = "on"
	}
	return fmt.Sprintf("texts stand in quotes: %q", word)
}

// openHint says what is not closed.
func (r *refusal) openHint() string {
	if len(r.open) == 0 {
		return "a comma is missing, or a text has no quotes"
	}
	at := newLocator(r.src).at(r.open[len(r.open)-1])
	if strings.Contains(r.message, "terminator") {
		return fmt.Sprintf("what begins at %v is not closed, or a comma is missing", at)
	}
	return fmt.Sprintf("what begins at %v is not closed", at)
}

func dateHint(message string) string {
	if strings.Contains(message, "-") {
		return "write a day and time as 2026-11-20T06:29:00, and only such as there are"
	}
	return `a time of day is a text: "07:30"`
}

// word returns what stands around the place without a space; "" if it is long.
func (r *refusal) word() string {
	const most = 40 // bytes
	ends := func(c byte) bool { return c <= ' ' || strings.IndexByte(",[]{}=#\"'", c) >= 0 }
	from := min(r.off, len(r.src))
	to := from
	for from > 0 && !ends(r.src[from-1]) && to-from <= most {
		from--
	}
	for to < len(r.src) && !ends(r.src[to]) && to-from <= most {
		to++
	}
	if to-from > most {
		return ""
	}
	return string(r.src[from:to])
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }
