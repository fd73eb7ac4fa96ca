package socket

import (
	"fmt"
	"io"
	"slices"
	"sync"

	"homebus/internal/zmtp"
)

const (
	// A reader's buffer is small while a connection is idle, and large while much
	// arrives.
	idleBuffer = 1 << 10
	busyBuffer = 64 << 10
	// bodyStep is how much of a body is allocated ahead of what has arrived.
	bodyStep = 64 << 10
	// usualParts is how many frames a message of several has room for at first.
	usualParts = 4
	// Bodies of slabShare bytes at most lie together in pieces of slabSize, as many
	// as find room.
	slabSize, slabShare = 4 << 10, 512
	// uncleared is the length from which on it costs something to clear memory.
	uncleared = 4 << 10
)

var busyBuffers = sync.Pool{New: func() any { return new([busyBuffer]byte) }}

// reader takes messages and commands out of a stream: whatever is whole, without
// waiting for more, so that all that has arrived can be handed on at once. One owner.
type reader struct {
	limits zmtp.Limits
	idle   [idleBuffer]byte
	busy   *[busyBuffer]byte // nil while little arrives
	buf    []byte            // idle or busy
	// slab is what is left of the piece of memory for small bodies.
	slab []byte
	// [from, to) of buf has been read and is not consumed yet.
	from, to int

	// parts and size are of a message of which the end has not come.
	parts [][]byte
	size  int
	// body is what has come of a frame, of which left is still to come; header is
	// that frame's, of Size 0 if there is none.
	body   []byte
	left   int
	header zmtp.Header

	// claimed is what was last counted of unfinished.
	claimed int

	// batch is the messages that are delivered at once, kept for its room.
	batch [][][]byte
}

func newReader(limits zmtp.Limits) *reader {
	r := &reader{limits: limits}
	r.buf = r.idle[:]
	return r
}

// free gives the buffer back; the reader is then of no use any more.
func (r *reader) free() {
	if r.busy != nil {
		busyBuffers.Put(r.busy)
		r.busy, r.buf = nil, nil
	}
}

// fill reads once, and thereby waits until there is something. It is called when
// next has nothing more.
func (r *reader) fill(from io.Reader) error {
	if r.from == r.to && r.left >= busyBuffer { // past the buffer
		r.body = slices.Grow(r.body, min(r.left, max(bodyStep, len(r.body))))
		n, err := from.Read(r.body[len(r.body):min(cap(r.body), len(r.body)+r.left)])
		r.body = r.body[:len(r.body)+n]
		r.left -= n
		return err
	}
	r.settle()
	n, err := from.Read(r.buf[r.to:])
	r.to += n
	return err
}

// settle moves what is not consumed, less than a header, to the front of a buffer
// that is as large as the last read suggests.
func (r *reader) settle() {
	old := r.buf[r.from:r.to]
	switch {
	case r.busy == nil && r.to == len(r.buf):
		r.busy = busyBuffers.Get().(*[busyBuffer]byte)
		r.buf = r.busy[:]
	case r.busy != nil && r.to <= idleBuffer:
		r.buf, r.slab = r.idle[:], nil
	}
	r.from, r.to = 0, copy(r.buf, old)
	if r.busy != nil && len(r.buf) == idleBuffer {
		busyBuffers.Put(r.busy)
		r.busy = nil
	}
}

// next returns the next message or command that is whole. The frames belong to the
// caller.
func (r *reader) next() (item zmtp.Item, whole bool, err error) {
	for {
		if r.header.Size == 0 {
			h, err := zmtp.ParseHeader(r.buf[r.from:r.to], r.limits.Frame)
			if err != nil || h.Size == 0 {
				return zmtp.Item{}, false, err
			}
			if err := r.begin(h); err != nil {
				return zmtp.Item{}, false, err
			}
		}
		n := min(r.left, r.to-r.from)
		r.body = append(r.body, r.buf[r.from:r.from+n]...)
		r.from += n
		r.left -= n
		if r.left > 0 {
			return zmtp.Item{}, false, nil
		}
		h, body := r.header, r.body
		r.header, r.body = zmtp.Header{}, nil
		if h.Command {
			return zmtp.Item{Command: true, Frames: [][]byte{body}}, true, nil
		}
		if r.parts == nil && h.More {
			r.parts = make([][]byte, 0, usualParts)
		}
		r.parts = append(r.parts, body)
		if !h.More {
			item = zmtp.Item{Frames: r.parts}
			r.parts, r.size = nil, 0
			return item, true, nil
		}
	}
}

// unfinished is how many bytes of bodies have come of a message or command that is not
// whole.
func (r *reader) unfinished() int {
	if r.header.Command {
		return r.size + len(r.body)
	}
	return r.size - r.header.Length + len(r.body)
}

// begin begins a frame, if the limits allow it.
func (r *reader) begin(h zmtp.Header) error {
	if !h.Command {
		r.size += h.Length
		if r.size > r.limits.Message {
			return fmt.Errorf("%w: a message of %d bytes, at most %d are taken", zmtp.ErrTooLarge, r.size, r.limits.Message)
		}
		if len(r.parts) >= r.limits.Parts {
			return fmt.Errorf("%w: more than %d frames in a message", zmtp.ErrTooLarge, r.limits.Parts)
		}
	}
	r.from += h.Size
	r.header, r.left = h, h.Length
	r.body = nil
	if h.Length > uncleared && h.Length <= r.to-r.from {
		return nil // it is all there, and is copied to memory that is not cleared before
	}
	r.body = r.room(min(h.Length, bodyStep))
	return nil
}

// room returns an empty slice with room for n bytes, for a body. While much arrives,
// small ones lie side by side in one piece of memory, which lives for as long as any
// of them does.
func (r *reader) room(n int) []byte {
	if n == 0 || n > slabShare || r.busy == nil {
		return make([]byte, 0, n)
	}
	if n > len(r.slab) {
		r.slab = make([]byte, slabSize)
	}
	body := r.slab[:0:n]
	r.slab = r.slab[n:]
	return body
}
