package zmtp

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// Limits bounds what a peer may send.
type Limits struct {
	// Frame is the longest frame body, Message the sum of a message's bodies,
	// both in bytes; Parts is the highest number of frames in a message.
	Frame, Message, Parts int
}

// DefaultLimits are generous for a home: 64 MiB would be a firmware image.
var DefaultLimits = Limits{Frame: 16 << 20, Message: 32 << 20, Parts: 1024}

// readStep is how much of a body is allocated ahead of what has arrived, so
// that a lying length costs its sender the bytes and us nothing.
const readStep = 64 << 10

// Reader reads whole messages and commands from a connection after its
// handshake. It is the convenient way, for clients and tests; the forwarder
// parses in place. How the stream is cut into reads changes nothing. One owner.
type Reader struct {
	source source
	r      *bufio.Reader
	limits Limits
	// parts of a message of which the end has not come yet; a command may
	// stand between them.
	parts [][]byte
	size  int
}

// How much is read at once, which is held for as long as the Reader. It is little at
// first, for a program can have thousands of connections that say little, and doubles
// as often as a read fills it.
const (
	minReadAhead = 512
	maxReadAhead = 32 << 10
)

// NewReader returns a Reader on r.
func NewReader(r io.Reader, limits Limits) *Reader {
	reader := &Reader{source: source{r: r}, limits: limits}
	reader.r = bufio.NewReaderSize(&reader.source, minReadAhead)
	return reader
}

// source is where the bytes come from: first what was read ahead already.
type source struct {
	ahead []byte
	r     io.Reader
	// full says that the last Read brought all that was asked for.
	full bool
}

func (s *source) Read(b []byte) (int, error) {
	if len(s.ahead) > 0 {
		n := copy(b, s.ahead)
		s.ahead = s.ahead[n:]
		return n, nil
	}
	n, err := s.r.Read(b)
	s.full = n == len(b)
	return n, err
}

// widen reads more at once if there was more to read.
func (r *Reader) widen() {
	if !r.source.full || r.r.Size() >= maxReadAhead {
		return
	}
	r.source.full = false
	ahead, _ := r.r.Peek(r.r.Buffered())
	r.source.ahead = bytes.Clone(ahead)
	r.r = bufio.NewReaderSize(&r.source, 2*r.r.Size())
}

// Item is one thing read: a message, or a command if Command is true, whose
// body is then the only frame.
type Item struct {
	Command bool
	Frames  [][]byte
}

// Read returns the next whole message or command. The end of the stream between
// messages is io.EOF, within one io.ErrUnexpectedEOF: a message is delivered
// whole or not at all. The frames belong to the caller.
func (r *Reader) Read() (Item, error) {
	for {
		r.widen()
		h, err := r.header()
		if err != nil {
			return Item{}, err
		}
		if !h.Command {
			r.size += h.Length
			if r.size > r.limits.Message {
				return Item{}, tooLarge("message", uint64(r.size), r.limits.Message)
			}
			if len(r.parts) >= r.limits.Parts {
				return Item{}, fmt.Errorf("%w: more than %d frames in a message", ErrTooLarge, r.limits.Parts)
			}
		}
		body, err := r.body(h.Length)
		if err != nil {
			return Item{}, err
		}
		if h.Command {
			return Item{Command: true, Frames: [][]byte{body}}, nil
		}
		r.parts = append(r.parts, body)
		if !h.More {
			item := Item{Frames: r.parts}
			r.parts, r.size = nil, 0
			return item, nil
		}
	}
}

// header waits for the bytes of a header and no more, so that what is complete
// is delivered at once.
func (r *Reader) header() (Header, error) {
	for need := 2; ; need++ {
		_, end := r.r.Peek(need)
		b, _ := r.r.Peek(r.r.Buffered())
		h, err := parseHeader(b, r.limits.Frame, end == io.EOF)
		if err != nil {
			return Header{}, err
		}
		if h.Size > 0 {
			_, err = r.r.Discard(h.Size)
			return h, err
		}
		if end == io.EOF && (len(b) > 0 || len(r.parts) > 0) {
			end = io.ErrUnexpectedEOF
		}
		if end != nil {
			return Header{}, end
		}
		need = max(need, len(b))
	}
}

func (r *Reader) body(length int) ([]byte, error) {
	body := make([]byte, 0, min(length, readStep))
	for len(body) < length {
		step := min(length-len(body), max(readStep, len(body)))
		n := len(body)
		body = append(body, make([]byte, step)...)
		if _, err := io.ReadFull(r.r, body[n:]); err != nil {
			return nil, noEOF(err)
		}
	}
	return body, nil
}
