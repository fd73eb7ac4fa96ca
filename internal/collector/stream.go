package collector

import (
	"bufio"
	"bytes"
	"io"

	"homebus/internal/collect"
	"homebus/internal/filewire"
)

// Stream is a Store that writes whole lines to a stream, each behind its node and path:
//
//	NODE/PATH: LINE
//
// It knows of a source what it has written of it, and so begins every source at its
// beginning. Of a source it keeps the Window bytes that a Proof needs, twice, and the line
// that is not whole yet, up to filewire.MaxLine: a longer one is written in parts. One
// owner; not safe for concurrent use.
type Stream struct {
	w       *bufio.Writer
	shown   func(line string) string
	sources map[collect.Source]*stream
}

// stream is what is known of a source.
type stream struct {
	size       int64
	head, last []byte
	half       []byte
	aside      *filewire.Proof
}

// NewStream returns a Stream to w. Lines are written as shown returns them, such as without
// what a terminal would obey; where it is nil, as they are.
func NewStream(w io.Writer, shown func(line string) string) *Stream {
	return &Stream{w: bufio.NewWriter(w), shown: shown, sources: map[collect.Source]*stream{}}
}

func (s *Stream) of(at collect.Source) *stream {
	if s.sources[at] == nil {
		s.sources[at] = &stream{}
	}
	return s.sources[at]
}

// Size is how many bytes of the generation have come.
func (s *Stream) Size(at collect.Source) (int64, error) { return s.of(at).size, nil }

// Append writes the lines that are whole now.
func (s *Stream) Append(at collect.Source, b []byte) error {
	x := s.of(at)
	x.size += int64(len(b))
	x.head = append(x.head, b[:min(len(b), filewire.Window-len(x.head))]...)
	x.last = append(x.last, b[max(0, len(b)-filewire.Window):]...)
	x.last = append(x.last[:0], x.last[max(0, len(x.last)-filewire.Window):]...)
	x.half = append(x.half, b...)
	for {
		n := bytes.IndexByte(x.half, '\n')
		if n < 0 && len(x.half) < filewire.MaxLine {
			break
		}
		if n < 0 || n > filewire.MaxLine {
			n = filewire.MaxLine
		}
		if err := s.line(at, x.half[:n]); err != nil {
			return err
		}
		x.half = bytes.TrimPrefix(x.half[n:], []byte("\n"))
	}
	x.half = append([]byte(nil), x.half...) // so that what was written is let go
	return nil
}

func (s *Stream) line(at collect.Source, line []byte) error {
	_, _ = s.w.WriteString(name(at)) // a bufio.Writer keeps its error
	_, _ = s.w.WriteString(": ")
	if s.shown != nil {
		line = []byte(s.shown(string(line)))
	}
	_, _ = s.w.Write(line)
	return s.w.WriteByte('\n')
}

// Flush writes what waits.
func (s *Stream) Flush() error { return s.w.Flush() }

// Proof is of what has come.
func (s *Stream) Proof(at collect.Source) (filewire.Proof, error) {
	x := s.of(at)
	return filewire.ProveOf(x.head, x.last, x.size), nil
}

// SetAside writes the line that no newline ended, and begins anew.
func (s *Stream) SetAside(at collect.Source) error {
	x := s.of(at)
	if x.size == 0 {
		return nil
	}
	proof := filewire.ProveOf(x.head, x.last, x.size)
	s.sources[at] = &stream{aside: &proof}
	if len(x.half) == 0 {
		return nil
	}
	return s.line(at, x.half)
}

// Aside is of the generation before.
func (s *Stream) Aside(at collect.Source) (*filewire.Proof, error) { return s.of(at).aside, nil }
