package bench

import "slices"

// maxGaps is how many gaps a stream remembers. What is missing in gaps beyond that stays
// lost, even if it comes later, and is then taken for a duplicate.
const maxGaps = 1 << 16

// stream is what a subscriber has heard of a publisher.
type stream struct {
	share
	// next is the message that comes next if none is missing, phase its topic, and
	// limit how many the publisher sends.
	next, phase, limit int64
	// heard counts messages once each, however often they came.
	heard, duplicated, reordered int64
	// gaps are the messages before next that have not come, by their index in the
	// share, ascending.
	gaps []gap
}

// gap is the messages from, and before, an index.
type gap struct{ from, before int64 }

func newStream(s share, limit int64) stream {
	return stream{share: s, next: s.offset, phase: s.offset, limit: limit}
}

// take notes that message n has come; false says that it cannot be one of this stream.
func (s *stream) take(n int64) bool {
	if n != s.next || n >= s.limit {
		return s.takeOther(n)
	}
	s.heard++
	s.advance()
	return true
}

// advance goes to the message after next, without a division.
func (s *stream) advance() {
	if s.phase+s.stride < s.period {
		s.phase += s.stride
		s.next += s.stride
		return
	}
	s.next += s.period - s.phase + s.offset
	s.phase = s.offset
}

// takeOther is take for whatever is not the next message.
func (s *stream) takeOther(n int64) bool {
	index, ours := s.index(n)
	if !ours || n >= s.limit {
		return false
	}
	if n > s.next {
		missing, _ := s.index(s.next)
		if len(s.gaps) < maxGaps {
			s.gaps = append(s.gaps, gap{missing, index})
		}
		s.heard++
		s.next, s.phase = n, n%s.period
		s.advance()
		return true
	}
	if s.fill(index) {
		s.heard++
		s.reordered++
	} else {
		s.duplicated++
	}
	return true
}

// fill takes an index out of the gaps; false if it is in none.
func (s *stream) fill(index int64) bool {
	i, _ := slices.BinarySearchFunc(s.gaps, index, func(g gap, index int64) int {
		if g.before <= index {
			return -1
		}
		return 1
	})
	if i == len(s.gaps) || index < s.gaps[i].from {
		return false
	}
	g := s.gaps[i]
	var rest []gap
	if g.from < index {
		rest = append(rest, gap{g.from, index})
	}
	if index+1 < g.before {
		rest = append(rest, gap{index + 1, g.before})
	}
	s.gaps = slices.Replace(s.gaps, i, i+1, rest...)
	return true
}
