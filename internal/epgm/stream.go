package epgm

import "encoding/binary"

// stream reads the messages out of the APDUs of one source, which it is given in their
// order and without a gap; or it is told of the gap. One owner.
type stream struct {
	// joined says that the next byte to come belongs to unfinished, or begins a message.
	joined bool
	// unfinished is what has come of a message that is not all there, as the scanner
	// knows it.
	unfinished []byte
	scanner    scanner
	// torn counts the messages that have begun and could not be read to their end.
	torn uint64
}

const (
	// partHead is what a frame costs beside its bytes.
	partHead = 40
	// readAhead is how much is allocated for what a frame says that it has, and has not
	// shown.
	readAhead = 64 << 10
)

// held is how many bytes of memory an unfinished message takes.
func (s *stream) held() int { return cap(s.unfinished) + partHead*len(s.scanner.frames) }

// breakOff forgets the unfinished message and everything up to the next that begins.
func (s *stream) breakOff() {
	if len(s.unfinished) > 0 {
		s.torn++
	}
	s.forget()
}

func (s *stream) forget() {
	s.joined, s.unfinished = false, nil
	s.scanner.reset()
}

// take is given each message that has ended, whose frames belong to it, or the error
// for which a message was broken off.
type take func(message [][]byte, err error)

// read reads an APDU. An unfinished message may hold room bytes. What cannot be read is
// torn, and the stream goes on where the next message is said to begin.
func (s *stream) read(apdu []byte, room int, give take) {
	if len(apdu) < offsetSize {
		s.fail(errFraming, give)
		return
	}
	offset, head := int(binary.BigEndian.Uint16(apdu)), apdu[offsetSize:]
	var tail []byte
	starts := offset != noStart
	if starts {
		if offset > len(head) {
			s.fail(errFraming, give)
			return
		}
		head, tail = head[:offset], head[offset:]
	}
	if s.joined {
		err := s.feed(head, room, give)
		if err == nil && starts && len(s.unfinished) > 0 {
			err = errFraming // one begins in the midst of another
		}
		if err != nil {
			s.fail(err, give)
		}
	}
	if !starts {
		return
	}
	s.joined = true
	if err := s.feed(tail, room, give); err != nil {
		s.fail(err, give)
	}
}

// fail breaks off for an error.
func (s *stream) fail(err error, give take) {
	s.torn++
	s.forget()
	give(nil, err)
}

// feed reads b, which goes on where the last has ended.
func (s *stream) feed(b []byte, room int, give take) error {
	for len(b) > 0 {
		had, m := len(s.unfinished), b
		if had > 0 {
			if !s.keep(b, room) {
				return errTooLarge
			}
			m = s.unfinished
		}
		whole, err := s.scanner.scan(m)
		if err != nil {
			return err
		}
		if !whole {
			if had == 0 && !s.keep(b, room) || s.held() > room {
				return errTooLarge
			}
			return nil
		}
		size := s.scanner.at
		if had == 0 {
			m = append(make([]byte, 0, size), m[:size]...)
		}
		give(s.scanner.take(m), nil)
		s.unfinished = nil
		b = b[size-had:]
	}
	return nil
}

// keep adds b to the unfinished message, unless that would take more than room. What it
// allocates for what is still to come is bounded.
func (s *stream) keep(b []byte, room int) bool {
	n := len(s.unfinished) + len(b)
	room -= partHead * len(s.scanner.frames)
	if n > room {
		return false
	}
	if n > cap(s.unfinished) {
		ahead := max(2*cap(s.unfinished), min(s.scanner.at, readAhead), n)
		s.unfinished = append(make([]byte, 0, min(ahead, room)), s.unfinished...)
	}
	s.unfinished = append(s.unfinished, b...)
	return true
}
