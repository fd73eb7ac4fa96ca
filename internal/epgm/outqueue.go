package epgm

import (
	"encoding/binary"
	"errors"
)

// ErrFull is the error of Publish for a message that finds the queue full: it is not
// sent. What waits is sent at PublisherConfig.Rate.
var ErrFull = errors.New("too many messages wait to be sent by multicast")

// outqueue holds messages in wire form until they are cut into APDUs. It is bounded in
// messages and bytes; the newest is refused.
type outqueue struct {
	maxMessages, maxBytes int
	waiting               [][]byte
	// begun is how much of waiting[0] has been cut off already.
	begun, bytes int
}

// add adds a message, or returns ErrFull. One message always fits into an empty queue.
func (q *outqueue) add(frames [][]byte) error {
	size := wireSize(frames)
	if n := len(q.waiting); n > 0 && (n >= q.maxMessages || q.bytes+size > q.maxBytes) {
		return ErrFull
	}
	q.waiting = append(q.waiting, appendMessage(make([]byte, 0, size), frames))
	q.bytes += size
	return nil
}

func (q *outqueue) empty() bool { return len(q.waiting) == 0 }

// size is how long the next APDU is, 0 for none.
func (q *outqueue) size() int {
	if q.bytes == 0 {
		return 0
	}
	return min(offsetSize+q.bytes, maxAPDU)
}

// appendAPDU cuts off the next APDU and appends it: as much as fits.
func (q *outqueue) appendAPDU(b []byte) []byte {
	room := q.size() - offsetSize
	start := len(b)
	b = append(b, 0, 0)
	offset := noStart
	for room > 0 {
		if q.begun == 0 && offset == noStart {
			offset = len(b) - start - offsetSize
		}
		rest := q.waiting[0][q.begun:]
		n := min(len(rest), room)
		b = append(b, rest[:n]...)
		room -= n
		q.bytes -= n
		if q.begun += n; n == len(rest) {
			q.waiting[0] = nil
			q.waiting, q.begun = q.waiting[1:], 0
		}
	}
	binary.BigEndian.PutUint16(b[start:], uint16(offset))
	return b
}
