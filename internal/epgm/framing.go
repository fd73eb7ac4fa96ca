package epgm

import (
	"encoding/binary"
	"errors"
	"math"
)

// The framing of ZMTP 1.0: the length of flags and body together, in one byte, or ff and
// eight bytes; then flags, of which the lowest bit says that another frame follows.
const (
	longMark    = 0xff
	shortHeader = 1 + 1
	longHeader  = 1 + 8 + 1
	flagMore    = 0x01
)

// An APDU begins with where in the rest the first message begins, noStart if none does.
const (
	offsetSize = 2
	noStart    = 0xffff
)

const (
	// overhead is the length of the headers of IPv4 and UDP, in bytes.
	overhead = 20 + 8
	// maxTPDU is the longest packet with them, in bytes (ZMQ_MULTICAST_MAXTPDU's
	// default): an Ethernet frame. maxAPDU is what libzmq makes of that: OpenPGM keeps
	// room for an option.
	maxTPDU = 1500
	maxAPDU = maxTPDU - overhead - dataHeaderSize - 20
)

// Why a stream cannot be read on.
var (
	errFraming  = errors.New("stream: a frame that cannot be")
	errTooLarge = errors.New("stream: a message over the limits")
)

// ErrTooLarge is the error of Publish for a message over MaxMessage or MaxParts.
var ErrTooLarge = errors.New("message too large for multicast")

// The largest message that is sent and taken: MaxMessage bytes in MaxParts frames.
const (
	MaxMessage = 16 << 20
	MaxParts   = 1024
)

// appendMessage appends a message in wire form.
func appendMessage(b []byte, frames [][]byte) []byte {
	for i, frame := range frames {
		if n := len(frame) + 1; n < longMark {
			b = append(b, byte(n))
		} else {
			b = binary.BigEndian.AppendUint64(append(b, longMark), uint64(n))
		}
		var flags byte
		if i < len(frames)-1 {
			flags = flagMore
		}
		b = append(append(b, flags), frame...)
	}
	return b
}

// wireSize is how long a message is in wire form.
func wireSize(frames [][]byte) int {
	n := 0
	for _, frame := range frames {
		n += len(frame) + shortHeader
		if len(frame)+1 >= longMark {
			n += longHeader - shortHeader
		}
	}
	return n
}

// checkMessage returns an error that matches ErrTooLarge if the message is over the
// limits, and another if it has no frames.
func checkMessage(frames [][]byte) error {
	if len(frames) == 0 {
		return errors.New("a message of no frames")
	}
	size := 0
	for _, frame := range frames {
		size += len(frame)
	}
	if size > MaxMessage || len(frames) > MaxParts {
		return ErrTooLarge
	}
	return nil
}

// span is where a frame's body lies.
type span struct{ from, to int }

// keepSpans is for how many frames a scanner has room while it waits.
const keepSpans = 16

// scanner finds the frames of one message in as much of it as has come.
type scanner struct {
	// at is where the next frame begins, once so much is there.
	at     int
	frames []span
	// body counts the bytes of bodies; whole says that the last frame's header was read.
	body  int
	whole bool
}

// scan goes on with b, which begins where the message does. It reports whether all of the
// message is there: b[:at].
func (s *scanner) scan(b []byte) (bool, error) {
	for !s.whole {
		if len(b) <= s.at {
			return false, nil
		}
		head, size := b[s.at:], shortHeader
		length := uint64(head[0])
		if head[0] == longMark {
			size = longHeader
		}
		if len(head) < size {
			return false, nil
		}
		if size == longHeader {
			length = binary.BigEndian.Uint64(head[1:])
		}
		if length == 0 || length > math.MaxInt64 {
			return false, errFraming
		}
		length--
		if length > uint64(MaxMessage-s.body) || len(s.frames) == MaxParts {
			return false, errTooLarge
		}
		from := s.at + size
		s.at = from + int(length)
		s.body += int(length)
		s.frames = append(s.frames, span{from, s.at})
		s.whole = head[size-1]&flagMore == 0
	}
	return len(b) >= s.at, nil
}

// take returns the frames of the message that b begins with, which is whole, and makes
// the scanner ready for the next.
func (s *scanner) take(b []byte) [][]byte {
	frames := make([][]byte, len(s.frames))
	for i, f := range s.frames {
		frames[i] = b[f.from:f.to:f.to]
	}
	s.reset()
	return frames
}

func (s *scanner) reset() {
	if cap(s.frames) > keepSpans {
		s.frames = nil
	}
	*s = scanner{frames: s.frames[:0]}
}
