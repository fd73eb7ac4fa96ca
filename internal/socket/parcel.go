package socket

import (
	"math/bits"
	"sync"

	"homebus/internal/zmtp"
)

// parcel is a message on its way out, in wire form, which is never changed.
type parcel struct {
	wire  []byte
	bytes int // of its bodies
	cost  int // in a queue, in bytes
	// box is what wire came in, nil if it is shared or large.
	box *[]byte
	// holders counts the queues that it waits in, nil if it is not shared.
	holders *int
}

// The boxes of parcels hold a power of two of bytes.
const (
	minBox = 7  // 128 B
	maxBox = 15 // 32 KiB
)

// boxes are for use again: without them a message leaves twice the garbage.
var boxes [maxBox + 1]sync.Pool

// pack copies a message into wire form.
func pack(frames [][]byte) parcel {
	m := parcel{bytes: bodies(frames)}
	need := m.bytes + zmtp.MaxHeaderSize*len(frames)
	class := max(minBox, bits.Len(uint(need-1)))
	if class > maxBox {
		m.wire = zmtp.AppendMessage(make([]byte, 0, need), frames)
		m.cost = len(m.wire) + frameCost
		return m
	}
	box, ok := boxes[class].Get().(*[]byte)
	if !ok {
		b := make([]byte, 0, 1<<class)
		box = &b
	}
	m.wire, m.box = zmtp.AppendMessage((*box)[:0], frames), box
	m.cost = len(m.wire) + frameCost
	return m
}

// share makes the message one that several peers are sent.
func (m parcel) share() parcel {
	m.box, m.holders = nil, new(int)
	return m
}

// release gives the box back. The message must be of no use to anybody any more.
func (m parcel) release() {
	if m.box != nil {
		boxes[bits.Len(uint(cap(*m.box)-1))].Put(m.box)
	}
}

func bodies(frames [][]byte) int {
	n := 0
	for _, f := range frames {
		n += len(f)
	}
	return n
}
