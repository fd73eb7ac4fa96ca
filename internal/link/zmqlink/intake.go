package zmqlink

import (
	"fmt"
	"io"

	"homebus/internal/zmtp"
)

// How much an intake reads at once, and holds while there is nothing to read: little at
// first, for a program can have thousands of links that say little, and twice as much
// whenever a read has filled it. What a large message needs beyond that is given up
// behind it.
const (
	minIntake = 512
	maxIntake = 32 << 10
)

// intake reads whole messages and commands, as a zmtp.Reader does, but hands them out
// where they lie: a guard only passes them on. One owner.
type intake struct {
	source io.Reader
	limits zmtp.Limits

	// [from, to) of buf has been read and not been handed out; full says that the last
	// read filled buf.
	buf      []byte
	from, to int
	full     bool

	// What is known of the message at from: how many bytes of it are whole frames, where
	// their bodies lie behind from, and how long those are together.
	scanned int
	bodies  []span
	size    int

	// frames and body are what was handed out last, kept for their room.
	frames [][]byte
	body   []byte
}

// span is a part of a message, as offsets.
type span struct{ from, to int }

// item is a message in frames and as it came, in wire, or a command's body. It is valid
// until the next one is read.
type item struct {
	frames  [][]byte // nil for a command
	wire    []byte
	command []byte
}

func newIntake(source io.Reader, limits zmtp.Limits) *intake {
	return &intake{source: source, limits: limits}
}

// read returns the next whole message or command. The end of the stream between them is
// io.EOF, within one io.ErrUnexpectedEOF.
func (r *intake) read() (item, error) {
	for {
		at := r.from + r.scanned
		h, err := zmtp.ParseHeader(r.buf[at:r.to], r.limits.Frame)
		if err == nil {
			err = r.allow(h)
		}
		if err != nil {
			return item{}, err
		}
		if h.Size == 0 || r.to-at < h.Size+h.Length {
			if err := r.fill(r.scanned + h.Size + h.Length); err != nil {
				return item{}, err
			}
			continue
		}
		if h.Command {
			return item{command: r.takeCommand(at, h)}, nil
		}
		r.bodies = append(r.bodies, span{r.scanned + h.Size, r.scanned + h.Size + h.Length})
		r.scanned += h.Size + h.Length
		r.size += h.Length
		if !h.More {
			return r.takeMessage(), nil
		}
	}
}

// allow returns an error if a frame with that header makes its message too large.
func (r *intake) allow(h zmtp.Header) error {
	switch {
	case h.Command || h.Size == 0:
		return nil
	case r.size+h.Length > r.limits.Message:
		return fmt.Errorf("%w: a message of %d bytes, at most %d are taken", zmtp.ErrTooLarge, r.size+h.Length, r.limits.Message)
	case len(r.bodies) >= r.limits.Parts:
		return fmt.Errorf("%w: more than %d frames in a message", zmtp.ErrTooLarge, r.limits.Parts)
	}
	return nil
}

// takeCommand hands out the command at a place in buf. If it stands between the frames of
// a message, the gap is closed.
func (r *intake) takeCommand(at int, h zmtp.Header) []byte {
	body := r.buf[at+h.Size : at+h.Size+h.Length]
	if r.scanned == 0 {
		r.from = at + h.Size + h.Length
		return body
	}
	r.body = append(r.body[:0], body...)
	r.to = at + copy(r.buf[at:], r.buf[at+h.Size+h.Length:r.to])
	return r.body
}

// takeMessage hands out the message at from, which is whole.
func (r *intake) takeMessage() item {
	wire := r.buf[r.from : r.from+r.scanned]
	r.frames = r.frames[:0]
	for _, s := range r.bodies {
		r.frames = append(r.frames, wire[s.from:s.to])
	}
	r.from += r.scanned
	r.scanned, r.size, r.bodies = 0, 0, r.bodies[:0]
	return item{frames: r.frames, wire: wire}
}

// fill reads once. need is how long what lies at from will be at least, as far as that is
// known; memory for it is taken only as it arrives.
func (r *intake) fill(need int) error {
	r.settle(need)
	n, err := r.source.Read(r.buf[r.to:])
	r.to += n
	r.full = r.to == len(r.buf)
	switch {
	case n > 0:
		return nil // an error comes again
	case err == io.EOF && r.to > r.from:
		return io.ErrUnexpectedEOF
	}
	return err
}

// settle makes room to read into, behind what has not been handed out.
func (r *intake) settle(need int) {
	held := r.to - r.from
	size := max(len(r.buf), minIntake)
	switch {
	case held == 0 && size > maxIntake:
		size = maxIntake
	case held == size: // it is all one message
		most := r.limits.Message + r.limits.Parts*zmtp.MaxHeaderSize
		size = min(2*size, max(most, need, size+minIntake))
	case r.full && size < maxIntake:
		size *= 2
	}
	r.full = false
	switch {
	case size != len(r.buf):
		buf := make([]byte, size)
		copy(buf, r.buf[r.from:r.to])
		r.buf = buf
	case r.from > 0:
		copy(r.buf, r.buf[r.from:r.to])
	}
	r.from, r.to = 0, held
}
