package chronicle

import "encoding/binary"

// A part is a row of records, each a little-endian length of two bytes and what follows:
//
//	up to MaxMessage    a message of that length, in wire form
//	mark                seq and heard of the message behind it, eight bytes each
//	remark + N          the length of a text in one byte, an id of N bytes, the text
//
// Messages that nothing of another class came between, and that were heard at the same
// time, share a mark: each has the seq after that of the one before. So a message costs
// two bytes and one copy. The first message of a part has a mark.
const (
	remark = 0x8000
	mark   = 0xffff

	lengthBytes = 2
	markBytes   = lengthBytes + 8 + 8
	remarkBytes = lengthBytes + 1 // of what is beside its texts
)

func appendMark(b []byte, seq uint64, heard int64) []byte {
	b = binary.LittleEndian.AppendUint16(b, mark)
	b = binary.LittleEndian.AppendUint64(b, seq)
	return binary.LittleEndian.AppendUint64(b, uint64(heard))
}

// appendRemark takes an id of message.MaxID bytes and a text of maxRemark at most.
func appendRemark(b []byte, id, text string) []byte {
	b = binary.LittleEndian.AppendUint16(b, remark+uint16(len(id)))
	return append(append(append(b, byte(len(text))), id...), text...)
}

// stamp is what is known of a message beside it.
type stamp struct {
	seq   uint64 // counts all messages of a Chronicle from 1; 0 for none of its own
	heard int64  // ns since 1970, 0 for unknown
}

// readPart passes on all that a part holds. What it passes points into the part.
func readPart(b []byte, message func(stamp, []byte), remarked func(id, text []byte)) {
	var at stamp
	for len(b) > 0 {
		length := int(binary.LittleEndian.Uint16(b))
		switch b = b[lengthBytes:]; {
		case length == mark:
			at = stamp{binary.LittleEndian.Uint64(b), int64(binary.LittleEndian.Uint64(b[8:]))}
			b = b[markBytes-lengthBytes:]
		case length >= remark:
			id, text := length-remark, int(b[0])
			b = b[1:]
			remarked(b[:id], b[id:id+text])
			b = b[id+text:]
		default:
			message(at, b[:length])
			at.seq++
			b = b[length:]
		}
	}
}
