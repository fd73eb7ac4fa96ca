package tomltree

import (
	"errors"
	"fmt"
	"strings"
)

// Bounds of what is read at all. They keep the cost of a hostile file in bounds:
// the parser's work on a key grows with the length of its path, and its calls
// nest as deep as the values.
const (
	// maxDepth is how deep lists and inline tables may lie in one another.
	maxDepth = 16
	// maxParts is how many parts a key may have with those that it lies in.
	maxParts = 20
	// maxPath is how many bytes those may have.
	maxPath = 300
	// maxValues is how many values and headers a text may have; a scene has some
	// forty.
	maxValues = 100_000
	// maxWork bounds the squares of the parts of all keys, with those that they lie
	// in, taken together: that is what the parser's work grows with. It is as much as
	// maxValues keys of six parts have; one of a scene has some five.
	maxWork = 4_000_000
)

// errScan says that this is no TOML, which the parser says better.
var errScan = errors.New("not TOML")

// boundError says which bound is exceeded.
type boundError string

func (e boundError) Error() string { return string(e) }

var (
	errDepth  = boundError(fmt.Sprintf("lists and tables lie too deep in one another; at most %d levels are read", maxDepth))
	errParts  = boundError(fmt.Sprintf("the key, with those it lies in, has too many parts; at most %d are read", maxParts))
	errPath   = boundError(fmt.Sprintf("the key, with those it lies in, is too long; at most %d bytes are read", maxPath))
	errWork   = boundError("the file says too much too deep; write fewer parts in a key, or fewer keys")
	errValues = boundError(fmt.Sprintf("the file says too much; at most %d values are read", maxValues))
)

// statement is one line of TOML in the wider sense: a header or a key with its
// value.
type statement struct {
	kind statementKind
	key  scannedKey
	// value is unset for headers.
	value scannedValue
}

type statementKind int

// The kinds; a header's is the number of its brackets.
const (
	assignment  statementKind = 0
	tableHeader statementKind = 1
	listHeader  statementKind = 2
)

// scannedKey is a key: the offset of each of its parts.
type scannedKey []int

// scannedValue is where a value begins and what lies in it. A list has items,
// an inline table has pairs, every other value neither.
type scannedValue struct {
	offset int
	items  []scannedValue
	pairs  []scannedPair
}

type scannedPair struct {
	key   scannedKey
	value scannedValue
}

// scanner finds the places of keys and values in a TOML text. It takes every
// text that the parser takes, and many more: it is no judge of syntax. Text that
// it cannot follow is text that the parser refuses, at that place or before.
type scanner struct {
	src []byte
	off int
	// open are the offsets of the lists, inline tables and long strings that it is in.
	open []int
	// header is the last header, path the keys around the present place.
	header, path pathSize
	values       int
	work         int
}

// pathSize measures a key with those that it lies in.
type pathSize struct{ bytes, parts int }

// scan returns the statements of src in their order. After an error, off is
// where it stopped.
func (s *scanner) scan() ([]statement, error) {
	var all []statement
	for {
		s.skipBlank(true)
		if s.off >= len(s.src) {
			return all, nil
		}
		st, err := s.statement()
		if err != nil {
			return nil, err
		}
		all = append(all, st)
	}
}

func (s *scanner) statement() (statement, error) {
	st := statement{kind: assignment}
	switch {
	case s.take("[["):
		st.kind = listHeader
	case s.take("["):
		st.kind = tableHeader
	}
	if st.kind == assignment {
		s.path = s.header
		pair, err := s.pair(0)
		st.key, st.value = pair.key, pair.value
		return st, err
	}
	s.path = pathSize{}
	var err error
	if st.key, err = s.key(); err != nil {
		return st, err
	}
	s.header = s.path
	if s.values++; s.values > maxValues {
		return st, errValues
	}
	return st, s.expect(strings.Repeat("]", int(st.kind)))
}

// pair takes a key and its value.
func (s *scanner) pair(depth int) (p scannedPair, err error) {
	around := s.path
	if p.key, err = s.key(); err != nil {
		return p, err
	}
	if err = s.expect("="); err != nil {
		return p, err
	}
	p.value, err = s.value(depth)
	s.path = around
	return p, err
}

// key takes a dotted key up to what follows it.
func (s *scanner) key() (scannedKey, error) {
	var key scannedKey
	for {
		s.skipBlank(false)
		begin := s.off
		if err := s.keyPart(); err != nil {
			return nil, err
		}
		key = append(key, begin)
		s.path.bytes += s.off - begin
		s.path.parts++
		switch {
		case s.path.bytes > maxPath:
			s.off = key[0]
			return nil, errPath
		case s.path.parts > maxParts:
			s.off = key[0]
			return nil, errParts
		}
		s.skipBlank(false)
		if s.take(".") {
			continue
		}
		if s.work += s.path.parts * s.path.parts; s.work > maxWork {
			s.off = key[0]
			return nil, errWork
		}
		return key, nil
	}
}

func (s *scanner) keyPart() error {
	switch c := s.peek(); {
	case c == '"' || c == '\'':
		return s.shortString(c)
	case isBare(c):
		for isBare(s.peek()) {
			s.off++
		}
		return nil
	}
	return errScan
}

func (s *scanner) value(depth int) (scannedValue, error) {
	s.skipBlank(false)
	v := scannedValue{offset: s.off}
	if depth >= maxDepth {
		return v, errDepth
	}
	if s.values++; s.values > maxValues {
		return v, errValues
	}
	var err error
	switch c := s.peek(); c {
	case '[', '{':
		s.open = append(s.open, s.off)
		s.off++
		if c == '[' {
			v.items, err = s.items(depth + 1)
		} else {
			v.pairs, err = s.pairs(depth + 1)
		}
		if err == nil {
			s.open = s.open[:len(s.open)-1]
		}
	case '"', '\'':
		if s.take(strings.Repeat(string(c), 3)) {
			s.open = append(s.open, v.offset)
			if err = s.longString(c); err == nil {
				s.open = s.open[:len(s.open)-1]
			}
		} else {
			err = s.shortString(c)
		}
	default:
		err = s.bareValue()
	}
	return v, err
}

func (s *scanner) items(depth int) ([]scannedValue, error) {
	var items []scannedValue
	for {
		s.skipBlank(true)
		if s.take("]") {
			return items, nil
		}
		item, err := s.value(depth)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
		s.skipBlank(true)
		if !s.take(",") && s.peek() != ']' {
			return nil, errScan
		}
	}
}

func (s *scanner) pairs(depth int) ([]scannedPair, error) {
	var pairs []scannedPair
	for {
		s.skipBlank(true)
		if s.take("}") {
			return pairs, nil
		}
		pair, err := s.pair(depth)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
		s.skipBlank(true)
		if !s.take(",") && s.peek() != '}' {
			return nil, errScan
		}
	}
}
