package chronicle

import (
	"cmp"
	"slices"
	"time"

	"homebus/internal/message"
)

// Book is what a Chronicle remembered at one moment, read. One owner.
type Book struct {
	// pages are all messages in the order in which they passed, what was added last.
	pages   []Page
	byID    map[string]int // the first message with an id
	remarks map[string]string
	// Forgotten counts the messages that are remembered no longer.
	Forgotten uint64
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

// NewPage returns a page of frames, which it keeps.
func NewPage(frames [][]byte) Page {
	p := Page{Message: message.FromFrames(frames)}
	p.Strange = p.Meta == nil && len(p.More) > 0
	p.More = nil
	return p
}

// Book reads the pages. frames takes a message in wire form apart, into parts of it.
func (p *Pages) Book(frames func(wire []byte) [][]byte) *Book {
	b := &Book{byID: make(map[string]int), remarks: make(map[string]string), Forgotten: p.forgotten}
	type numbered struct {
		Page
		seq uint64
	}
	var all []numbered
	for _, part := range p.parts {
		for len(part) > 0 {
			h := parseHeader(part)
			id, text := part[headerBytes:headerBytes+int(h.id)], part[headerBytes+int(h.id):][:h.size]
			part = part[headerBytes+len(id)+len(text):]
			if len(id) > 0 {
				b.remarks[string(id)] = string(text)
				continue
			}
			page := NewPage(frames(text))
			page.Heard = time.Unix(0, h.heard)
			all = append(all, numbered{page, h.seq})
		}
	}
	slices.SortFunc(all, func(x, y numbered) int { return cmp.Compare(x.seq, y.seq) })
	for _, n := range all {
		b.Add(n.Page)
	}
	return b
}

// Add adds a message that the Chronicle did not take: the last value of a topic.
func (b *Book) Add(p Page) {
	id := p.ID()
	p.Remark = b.remarks[id]
	if id != "" && len(id) <= message.MaxID {
		if _, again := b.byID[id]; !again {
			b.byID[id] = len(b.pages)
		}
	}
	b.pages = append(b.pages, p)
}

// Find returns the message with the id, the first if there are several.
func (b *Book) Find(id string) (Page, bool) {
	i, ok := b.byID[id]
	if !ok {
		return Page{}, false
	}
	return b.pages[i], true
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
