package tomltree

import (
	"bytes"
	"strings"
)

// shortString takes a string on one line, from its quote on.
func (s *scanner) shortString(quote byte) error {
	for s.off++; s.off < len(s.src); s.off++ {
		switch c := s.src[s.off]; {
		case c == quote:
			s.off++
			return nil
		case c == '\n':
			return errScan
		case c == '\\' && quote == '"':
			s.off++
		}
	}
	return errScan
}

// longString takes a string of several lines, from behind its three quotes on.
// Up to two quotes may stand right before the closing three.
func (s *scanner) longString(quote byte) error {
	end := strings.Repeat(string(quote), 3)
	for ; s.off < len(s.src); s.off++ {
		switch {
		case s.src[s.off] == '\\' && quote == '"':
			s.off++
		case s.take(end):
			for range 2 {
				s.take(string(quote))
			}
			return nil
		}
	}
	return errScan
}

// bareValue takes a number, a truth value or a time, which may hold a space, up
// to what can end it.
func (s *scanner) bareValue() error {
	n := bytes.IndexAny(s.src[s.off:], ",]}#\r\n")
	if n < 0 {
		n = len(s.src) - s.off
	}
	if n == 0 {
		return errScan
	}
	s.off += n
	return nil
}

// skipBlank passes spaces and tabs, and also line ends and comments if lines.
func (s *scanner) skipBlank(lines bool) {
	for ; s.off < len(s.src); s.off++ {
		switch c := s.src[s.off]; {
		case c == ' ' || c == '\t':
		case lines && (c == '\n' || c == '\r'):
		case lines && c == '#':
			n := bytes.IndexByte(s.src[s.off:], '\n')
			if n < 0 {
				n = len(s.src) - s.off
			}
			s.off += n - 1
		default:
			return
		}
	}
}

func (s *scanner) take(text string) bool {
	if !bytes.HasPrefix(s.src[s.off:], []byte(text)) {
		return false
	}
	s.off += len(text)
	return true
}

func (s *scanner) expect(text string) error {
	s.skipBlank(false)
	if !s.take(text) {
		return errScan
	}
	return nil
}

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.off >= len(s.src) {
		return 0
	}
	return s.src[s.off]
}

func isBare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-'
}
