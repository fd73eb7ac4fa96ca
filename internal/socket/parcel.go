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
	// box is what wire came in, nil if it is large and not shared.
	box *box
	// shared says that it may wait in several queues.
	shared bool
}

// box is what a parcel came in, for use again: without it a message leaves twice the
// garbage.
type box struct {
	bytes []byte // nil if the message is too large for any
	// holders counts the queues that a shared message waits in.
	holders int
}

// The boxes of parcels hold a power of two of bytes.
const (
	minBox = 7  // 128 B
	maxBox = 15 // 32 KiB
)

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
	b, ok := boxes[class].Get().(*box)
	if !ok {
		b = &box{bytes: make([]byte, 0, 1<<class)}
	}
	m.wire, m.box = zmtp.AppendMessage(b.bytes, frames), b
	m.cost = len(m.wire) + frameCost
	return m
}

// share makes the message one that several peers are sent.
func (m parcel) share() parcel {
	if m.shared = true; m.box == nil {
		m.box = new(box)
	}
	return m
}

// release gives the box back, unless the message still waits for somebody. It must be of
// no use to whoever calls it any more.
func (m parcel) release() {
	if m.box != nil && m.box.bytes != nil && m.box.holders == 0 {
		boxes[bits.Len(uint(cap(m.box.bytes)-1))].Put(m.box)
	}
}

func bodies(frames [][]byte) int {
	n := 0
	for _, f := range frames {
		n += len(f)
	}
	return n
}
