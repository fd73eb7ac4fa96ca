package chronicle

import (
	"encoding/binary"
	"slices"
	"time"

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
	seq     uint64
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
}

// part is some entries in the order in which they were made, each a header, an id and a
// text or a message.
type part struct {
	bytes    []byte
	messages int
}

// header is what an entry begins with.
type header struct {
	seq   uint64 // counts all entries of a Chronicle
	heard int64  // ns since 1970, 0 for unknown
	// id and size are the bytes of what follows. A message has no id here; what has one
	// is a remark on the message of that id.
	id, size uint16
}

// headerBytes is the size of a header.
const headerBytes = 8 + 8 + 2 + 2

// Note remembers a message that was heard at some time, by the hub's clock. wire is all of
// it in wire form, of MaxMessage bytes at most, or nothing is remembered. It is copied, and
// not looked into.
func (c *Chronicle) Note(class Class, heard time.Time, wire []byte) {
	c.note(class, heard.UnixNano(), "", wire)
}

// Remark remembers what is to be said of the act with the id: "step 2".
func (c *Chronicle) Remark(id, text string) {
	if id != "" && len(id) <= message.MaxID {
		c.note(Acts, 0, id, []byte(text[:min(len(text), maxRemark)]))
	}
}

// maxRemark is how long a remark may be, in bytes.
const maxRemark = 64

func (c *Chronicle) note(class Class, heard int64, id string, text []byte) {
	p := c.classes[class].room(headerBytes + len(id) + len(text))
	if p == nil || len(text) > MaxMessage {
		return
	}
	c.seq++
	h := header{seq: c.seq, heard: heard, id: uint16(len(id)), size: uint16(len(text))}
	p.bytes = append(append(h.append(p.bytes), id...), text...)
	if id == "" {
		p.messages++
	}
}

func (h *header) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, h.seq)
	b = binary.LittleEndian.AppendUint64(b, uint64(h.heard))
	b = binary.LittleEndian.AppendUint16(b, h.id)
	return binary.LittleEndian.AppendUint16(b, h.size)
}

// parseHeader is the inverse of append.
func parseHeader(b []byte) header {
	return header{
		seq: binary.LittleEndian.Uint64(b), heard: int64(binary.LittleEndian.Uint64(b[8:])),
		id: binary.LittleEndian.Uint16(b[16:]), size: binary.LittleEndian.Uint16(b[18:]),
	}
}

// room returns the part that has room for size bytes more, in which it forgets what is
// oldest if need be; nil if there is no room for so many.
func (r *ring) room(size int) *part {
	p := &r.parts[r.at]
	if len(p.bytes)+size > r.bound {
		if size > r.bound {
			r.forgotten++
			return nil
		}
		r.at = (r.at + 1) % parts
		p = &r.parts[r.at]
		r.forgotten += uint64(p.messages)
		p.bytes, p.messages = p.bytes[:0], 0
	}
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
