package message

import "strconv"

// scanMeta reads a meta that is written as our own programs do, with no space, the keys
// in their order and no escapes. Of whatever is written in another way it says nothing.
func scanMeta(frame []byte) (*Meta, bool) {
	s := scanner{rest: frame, ok: true}
	id := s.text(`{"id":"`)
	at := s.text(`","at":"`)
	from := s.text(`","from":"`)
	seq := s.number(`","seq":`)
	var cause []byte
	if s.follows(`,"cause":"`) {
		cause = s.text(`,"cause":"`)
		s.skip(`"`)
	}
	hops := s.number(`,"hops":`)
	s.skip("}")
	if !s.ok || len(s.rest) > 0 || len(id) == 0 {
		return nil, false
	}
	m := &Meta{Seq: seq, Hops: int(hops)}
	if m.At.UnmarshalText(at) != nil {
		return nil, false
	}
	m.ID, m.From, m.Cause = string(id), string(from), string(cause) // each alone: an id may be kept for long
	return m, true
}

// scanner takes what is expected off the front of rest; ok is false from the first
// thing on that is not there.
type scanner struct {
	rest []byte
	ok   bool
}

func (s *scanner) follows(what string) bool {
	return len(s.rest) >= len(what) && string(s.rest[:len(what)]) == what
}

func (s *scanner) skip(what string) {
	if !s.ok || !s.follows(what) {
		s.ok = false
		return
	}
	s.rest = s.rest[len(what):]
}

// text takes what comes before, and then characters that need no escape.
func (s *scanner) text(before string) []byte {
	s.skip(before)
	if !s.ok {
		return nil
	}
	n := plain(s.rest)
	text := s.rest[:n]
	s.rest = s.rest[n:]
	return text
}

// maxDigits of decimal fit into an int of 64 bits, whatever they are.
const maxDigits = 18

// number takes what comes before, and then a whole number without sign.
func (s *scanner) number(before string) uint64 {
	s.skip(before)
	if !s.ok {
		return 0
	}
	n := 0
	for n < len(s.rest) && '0' <= s.rest[n] && s.rest[n] <= '9' {
		n++
	}
	if n == 0 || n > maxDigits || n > 1 && s.rest[0] == '0' {
		s.ok = false
		return 0
	}
	number, err := strconv.ParseUint(string(s.rest[:n]), 10, strconv.IntSize-1)
	s.ok = err == nil
	s.rest = s.rest[n:]
	return number
}

// plain returns how many bytes at the beginning of text are printable ASCII that
// encoding/json writes as they are.
func plain[T string | []byte](text T) int {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return i
		}
	}
	return len(text)
}
