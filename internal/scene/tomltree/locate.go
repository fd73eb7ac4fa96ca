package tomltree

import "unicode/utf8"

// locator turns offsets into places. Asked in rising order it reads the text
// once; going back costs a new start.
type locator struct {
	src []byte
	off int
	pos Pos
}

func newLocator(src []byte) *locator {
	return &locator{src: src, pos: Pos{Line: 1, Column: 1}}
}

// at returns the place of the character that holds the byte at off; of the end
// if off lies beyond.
func (l *locator) at(off int) Pos {
	if off < l.off {
		*l = *newLocator(l.src)
	}
	for l.off < len(l.src) {
		_, size := utf8.DecodeRune(l.src[l.off:])
		if l.off+size > off {
			break
		}
		if l.src[l.off] == '\n' {
			l.pos = Pos{Line: l.pos.Line + 1, Column: 1}
		} else {
			l.pos.Column++
		}
		l.off += size
	}
	return l.pos
}
