package proxy

import (
	"io"
	"sync"
	"sync/atomic"
	"syscall"
)

// An inbox has one of these sizes. The two smaller ones keep what is left while
// nothing more comes, the larger ones are read to.
var inboxSizes = [...]int{512, 8 << 10, 64 << 10, 256 << 10, 1 << 20}

const (
	keepClass = 1 // the largest that what is left is copied down to
	readClass = 2 // the smallest that is read to
	fullClass = 3 // the largest that one unfinished thing makes the inbox grow to
	mostClass = len(inboxSizes) - 1
)

// mostLargest is how many inboxes of the largest size there are at a time: what they hold
// is within no budget while their messages are whole.
const mostLargest = 64

// largest counts them.
var largest atomic.Int32

// takeLargest reports whether there may be one more, and counts it.
func takeLargest() bool {
	if largest.Add(1) <= mostLargest {
		return true
	}
	largest.Add(-1)
	return false
}

var inboxPools = [len(inboxSizes)]sync.Pool{
	{New: func() any { return newBuffer(inboxSizes[0]) }},
	{New: func() any { return newBuffer(inboxSizes[1]) }},
	{New: func() any { return newBuffer(inboxSizes[2]) }},
	{New: func() any { return newBuffer(inboxSizes[3]) }},
	{New: func() any { return newBuffer(inboxSizes[4]) }},
}

func newBuffer(n int) *[]byte {
	b := make([]byte, n)
	return &b
}

// inbox is where a connection's bytes arrive. [from, to) of b has been read and
// is not consumed yet. Where the system allows it, a connection that nothing comes
// from holds no buffer. One owner.
type inbox struct {
	conn io.Reader
	// raw, unless nil, waits for conn without a buffer; try is tryRead. n and err
	// are what it brought.
	raw syscall.RawConn
	try func(fd uintptr) bool
	n   int
	err error

	b        []byte
	box      *[]byte // what b came in
	class    int
	from, to int
	// want is the class to read to next, of the larger ones, and most the largest that
	// it may be.
	want, most int
}

// open makes the inbox read from conn; raw is the same as the system has it, if it
// is something of the system's.
func (in *inbox) open(conn io.Reader, raw syscall.RawConn) {
	in.conn = conn
	if raw != nil && canTryRead {
		in.raw, in.try = raw, in.tryRead
	}
}

// read waits for bytes and returns how many there were.
func (in *inbox) read() (n int, err error) {
	if in.raw == nil {
		n, err = in.conn.Read(in.room())
	} else if err = in.raw.Read(in.try); err == nil {
		n, err = in.n, in.err
	}
	in.took(n)
	return n, err
}

// poll returns how many bytes there are at once, and reports whether there was anything
// to find: bytes or an error.
func (in *inbox) poll(fd uintptr) (n int, found bool, err error) {
	if !in.tryRead(fd) {
		return 0, false, nil
	}
	in.took(in.n)
	return in.n, true, in.err
}

// took takes note of what has been read.
func (in *inbox) took(n int) {
	in.to += n
	in.want = in.suggested(n)
}

// suggested returns the class to read to next, when n bytes were there at once.
func (in *inbox) suggested(n int) int {
	switch size := inboxSizes[max(in.class, readClass)]; {
	case n > size/2:
		return min(max(in.class, readClass)+1, max(in.most, fullClass))
	case n < size/16:
		return max(in.class-1, readClass)
	}
	return max(in.class, readClass)
}

// room returns where to read to: never empty, unless the inbox is full of one
// unfinished thing at its largest size. It moves what is left to the front, and
// to a larger buffer as the last read suggests.
func (in *inbox) room() []byte {
	left, want := in.to-in.from, max(in.want, readClass)
	if want == mostClass && in.class < mostClass && !takeLargest() {
		want = fullClass
	}
	switch {
	case in.class < want || in.b == nil:
		in.swap(want)
	case in.to == len(in.b) && in.class < fullClass:
		in.swap(in.class + 1)
	case in.from > 0:
		copy(in.b, in.b[in.from:in.to])
		in.from, in.to = 0, left
	}
	return in.b[in.to:]
}

// rest gives up what the inbox does not need while nothing comes.
func (in *inbox) rest() {
	left := in.to - in.from
	switch {
	case left == 0:
		in.free()
	case left <= inboxSizes[0]:
		in.swap(0)
	case left <= inboxSizes[keepClass]:
		in.swap(keepClass)
	case in.class > fullClass && left < inboxSizes[fullClass]: // so that there is room to read to
		in.swap(fullClass)
	}
}

// scatter says in how many writes the last read went on, of how many bytes in all. Many
// small ones become fewer, the more is read at once; beyond that it is better to read no
// more than fits into a processor's cache.
func (in *inbox) scatter(writes, bytes int) {
	if in.most = fullClass; bytes < writes*smallWrite {
		in.most = mostClass
	}
}

// smallWrite is what costs about as much for the system call as for the bytes.
const smallWrite = 16 << 10

// kept returns how many bytes the inbox holds while nothing comes, if that is much.
func (in *inbox) kept() int {
	if in.to-in.from <= inboxSizes[keepClass] {
		return 0
	}
	return len(in.b)
}

// swap moves to a buffer of another size.
func (in *inbox) swap(class int) {
	box := inboxPools[class].Get().(*[]byte)
	left := copy(*box, in.b[in.from:in.to])
	in.free()
	in.b, in.box, in.class, in.to = *box, box, class, left
}

// unread returns what is to be consumed.
func (in *inbox) unread() []byte { return in.b[in.from:in.to] }

// full reports whether nothing more can be read before something is consumed.
func (in *inbox) full() bool {
	return in.class >= fullClass && in.from == 0 && in.to == len(in.b)
}

// free gives the buffer back.
func (in *inbox) free() {
	if in.box != nil {
		if in.class == mostClass {
			largest.Add(-1)
		}
		inboxPools[in.class].Put(in.box)
		in.b, in.box, in.class, in.from, in.to = nil, nil, 0, 0, 0
	}
}
