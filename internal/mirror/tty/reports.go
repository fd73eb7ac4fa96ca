package tty

// escBracket is how control sequences begin.
const escBracket = "\x1b["

// maxReport is how long a report of the mouse is at most: three numbers, of which two
// are places.
const maxReport = 24

// reports sees to it that what a mouse says comes whole or not at all. Its reports
// begin like keys and consist of what keys send: Bubble Tea, given half of one, types
// the rest. A line may cut them anywhere, and what is behind it may be broken.
//
// Two forms are known: SGR, ESC [ < button ; column ; row M or m, which is what is
// asked for, and X10, ESC [ M and three bytes, from terminals that have only that.
// Of both no key begins like them, so half of one is waited for however long it
// takes, and a key that ends it is lost with it. ESC and ESC [ alone may be keys.
type reports struct {
	held []byte // the beginning of a sequence
	bad  bool   // of a report that is longer, or other, than any
}

// take returns b, with what was held before it, in pieces: each is a whole report or
// other keys. A broken report is in none, and parts the keys around it.
func (r *reports) take(b []byte) [][]byte {
	var pieces [][]byte
	var keys []byte
	flush := func() {
		if len(keys) > 0 {
			pieces, keys = append(pieces, keys), nil
		}
	}
	for _, c := range b {
		switch {
		case c == esc && !r.inX10():
			if r.inReport() {
				flush()
			} else {
				keys = append(keys, r.held...)
			}
			r.held, r.bad = append(r.held[:0:0], c), false
		case len(r.held) == 0:
			keys = append(keys, c)
		case r.begins(c):
			r.held = append(r.held, c)
		case !r.inReport():
			keys, r.held = append(append(keys, r.held...), c), nil
		default:
			report, after := r.next(c)
			if flush(); len(report) > 0 {
				pieces = append(pieces, report)
			}
			if after {
				keys = append(keys, c)
			}
		}
	}
	flush()
	return pieces
}

// unsure reports whether something is held that is a report only if more comes soon.
func (r *reports) unsure() bool { return len(r.held) > 0 && !r.inReport() }

// release returns what was held, because nothing more came: keys.
func (r *reports) release() []byte {
	if r.inReport() {
		return nil
	}
	keys := r.held
	r.held = nil
	return keys
}

func (r *reports) inReport() bool { return len(r.held) > len(escBracket) }
func (r *reports) inX10() bool    { return r.inReport() && r.held[2] == 'M' }

// begins reports whether c goes on with what may become a report.
func (r *reports) begins(c byte) bool {
	switch len(r.held) {
	case 1:
		return c == '['
	case len(escBracket):
		return c == '<' || c == 'M'
	}
	return false
}

// next takes a byte within a report. It returns the report if that is its last one,
// and whether the byte is none of it.
func (r *reports) next(c byte) (report []byte, after bool) {
	isX10 := r.inX10()
	switch {
	case !isX10 && c < ' ' || !isX10 && c >= 0x7f: // in no sequence: it was broken off
		r.held, r.bad = nil, false
		return nil, true
	case len(r.held) < maxReport:
		r.held = append(r.held, c)
	default:
		r.bad = true
	}
	switch {
	case isX10 && len(r.held) < len(escBracket)+4, !isX10 && c < 0x40:
		return nil, false
	case isX10, !r.bad && isSGR(r.held):
		report = r.held
	}
	r.held, r.bad = nil, false
	return report, false
}

// isSGR reports whether it is a report of the form SGR, with numbers that a terminal
// can mean.
func isSGR(report []byte) bool {
	body, final := report[3:len(report)-1], report[len(report)-1]
	numbers, digits := 0, 0
	for _, c := range body {
		switch {
		case c >= '0' && c <= '9' && digits < 5:
			digits++
		case c == ';' && digits > 0:
			numbers, digits = numbers+1, 0
		default:
			return false
		}
	}
	return numbers == 2 && digits > 0 && (final == 'M' || final == 'm')
}
