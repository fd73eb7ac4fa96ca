package zmtp

import (
	"encoding/binary"
	"math"
)

// The bits of a frame's flags byte (RFC 37, section "Framing").
const (
	FlagMore    = 0x01
	FlagLong    = 0x02
	FlagCommand = 0x04
)

// MaxHeaderSize is the longest frame header in bytes: flags and 8 of length.
const MaxHeaderSize = 9

// Header is the header of a frame.
type Header struct {
	// Size is the length of the header itself in bytes: 2 or 9.
	Size int
	// Length is the length of the body in bytes.
	Length int
	// More says that another frame of the same message follows.
	More bool
	// Command marks a command frame.
	Command bool
}

// ParseHeader reads the header at the start of b. It returns a Header of Size 0
// while b is too short to tell; call it again when more bytes are there. limit
// is the longest body taken, in bytes, at least 0. A longer body, a reserved
// flag bit and a command with MORE are errors.
//
// # libzmq's broken frames
//
// libzmq 4.3.4 writes SUBSCRIBE and CANCEL bodies of 256 bytes and a little more
// with an 8-byte length but without the LONG bit:
//
//	04  00 00 00 00 00 00 01 xx  09 "SUBSCRIBE" …  or  06 "CANCEL" …
//
// Read by the letter, this is a command of no bytes, two empty messages, a
// message of one byte and then an illegal frame. ParseHeader reads it as what
// libzmq meant, and no legal stream is ever misread by that. It takes up to 11
// bytes to tell, so after 04 00 the header is undecided until a byte differs
// from the pattern or the pattern is complete. The cost: a command of no bytes,
// which means nothing and which nobody sends, is held back until the next byte
// arrives, and so are empty messages right behind it. Nothing else ever waits,
// and how the stream is cut into reads changes nothing.
//
// libzmq breaks the message form of a 255-byte topic in the same way, towards
// peers that announced 3.0 or less. That one begins like three empty messages
// and cannot be told from them, so it is not understood: announce 3.1.
func ParseHeader(b []byte, limit int) (Header, error) {
	if len(b) >= 2 && b[0] <= FlagMore { // a short message frame, the common case
		h := Header{Size: 2, Length: int(b[1]), More: b[0] == FlagMore}
		if h.Length > limit {
			return Header{}, tooLarge("frame", uint64(h.Length), limit)
		}
		return h, nil
	}
	return parseHeader(b, limit, false)
}

// parseHeader is ParseHeader for every kind of frame. final says that no bytes
// will follow those in b.
func parseHeader(b []byte, limit int, final bool) (Header, error) {
	if len(b) < 2 {
		return Header{}, nil
	}
	flags := b[0]
	if flags&^(FlagMore|FlagLong|FlagCommand) != 0 {
		return Header{}, protocolError("reserved bits in frame flags %#02x", flags)
	}
	h := Header{Size: 2, Length: int(b[1]), More: flags&FlagMore != 0, Command: flags&FlagCommand != 0}
	if h.More && h.Command {
		return Header{}, protocolError("a command frame with MORE")
	}
	long := flags&FlagLong != 0
	if flags == FlagCommand && b[1] == 0 {
		var possible bool
		if long, possible = isBrokenSubscription(b); possible && !final {
			return Header{}, nil
		}
	}
	length := uint64(b[1])
	if long {
		if len(b) < MaxHeaderSize {
			return Header{}, nil
		}
		h.Size, length = MaxHeaderSize, binary.BigEndian.Uint64(b[1:])
	}
	if length > math.MaxInt64 {
		return Header{}, protocolError("frame length %#x has its highest bit set", length)
	}
	if length > uint64(limit) {
		return Header{}, tooLarge("frame", length, limit)
	}
	h.Length = int(length)
	return h, nil
}

// brokenSubscriptions are the two commands that libzmq 4.3.4 writes broken (wire
// capture zmtp31_subscribe_len246_bug): how each begins, and its longest body,
// with a topic of 255 bytes. One letter of the name settles it: read by the
// letter, the bytes 09 'S' hold a reserved bit, and 06 'C' begins a frame of
// more than 2^62 bytes.
var brokenSubscriptions = [...]struct {
	start   string
	longest byte // the low byte of the length, above 256
}{
	{"\x09S", 10 + 255 - 256},
	{"\x06C", 7 + 255 - 256},
}

// isBrokenSubscription looks at bytes that begin with 04 00. It reports whether
// they are a broken subscription frame, or else whether they still can become
// one.
func isBrokenSubscription(b []byte) (is, possible bool) {
	const lead = "\x04\x00\x00\x00\x00\x00\x00\x01" // all of the header but the last byte
	if n := min(len(b), len(lead)); string(b[:n]) != lead[:n] {
		return false, false
	}
	for _, s := range brokenSubscriptions {
		if len(b) >= MaxHeaderSize && b[MaxHeaderSize-1] > s.longest {
			continue
		}
		body := b[min(len(b), MaxHeaderSize):]
		n := min(len(body), len(s.start))
		if string(body[:n]) == s.start[:n] {
			return n == len(s.start), n < len(s.start)
		}
	}
	return false, false
}

// AppendHeader appends the header of a frame to b, short where it can be.
func AppendHeader(b []byte, flags byte, length int) []byte {
	if length <= 255 {
		return append(b, flags&^FlagLong, byte(length))
	}
	b = append(b, flags|FlagLong)
	return binary.BigEndian.AppendUint64(b, uint64(length))
}

// AppendFrame appends a message frame to b.
func AppendFrame(b, body []byte, more bool) []byte {
	var flags byte
	if more {
		flags = FlagMore
	}
	return append(AppendHeader(b, flags, len(body)), body...)
}

// AppendMessage appends the frames of a whole message to b; no frames, no bytes.
func AppendMessage(b []byte, frames [][]byte) []byte {
	for i, frame := range frames {
		b = AppendFrame(b, frame, i < len(frames)-1)
	}
	return b
}
