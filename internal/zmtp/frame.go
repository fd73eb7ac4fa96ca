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

// brokenLengthMax is the highest body length of the subscription frames that
// libzmq 4.3.4 writes with an 8-byte length but without the LONG bit
// (wire capture zmtp31_subscribe_len246_bug): SUBSCRIBE, 10 + 255 bytes.
const brokenLengthMax = 10 + 255

// ParseHeader reads the header at the start of b. It returns a Header of Size 0
// while b is too short to tell. A body longer than limit, a reserved flag or a
// command with MORE is an error.
//
// A zero-length command whose next bytes can only be the second half of
// libzmq's broken long length is read as what libzmq meant. That takes up to 20
// bytes of look-ahead, so a lone zero-length command at the end of b is
// returned as it stands: libzmq writes the broken frame in one piece.
func ParseHeader(b []byte, limit int) (Header, error) {
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
	if flags&FlagLong != 0 {
		if len(b) < MaxHeaderSize {
			return Header{}, nil
		}
		length := binary.BigEndian.Uint64(b[1:9])
		if length > math.MaxInt64 {
			return Header{}, protocolError("frame length %#x has its highest bit set", length)
		}
		if length > uint64(limit) {
			return Header{}, tooLarge("frame", length, limit)
		}
		h.Size, h.Length = MaxHeaderSize, int(length)
	} else if h.Length == 0 && flags != FlagMore && isBrokenSubscription(b) {
		h.Size, h.Length = MaxHeaderSize, int(binary.BigEndian.Uint64(b[1:9]))
	}
	if h.Length > limit {
		return Header{}, tooLarge("frame", uint64(h.Length), limit)
	}
	return h, nil
}

// isBrokenSubscription recognises `04` or `00`, 00 00 00 00 00 00 01 xx and then
// the start of a subscription that needs just such a length.
func isBrokenSubscription(b []byte) bool {
	if len(b) < MaxHeaderSize+1 {
		return false
	}
	length := binary.BigEndian.Uint64(b[1:9])
	if length < 256 || length > brokenLengthMax {
		return false
	}
	body := b[MaxHeaderSize:]
	if b[0] == 0 {
		return length == 256 && body[0] <= 1 // \x01 or \x00 and a topic of 255 bytes
	}
	return hasName(body, CommandSubscribe) || hasName(body, CommandCancel)
}

func hasName(body []byte, name string) bool {
	return len(body) > len(name) && int(body[0]) == len(name) && string(body[1:1+len(name)]) == name
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
