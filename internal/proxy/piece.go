package proxy

import (
	"sync"
	"sync/atomic"
)

// pieceSizes are the sizes of the pieces that waiting bytes are kept in: a small
// one for the odd message, which may wait for thousands of receivers at once,
// large ones for a stream.
var pieceSizes = [...]int{512, 4 << 10, 16 << 10, 32 << 10, 64 << 10}

// sharedClass is the class of a piece whose bytes are not ours.
const sharedClass = -1

// SharedFrom is from how many bytes on what a Tap gives a peer is not copied.
const SharedFrom = 64 << 10

// piece is a buffer of bytes that wait; len(b) is what is filled. Whoever alone
// holds it may fill it further; one that several hold does not change.
type piece struct {
	b []byte
	// class says which of pieceSizes cap(b) is; it may be sharedClass.
	class int
	// holders counts who has yet to free it.
	holders atomic.Int32
	// paid is where its bytes are counted.
	paid *budget
}

var piecePools = [len(pieceSizes)]sync.Pool{
	{New: func() any { return makePiece(0) }},
	{New: func() any { return makePiece(1) }},
	{New: func() any { return makePiece(2) }},
	{New: func() any { return makePiece(3) }},
	{New: func() any { return makePiece(4) }},
}

// grownClass returns the class of the next piece of a queue of so many: the more
// waits, the larger.
func grownClass(pieces int) int {
	if pieces < 2 {
		return pieces
	}
	return len(pieceSizes) - 1
}

func makePiece(class int) *piece {
	return &piece{b: make([]byte, 0, pieceSizes[class]), class: class}
}

// newPiece returns an empty piece of the class, or of a larger one if n bytes do
// not fit into that, with one holder. Its bytes are counted in paid.
func newPiece(n, class int, paid *budget) *piece {
	for class < len(pieceSizes)-1 && n > pieceSizes[class] {
		class++
	}
	p := piecePools[class].Get().(*piece)
	p.holders.Store(1)
	p.charge(paid)
	return p
}

// cost is what p takes.
func (p *piece) cost() int64 { return int64(cap(p.b)) }

// charge counts p's bytes in another budget than before.
func (p *piece) charge(to *budget) {
	if p.paid != nil {
		p.paid.used.Add(-p.cost())
	}
	p.paid = to
	to.used.Add(p.cost())
}

// hold adds a holder.
func (p *piece) hold() { p.holders.Add(1) }

// holdIfHeld adds a holder unless the last one has gone.
func (p *piece) holdIfHeld() bool {
	for {
		n := p.holders.Load()
		if n == 0 {
			return false
		}
		if p.holders.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// free takes a holder away; the last one gives the piece back.
func (p *piece) free() {
	if p.holders.Add(-1) > 0 {
		return
	}
	p.paid.used.Add(-p.cost())
	if p.class == sharedClass {
		p.paid.returned(p)
		return
	}
	p.paid = nil
	p.b = p.b[:0]
	piecePools[p.class].Put(p)
}

// fill appends as much of b as there is room for and returns the rest.
func (p *piece) fill(b []byte) []byte {
	n := min(cap(p.b)-len(p.b), len(b))
	p.b = append(p.b, b[:n]...)
	return b[n:]
}

// pieces is a stretch of bytes in pieces, of one holder.
type pieces []*piece

// add appends b in pieces of the largest size.
func (ps *pieces) add(b []byte, paid *budget) {
	if n := len(*ps); n > 0 {
		b = (*ps)[n-1].fill(b)
	}
	for len(b) > 0 {
		p := newPiece(0, len(pieceSizes)-1, paid)
		b = p.fill(b)
		*ps = append(*ps, p)
	}
}

// sharedPieces appends to ps the run in pieces for several to hold, nothing if it is so
// short that copies are better, or would waste more than a third of its length.
func sharedPieces(ps pieces, run []byte, paid *budget) pieces {
	const least, largest = 12 << 10, 64 << 10
	if len(run) < least {
		return ps
	}
	tail := len(run) % largest
	class := 0
	for tail > pieceSizes[class] {
		class++
	}
	if tail > 0 && 3*(pieceSizes[class]-tail) > len(run) {
		return ps
	}
	for rest := run; len(rest) > 0; {
		p := newPiece(len(rest), 0, paid)
		rest = p.fill(rest)
		ps = append(ps, p)
	}
	return ps
}

// charge counts all pieces in another budget than before.
func (ps pieces) charge(to *budget) {
	for _, p := range ps {
		p.charge(to)
	}
}

// free gives all pieces back.
func (ps *pieces) free() {
	for _, p := range *ps {
		p.free()
	}
	clear(*ps)
	*ps = (*ps)[:0]
}

// join returns all the bytes in one new slice.
func (ps pieces) join(size int) []byte {
	b := make([]byte, 0, size)
	for _, p := range ps {
		b = append(b, p.b...)
	}
	return b
}
