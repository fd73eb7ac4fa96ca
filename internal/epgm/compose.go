package epgm

import (
	"encoding/binary"
	"net/netip"
)

// session is what all packets of one source, and those about it, have in common.
type session struct {
	tsi TSI
	// port is the endpoint's.
	port uint16
	// source is where the source says that it is.
	source, group netip.Addr
}

// header returns the start of a packet with room for size bytes in all.
func (s *session) header(k kind, flags byte, size int) []byte {
	b := make([]byte, headerSize, size)
	from, to := s.tsi.port(), s.port
	if k == kindNAK || k == kindSPMR { // upstream, the ports are swapped
		from, to = to, from
	}
	binary.BigEndian.PutUint16(b, from)
	binary.BigEndian.PutUint16(b[2:], to)
	b[4], b[5] = byte(k), flags
	copy(b[8:14], s.tsi[:6])
	return b
}

func appendAddress(b []byte, a netip.Addr) []byte {
	v4 := a.As4()
	return append(append(b, 0, afiIPv4, 0, 0), v4[:]...)
}

// spm composes an SPM; number is its place among the SPMs.
func (s *session) spm(number, trail, lead uint32, fin bool) []byte {
	var flags byte
	if fin {
		flags = flagOptions
	}
	b := s.header(kindSPM, flags, spmSize+8)
	b = binary.BigEndian.AppendUint32(b, number)
	b = binary.BigEndian.AppendUint32(b, trail)
	b = binary.BigEndian.AppendUint32(b, lead)
	b = appendAddress(b, s.source)
	if fin {
		b = append(b, optionLength, lengthSize, 0, 8, optionFIN|optionLast, 4, 0, 0)
	}
	return seal(b)
}

// data composes the start of an ODATA whose APDU of size bytes is to be appended; then
// it is to be sealed.
func (s *session) data(sequence, trail uint32, size int) []byte {
	b := s.header(kindODATA, 0, dataHeaderSize+size)
	binary.BigEndian.PutUint16(b[14:], uint16(size))
	b = binary.BigEndian.AppendUint32(b, sequence)
	return binary.BigEndian.AppendUint32(b, trail)
}

// repair composes the RDATA of an ODATA.
func repair(original []byte, trail uint32) []byte {
	b := make([]byte, len(original))
	copy(b, original)
	b[4] = byte(kindRDATA)
	binary.BigEndian.PutUint32(b[20:], trail)
	return seal(b)
}

// nak composes a NAK, or as an NCF what confirms one, about 1 to 1+maxList packets.
func (s *session) nak(k kind, sequences []uint32) []byte {
	first, list := sequences[0], sequences[1:]
	var flags byte
	if len(list) > 0 {
		flags = flagOptions | flagSignificant
	}
	b := s.header(k, flags, nakSize+lengthSize+listHead+4*len(list))
	b = binary.BigEndian.AppendUint32(b, first)
	b = appendAddress(b, s.source)
	b = appendAddress(b, s.group)
	if len(list) > 0 {
		size := listHead + 4*len(list)
		b = append(b, optionLength, lengthSize)
		b = binary.BigEndian.AppendUint16(b, uint16(lengthSize+size))
		b = append(b, optionNAKList|optionLast, byte(size), 0, 0)
		for _, sequence := range list {
			b = binary.BigEndian.AppendUint32(b, sequence)
		}
	}
	return seal(b)
}

// spmr composes an SPMR.
func (s *session) spmr() []byte { return seal(s.header(kindSPMR, 0, headerSize)) }
