package proxy

import "sync"

// Bytes that wait are kept in pieces of two sizes from pools: a small one for
// the odd message to many receivers, large ones for a stream.
const (
	smallPiece = 4 << 10
	largePiece = 64 << 10
)

// piece is a stretch of bytes that wait; len(b) is what is filled.
type piece struct {
	b []byte
	// messages counts the messages that are out once this piece is.
	messages int
}

var (
	smallPieces = sync.Pool{New: func() any { return &piece{b: make([]byte, 0, smallPiece)} }}
	largePieces = sync.Pool{New: func() any { return &piece{b: make([]byte, 0, largePiece)} }}
)

// newPiece returns an empty piece, a small one if n bytes fit into that.
func newPiece(n int) *piece {
	if n <= smallPiece {
		return smallPieces.Get().(*piece)
	}
	return largePieces.Get().(*piece)
}

func (p *piece) free() {
	p.b, p.messages = p.b[:0], 0
	if cap(p.b) == smallPiece {
		smallPieces.Put(p)
	} else {
		largePieces.Put(p)
	}
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
		need := len(b)
		if len(*ps) > 0 {
			need = largePiece // more than a little waits: it is a stream
		}
		p := newPiece(need)
		b = p.fill(b)
		*ps = append(*ps, p)
	}
	(*ps)[len(*ps)-1].messages += messages
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
