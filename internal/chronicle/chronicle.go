package chronicle

import (
	"slices"

	"homebus/internal/message"
)

// Class is what a message is remembered among. Each class forgets by itself, so that
// many of the one push out none of the other.
type Class int

// The classes.
const (
	// Acts are what brings things about: events, commands, what scenes say of
	// themselves, notices, faults.
	Acts Class = iota
	// Reports are what there are most of: changes of states and of who is there,
	// answers.
	Reports

	classes int = iota
)

// MaxMessage is the longest message that is remembered, in bytes of its wire form: whoever
// has a longer one cuts its payload.
const MaxMessage = 4 << 10

// parts is of how many parts a class's memory is made: the oldest part is forgotten
// when there is no room.
const parts = 8

// Bounds says how many bytes of memory each class may take: Acts, Reports.
type Bounds [classes]int

// DefaultBounds is enough for some 6,000 acts with metas of our own, and half as many
// reports.
var DefaultBounds = Bounds{2 << 20, 1 << 20}

// Chronicle remembers the newest messages of each class. The zero Chronicle remembers
// nothing; see New. One owner; not safe for concurrent use.
type Chronicle struct {
	classes [classes]ring
	// seq counts the messages of all classes.
	seq uint64
}

// New returns a Chronicle that takes as much memory as bounds at most, and that only
// once so much has passed.
func New(bounds Bounds) *Chronicle {
	c := new(Chronicle)
	for i, bytes := range bounds {
		c.classes[i].bound = bytes / parts
	}
	return c
}

// ring is the memory of one class: parts that are filled one after another.
type ring struct {
	bound     int // of each part, in bytes
	parts     [parts]part
	at        int // the part that is being filled
	forgotten uint64
	// seq and heard are those of the newest message, as its mark has them: what follows
	// it at the same time needs none.
	seq   uint64
	heard int64
}

// part is some messages, marks and remarks in the order in which they were made; see
// records.go.
type part struct {
	bytes    []byte
	messages int
}

// Note remembers a message that was heard at some time, in ns since 1970 by the hub's
// clock. wire is all of it in wire form, of MaxMessage bytes at most, or nothing is
// remembered. It is copied, and not looked into.
func (c *Chronicle) Note(class Class, heard int64, wire []byte) {
	if len(wire) > MaxMessage {
		return
	}
	r := &c.classes[class]
	p := r.room(markBytes + lengthBytes + len(wire))
	if p == nil {
		return
	}
	c.seq++
	b := p.bytes
	if p.messages == 0 || r.seq != c.seq-1 || r.heard != heard {
		b = appendMark(b, c.seq, heard)
		r.heard = heard
	}
	r.seq = c.seq
	p.bytes = append(append(b, byte(len(wire)), byte(len(wire)>>8)), wire...)
	p.messages++
}

// Remark remembers what is to be said of the act with the id: "step 2".
func (c *Chronicle) Remark(id, text string) {
	text = text[:min(len(text), maxRemark)]
	if id == "" || len(id) > message.MaxID {
		return
	}
	if p := c.classes[Acts].room(remarkBytes + len(id) + len(text)); p != nil {
		p.bytes = appendRemark(p.bytes, id, text)
	}
}

// maxRemark is how long a remark may be, in bytes.
const maxRemark = 64

// room returns the part that has room for size bytes more, in which it forgets what is
// oldest if need be; nil if there is no room for so many.
func (r *ring) room(size int) *part {
	p := &r.parts[r.at]
	if len(p.bytes)+size <= cap(p.bytes) {
		return p
	}
	return r.next(size)
}

// next is room where the part that is being filled has none, or has not been begun.
func (r *ring) next(size int) *part {
	if size > r.bound {
		r.forgotten++
		return nil
	}
	if r.parts[r.at].bytes != nil {
		r.at = (r.at + 1) % parts
	}
	p := &r.parts[r.at]
	r.forgotten += uint64(p.messages)
	p.bytes, p.messages = p.bytes[:0], 0
	if p.bytes == nil {
		p.bytes = make([]byte, 0, r.bound)
	}
	return p
}

// Pages are a copy of what a Chronicle remembers, for a Book. One owner.
type Pages struct {
	parts     [][]byte
	forgotten uint64
}

// Copy returns what is remembered now. That is quick: nothing is looked into.
func (c *Chronicle) Copy() *Pages {
	pages := new(Pages)
	for i := range c.classes {
		r := &c.classes[i]
		pages.forgotten += r.forgotten
		for n := range parts {
			if b := r.parts[(r.at+1+n)%parts].bytes; len(b) > 0 {
				pages.parts = append(pages.parts, slices.Clone(b))
			}
		}
	}
	return pages
}
