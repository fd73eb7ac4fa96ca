package chronicle

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"homebus/internal/message"
)

// Book is what a Chronicle remembered at one moment. A message is read when it may be one
// that is looked for. One owner.
type Book struct {
	frames  func(wire []byte) [][]byte
	entries []*bookEntry // in the order in which they passed, what was added last
	remarks map[string]string
	// byID has the entries in which a key "id" has that value, odd those of which that
	// cannot be told before they are read.
	byID map[string][]*bookEntry
	odd  []*bookEntry
	// Forgotten counts the messages that are remembered no longer.
	Forgotten uint64
}

// bookEntry is one message of a Book.
type bookEntry struct {
	stamp
	wire []byte
	page *Page // nil if it has not been read
}

// Page is one message, and what is known of it beside. Its payload may have been cut.
type Page struct {
	message.Message
	// Heard is when it came, by the hub's clock, to a second or so; zero if that is not
	// known.
	Heard time.Time
	// Remark is what was said of it: "step 2"; "" if nothing.
	Remark string
	// Strange says that it had a third frame, which is no meta.
	Strange bool
}

// Book opens the pages. frames takes a message in wire form apart, into parts of it.
func (p *Pages) Book(frames func(wire []byte) [][]byte) *Book {
	b := &Book{frames: frames, remarks: make(map[string]string), byID: make(map[string][]*bookEntry), Forgotten: p.forgotten}
	var entries []*bookEntry
	for _, part := range p.parts {
		readPart(part, func(at stamp, wire []byte) {
			entries = append(entries, &bookEntry{stamp: at, wire: wire})
		}, func(id, text []byte) { b.remarks[string(id)] = string(text) })
	}
	slices.SortFunc(entries, func(x, y *bookEntry) int { return cmp.Compare(x.seq, y.seq) })
	for _, e := range entries {
		b.add(e)
	}
	return b
}

// Add adds a message that the Chronicle did not take, in wire form, which it keeps: the
// last value of a topic.
func (b *Book) Add(wire []byte) { b.add(&bookEntry{wire: wire}) }

// add adds an entry, and notes under which ids it may be found. Nothing is read for
// that: there are thousands, and a few are asked for.
func (b *Book) add(e *bookEntry) {
	b.entries = append(b.entries, e)
	ids := e.ids()
	if len(ids) == 0 {
		b.odd = append(b.odd, e)
	}
	for _, id := range ids {
		b.byID[string(id)] = append(b.byID[string(id)], e)
	}
}

var idKey = []byte(`"id":`)

// ids returns the values of all keys "id" in an entry; none if a text in it may be
// written in another way than it reads.
func (e *bookEntry) ids() (ids [][]byte) {
	if bytes.IndexByte(e.wire, '\\') >= 0 {
		return nil
	}
	for rest := e.wire; ; {
		_, value, found := bytes.Cut(rest, idKey)
		if !found {
			return ids
		}
		if begin := bytes.TrimLeft(value, " \t\r\n"); len(begin) > 0 && begin[0] == '"' {
			id, _, _ := bytes.Cut(begin[1:], []byte(`"`))
			ids = append(ids, id)
		}
		rest = value
	}
}

// Read reads a message in wire form, as if it were in the book.
func (b *Book) Read(wire []byte) Page { return b.page(&bookEntry{wire: wire}) }

// page reads an entry.
func (b *Book) page(e *bookEntry) Page {
	if e.page == nil {
		p := Page{Message: message.FromFrames(b.frames(e.wire))}
		p.Strange = p.Meta == nil && len(p.More) > 0
		p.More = nil
		p.Remark = b.remarks[p.ID()]
		if e.heard != 0 {
			p.Heard = time.Unix(0, e.heard)
		}
		e.page = &p
	}
	return *e.page
}

// Find returns the message with the id, the first if there are several.
func (b *Book) Find(id string) (Page, bool) {
	var first *bookEntry
	if id == "" || len(id) > message.MaxID {
		return Page{}, false
	}
	for _, candidates := range [][]*bookEntry{b.byID[id], b.odd} {
		i := slices.IndexFunc(candidates, func(e *bookEntry) bool { return b.page(e).ID() == id })
		if i >= 0 && (first == nil || candidates[i].before(first)) {
			first = candidates[i]
		}
	}
	if first == nil {
		return Page{}, false
	}
	return b.page(first), true
}

// before reports whether e passed before another; what was added came last.
func (e *bookEntry) before(other *bookEntry) bool {
	return e.seq != 0 && (other.seq == 0 || e.seq < other.seq)
}

// End is how a chain of causes ends.
type End string

// The ends of a chain.
const (
	// Root: the last message names no cause, so it is the first of all.
	Root End = "root"
	// NoMeta: the last message came without a meta, from a script perhaps, and cannot
	// say what led to it.
	NoMeta End = "no meta"
	// Unknown: what the last message names as its cause has been forgotten, or has
	// never passed here.
	Unknown End = "unknown"
	// Circle: what the last message names as its cause is in the chain already.
	Circle End = "circle"
	// TooLong: the chain goes on beyond MaxLinks.
	TooLong End = "too long"
)

// MaxLinks is how many messages a chain has at most: scenes make chains of 16 links of
// theirs, each of a few messages.
const MaxLinks = 128

// Chain is a message and what led to it.
type Chain struct {
	// Links are the messages, each the cause of the one before.
	Links []Page
	End   End
	// Missing is the id that an Unknown end names.
	Missing string
}

// Chain returns what led to a message, which need not be remembered itself.
func (b *Book) Chain(p Page) Chain {
	c := Chain{Links: []Page{p}}
	seen := map[string]bool{}
	for {
		last := c.Links[len(c.Links)-1]
		if last.Meta == nil {
			c.End = NoMeta
			return c
		}
		seen[last.Meta.ID] = true
		cause := last.Meta.Cause
		next, known := b.Find(cause)
		switch {
		case cause == "":
			c.End = Root
		case seen[cause]:
			c.End = Circle
		case !known:
			c.End, c.Missing = Unknown, cause
		case len(c.Links) == MaxLinks:
			c.End = TooLong
		}
		if c.End != "" {
			return c
		}
		c.Links = append(c.Links, next)
	}
}
