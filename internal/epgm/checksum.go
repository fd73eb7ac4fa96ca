package epgm

import "encoding/binary"

// onesSum is the 16-bit one's complement sum of b, an odd byte at its end padded with a
// zero (RFC 1071, which RFC 3208 section 8 refers to).
func onesSum(b []byte) uint16 {
	var sum uint64
	for ; len(b) >= 16; b = b[16:] {
		sum += uint64(binary.BigEndian.Uint32(b)) + uint64(binary.BigEndian.Uint32(b[4:])) +
			uint64(binary.BigEndian.Uint32(b[8:])) + uint64(binary.BigEndian.Uint32(b[12:]))
	}
	for ; len(b) >= 2; b = b[2:] {
		sum += uint64(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint64(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// seal puts the checksum into a packet that is finished otherwise. A sum of 0 is sent as
// ffff, for 0 means that there is none.
func seal(b []byte) []byte {
	field := b[checksumAt : checksumAt+2]
	field[0], field[1] = 0, 0
	sum := ^onesSum(b)
	if sum == 0 {
		sum = 0xffff
	}
	binary.BigEndian.PutUint16(field, sum)
	return b
}
