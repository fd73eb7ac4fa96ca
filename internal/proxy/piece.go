package proxy

import "sync"

// pieceSizes are the sizes of the pieces that waiting bytes are kept in: a small
// one for the odd message, which may wait for thousands of receivers at once,
// large ones for a stream.
var pieceSizes = [...]int{512, 4 << 10, 64 << 10}

// piece is a stretch of bytes that wait; len(b) is what is filled.
type piece struct {
	b []byte
	// messages counts the messages that are out once this piece is.
	messages int
	// class says which of pieceSizes cap(b) is; it may be sharedClass.
	class int
}

var piecePools = [len(pieceSizes)]sync.Pool{
	{New: func() any { return makePiece(0) }},
	{New: func() any { return makePiece(1) }},
	{New: func() any { return makePiece(2) }},
}

func makePiece(class int) *piece {
	return &piece{b: make([]byte, 0, pieceSizes[class]), class: class}
}

// newPiece returns an empty piece of the class, or of a larger one if n bytes do
// not fit into that.
func newPiece(n, class int) *piece {
	for class < len(pieceSizes)-1 && n > pieceSizes[class] {
		class++
	}
	pieceBytes.Add(int64(pieceSizes[class]))
	return piecePools[class].Get().(*piece)
}

// SharedFrom is from how many bytes on what a Tap gives a peer is not copied.
const SharedFrom = 64 << 10

// sharedClass is the class of a piece whose bytes are not ours.
const sharedClass = -1

func (p *piece) free() {
	if p.class == sharedClass {
		return
	}
	pieceBytes.Add(-int64(pieceSizes[p.class]))
	p.b, p.messages = p.b[:0], 0
	piecePools[p.class].Put(p)
}

// fill appends as much of b as there is room for and returns the rest.
func (p *piece) fill(b []byte) []byte {
	n := min(cap(p.b)-len(p.b), len(b))
	p.b = append(p.b, b[:n]...)
	return b[n:]
}

// pieces is a stretch of bytes in pieces.
type pieces []*piece

// add appends b, which holds the end of so many messages.
func (ps *pieces) add(b []byte, messages int) {
	if n := len(*ps); n > 0 {
		b = (*ps)[n-1].fill(b)
	}
	for len(b) > 0 {
		p := newPiece(len(b), min(len(*ps), len(pieceSizes)-1)) // the more waits, the larger
		b = p.fill(b)
		*ps = append(*ps, p)
	}
	(*ps)[len(*ps)-1].messages += messages
}

// share appends a message without a copy.
func (ps *pieces) share(m []byte) {
	*ps = append(*ps, &piece{b: m[:len(m):len(m)], messages: 1, class: sharedClass})
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
