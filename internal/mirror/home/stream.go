package home

import (
	"slices"
	"strings"
	"time"

	"homebus/internal/message"
)

// Bounds of the stream.
const (
	maxEntries = 500    // what happened; the oldest is forgotten
	maxNodes   = 16_384 // messages whose effects find them; the oldest is forgotten
	maxParts   = 24     // links of one entry; later effects begin an entry of their own
)

// together is how long after the last link of an entry an effect still belongs
// to it, house time: a press and what it starts are one thing, the toast that
// pops minutes later is another.
const together = 3 * time.Second

// Tone says how much a sentence wants to be seen.
type Tone int

// The tones, from the quietest.
const (
	ToneQuiet Tone = iota
	TonePlain
	ToneGood
	ToneAlarm
)

// Entry is one thing that happened, with what it led to at once.
type Entry struct {
	// N counts the entries of a Home, from 1.
	N int
	// At is when it began, house time.
	At   time.Time
	Tone Tone

	levels [][]string // what happened, by distance from the cause
	what   string     // what gathers in it: "offline: "; "" for a chain
	end    string     // id of the message that is farthest from the cause, the last of them
	depth  int        // its level
	parts  int
	last   time.Time
}

// Text returns the entry as a chain: "switch pressed › light on, Morning
// routine › toaster start, coffee brew".
func (e *Entry) Text() string { return strings.Join(e.Levels(), " › ") }

// Levels returns the links of the chain, the first cause first.
func (e *Entry) Levels() []string {
	levels := make([]string, 0, len(e.levels))
	for _, l := range e.levels {
		if len(l) > 0 {
			levels = append(levels, strings.Join(l, ", "))
		}
	}
	return levels
}

type nodeKind int

const (
	nodeOther nodeKind = iota
	nodeEvent
	nodeCommand
	nodeScene
	nodeState
)

// node is a message that may turn out to be a cause.
type node struct {
	kind   nodeKind
	target string // the appliance or the scene
	text   string
	more   string // what text leaves out, for whoever asks why
	at     time.Time
	cause  string
	entry  *Entry // nil if the message is in no entry
	level  int
}

// Stream is what happened in the home, by cause.
type Stream struct {
	entries []*Entry
	count   int // of all entries so far
	nodes   map[string]*node
	ids     []string // in the order of arrival, to forget the oldest
}

// Entries returns what happened, the oldest first. The slice is the Stream's
// own and valid until the Home is next changed.
func (s *Stream) Entries() []*Entry { return s.entries }

// tell begins an entry of its own.
func (s *Stream) tell(at Moment, m message.Message, text string, tone Tone) {
	s.begin(at, m, nodeOther, "", text, tone)
}

// gather puts what happens to many at once into one entry: "offline: toaster,
// coffee".
func (s *Stream) gather(at Moment, m message.Message, what, who string, tone Tone) {
	if n := len(s.entries); n > 0 {
		e := s.entries[n-1]
		if e.what == what && e.parts < maxParts && at.House.Sub(e.last) <= together {
			e.last = at.House
			if e.levels[0][0] != what+who && !slices.Contains(e.levels[0], who) {
				e.levels[0] = append(e.levels[0], who)
				e.parts++
			}
			return
		}
	}
	s.begin(at, m, nodeOther, "", what+who, tone).entry.what = what
}

// hasJustSaid reports whether the newest entry is this text and nothing else.
func (s *Stream) hasJustSaid(at Moment, text string) bool {
	if len(s.entries) == 0 {
		return false
	}
	e := s.entries[len(s.entries)-1]
	return e.Text() == text && at.House.Sub(e.last) <= together
}

// know remembers a message as a possible cause, without an entry of its own. It
// stands where its cause stands, so that its effects follow there.
func (s *Stream) know(at Moment, m message.Message, kind nodeKind, target, text string) {
	n := &node{kind: kind, target: target, text: text, at: at.House}
	if c := s.causeOf(m); c != nil {
		n.entry, n.level = c.entry, c.level
	}
	s.remember(m, n)
}

// link adds what a message says to the entry of its cause, or begins one if the
// cause is unknown or long past.
func (s *Stream) link(at Moment, m message.Message, kind nodeKind, target, text string, tone Tone) *node {
	c := s.causeOf(m)
	if c == nil || c.entry == nil || c.entry.parts >= maxParts || at.House.Sub(c.entry.last) > together {
		if c != nil && c.kind == nodeScene && kind == nodeCommand {
			text = c.text + " › " + text
		}
		return s.begin(at, m, kind, target, text, tone)
	}
	e, level := c.entry, c.level+1
	if c.kind == nodeCommand && kind == nodeEvent && c.target == target {
		level = c.level // "switch press" and then "switch pressed" are one
		e.levels[level] = slices.DeleteFunc(e.levels[level], func(t string) bool { return t == c.text })
	}
	for len(e.levels) <= level {
		e.levels = append(e.levels, nil)
	}
	if !slices.Contains(e.levels[level], text) {
		e.levels[level] = append(e.levels[level], text)
		e.parts++
	}
	e.last, e.Tone = at.House, max(e.Tone, tone)
	n := &node{kind: kind, target: target, text: text, at: at.House, entry: e, level: level}
	s.remember(m, n)
	if level >= e.depth && s.nodes[m.ID()] == n {
		e.end, e.depth = m.ID(), level
	}
	return n
}

func (s *Stream) begin(at Moment, m message.Message, kind nodeKind, target, text string, tone Tone) *node {
	s.count++
	e := &Entry{N: s.count, At: at.House, Tone: tone, levels: [][]string{{text}}, parts: 1, last: at.House}
	if len(s.entries) >= maxEntries {
		s.entries = append(s.entries[:0], s.entries[maxEntries/10:]...)
	}
	s.entries = append(s.entries, e)
	n := &node{kind: kind, target: target, text: text, at: at.House, entry: e}
	s.remember(m, n)
	if s.nodes[m.ID()] == n {
		e.end = m.ID()
	}
	return n
}

func (s *Stream) remember(m message.Message, n *node) {
	id := m.ID()
	if id == "" || len(id) > maxID {
		return
	}
	n.cause = m.Meta.Cause
	if s.nodes == nil {
		s.nodes = make(map[string]*node)
	}
	if _, again := s.nodes[id]; !again {
		s.ids = append(s.ids, id)
	}
	s.nodes[id] = n
	if len(s.ids) >= maxNodes {
		for _, old := range s.ids[:maxNodes/4] {
			delete(s.nodes, old)
		}
		s.ids = append(s.ids[:0], s.ids[maxNodes/4:]...)
	}
}

func (s *Stream) causeOf(m message.Message) *node {
	if m.Meta == nil || m.Meta.Cause == "" {
		return nil
	}
	return s.nodes[m.Meta.Cause]
}

// Cause is one link of a chain of causes.
type Cause struct {
	At   time.Time
	Text string
}

// Why returns the chain of causes that led to the last report of an appliance,
// the first cause first, as far as the messages were seen.
func (h *Home) Why(id string) []Cause {
	a, ok := h.appliances[id]
	if !ok {
		return nil
	}
	return h.Stream.why(a.last)
}

// WhyScene returns the chain of causes of the last report of a scene.
func (h *Home) WhyScene(name string) []Cause {
	sc, ok := h.scenes[name]
	if !ok {
		return nil
	}
	return h.Stream.why(sc.last)
}

// WhyEntry returns the chain of causes that led to the end of an entry of the stream,
// with those from before it; of one that names no cause, the entry alone.
func (h *Home) WhyEntry(e *Entry) []Cause {
	if chain := h.Stream.why(e.end); len(chain) > 0 {
		return chain
	}
	return []Cause{{At: e.At, Text: e.Text()}}
}

func (s *Stream) why(id string) []Cause {
	var chain []Cause
	for n := s.nodes[id]; n != nil && len(chain) < 16; n = s.nodes[n.cause] {
		chain = append(chain, Cause{At: n.at, Text: n.text + n.more})
	}
	slices.Reverse(chain)
	return chain
}
