package proxy

import "sync"

// An inbox has one of these sizes: an idle connection holds little, a busy one
// reads much at once.
var inboxSizes = [...]int{512, 64 << 10, 256 << 10}

var inboxPools = [len(inboxSizes)]sync.Pool{
	{New: func() any { return newBuffer(inboxSizes[0]) }},
	{New: func() any { return newBuffer(inboxSizes[1]) }},
	{New: func() any { return newBuffer(inboxSizes[2]) }},
}

func newBuffer(n int) *[]byte {
	b := make([]byte, n)
	return &b
}

// inbox is where a connection's bytes arrive. [from, to) of b has been read and
// is not consumed yet. One owner.
type inbox struct {
	b        []byte
	box      *[]byte // what b came in
	class    int
	from, to int
}

// room returns where to read to: never empty, unless the inbox is full of one
// unfinished thing at its largest size. It moves what is left to the front, and
// to a larger or smaller buffer as the last read suggests.
func (in *inbox) room() []byte {
	left := in.to - in.from
	switch {
	case in.b == nil:
		in.swap(0)
	case in.to == len(in.b) && in.class < len(inboxSizes)-1:
		in.swap(in.class + 1)
	case in.class > 0 && left == 0 && in.to <= inboxSizes[0]:
		in.swap(0)
	case in.from > 0:
		copy(in.b, in.b[in.from:in.to])
		in.from, in.to = 0, left
	}
	return in.b[in.to:]
}

// swap moves to a buffer of another size.
func (in *inbox) swap(class int) {
	box := inboxPools[class].Get().(*[]byte)
	left := copy(*box, in.b[in.from:in.to])
	in.free()
	*in = inbox{b: *box, box: box, class: class, to: left}
}

// unread returns what is to be consumed.
func (in *inbox) unread() []byte { return in.b[in.from:in.to] }

// full reports whether nothing more can be read before something is consumed.
func (in *inbox) full() bool {
	return in.class == len(inboxSizes)-1 && in.from == 0 && in.to == len(in.b)
}

// free gives the buffer back.
func (in *inbox) free() {
	if in.box != nil {
		inboxPools[in.class].Put(in.box)
		*in = inbox{}
	}
}
