package collect

import (
	"errors"
	"fmt"
	"time"

	"homebus/internal/filewire"
)

// The bounds; see the package's documentation.
const (
	MaxSources = 200_000
	MaxNodes   = 10_000
	InFlight   = 32
	Patience   = 3 * time.Second
	MaxPause   = 5 * time.Second
	Silence    = 5 * time.Second
)

const (
	// firstPause is before the first repetition of what was answered with an error, or
	// with a generation that may still grow.
	firstPause = 500 * time.Millisecond
	// grace is how long bytes that a list knows of may still come as lines.
	grace = 300 * time.Millisecond
	// firstBeats is how long after Up lines may come before their node's first beat.
	firstBeats = 1500 * time.Millisecond
	// mostLooks is at how many sources that lack bytes Next looks at a time.
	mostLooks = 1024
	// forgotten is how long a node has not been heard that makes room for another.
	forgotten = time.Minute
	// listPause is how often the list of a node that changes all the time is asked for.
	listPause = time.Second
)

// Stats counts what a Collector has done.
type Stats struct {
	Nodes, Sources int
	// Lines and Bytes were appended, Bytes also from answers; Gaps is how often a line did
	// not follow, Asked how often bytes were asked for.
	Lines, Bytes, Gaps, Asked uint64
	// SetAside is how many generations ended, Lost how many of them before their end was
	// known: the source was cut or deleted.
	SetAside, Lost uint64
	// Changed is how often a source was not in the Store what it had been given.
	Changed uint64
	// Ignored is how many messages were of sources or nodes beyond the bounds, or refused, or
	// of one of two nodes of the same name.
	Ignored uint64
}

// Collector is the state of a collector. One owner; not safe for concurrent use.
type Collector struct {
	store   Store
	nodes   map[string]*node
	sources map[Source]*source
	// lacking are the sources of which bytes are missing, or may be, in the order in which
	// they were found; each once.
	lacking []*source
	// underWay are the requests without an answer; asked is how many there were so far,
	// and so the id of the last.
	underWay map[*ask]struct{}
	asked    uint64
	stats    Stats
	up       time.Time // see Up
	// Refused is told of each source that the Store refuses, once; nil if nobody is.
	Refused func(Source, error)
	// Doubled is told of a node when there are two of its name; nil if nobody is. Nothing
	// is taken from either before one has been silent for a while.
	Doubled func(node string)
}

// source is what is known of a source.
type source struct {
	Source
	have       int64
	generation string // "" while it is not known which one have is of
	refused    bool
	// lacks says that bytes are missing, or may be; listed is the entry of a list because
	// of which they may be, if it is that alone. queued says that it is in lacking.
	lacks, queued bool
	listed        *filewire.Entry
	ask           ask
}

// New returns a Collector that knows what is in the store.
func New(store Store) *Collector {
	return &Collector{store: store, nodes: map[string]*node{}, sources: map[Source]*source{}, underWay: map[*ask]struct{}{}}
}

// Stats returns what was done so far.
func (c *Collector) Stats() Stats {
	s := c.stats
	s.Nodes, s.Sources = len(c.nodes), len(c.sources)
	return s
}

// Line takes a line of a source.
func (c *Collector) Line(now time.Time, at Source, l filewire.Line) error {
	if c.nodes[at.Node].isDoubled(now) {
		c.stats.Ignored++
		return nil
	}
	s, err := c.source(at)
	if s == nil || err != nil {
		return err
	}
	switch {
	case s.generation == "" && s.have == 0 && l.Offset == 0 && (!s.lacks || !c.answers(now, at.Node)):
		if aside, err := c.store.Aside(at); err != nil || aside != nil || c.answers(now, at.Node) {
			c.lack(s, now) // there may be others before this one
			return c.refusal(s, err)
		}
		s.lacks = false
		s.generation = l.Generation
	case s.generation != l.Generation, l.Offset > s.have:
		if !s.lacks {
			c.stats.Gaps++
		}
		c.lack(s, now)
		s.listed = nil // it is certain now
		return nil
	case l.End <= s.have:
		return nil
	}
	c.stats.Lines++
	_, err = c.append(s, l.Bytes()[s.have-l.Offset:])
	return err
}

// Answer takes an answer to a request of Next.
func (c *Collector) Answer(now time.Time, a filewire.Answer, data []byte) error {
	if a.List {
		return c.listed(now, a)
	}
	s := c.sources[Source{a.Node, a.Path}]
	if s == nil || !s.ask.under || a.ID != s.ask.id || a.Offset != s.ask.offset || s.refused {
		return nil // of a request that was given up
	}
	c.answered(&s.ask)
	switch {
	case a.Missing:
		s.lacks = false // a list says when it is there
		return nil
	case a.Error != "":
		s.ask.pause(now)
		return nil
	case a.Gone:
		c.stats.Lost++
		return c.setAside(s, now)
	}
	return c.fill(now, s, a, data)
}

// fill appends the bytes of an answer.
func (c *Collector) fill(now time.Time, s *source, a filewire.Answer, data []byte) error {
	if a.Offset > s.have || s.have < a.Size && len(data) == 0 {
		s.ask.pause(now)
		return nil
	}
	s.ask.pauses = 0
	// Lines may have come since it was asked. No bytes at all make an empty file.
	if fresh := data[min(s.have-a.Offset, int64(len(data))):]; len(fresh) > 0 || s.have == 0 {
		if ok, err := c.append(s, fresh); !ok || err != nil {
			return err
		}
	}
	s.generation = a.Generation
	switch {
	case s.have < a.Size:
		s.ask.at = now
	case a.Done:
		return c.setAside(s, now)
	case a.Earlier:
		s.ask.at = now.Add(firstPause)
	default:
		s.lacks = false
	}
	return nil
}

// setAside ends the generation of s; the next is asked for at once.
func (c *Collector) setAside(s *source, now time.Time) error {
	if s.have > 0 {
		c.stats.SetAside++
	}
	if err := c.store.SetAside(s.Source); err != nil {
		return c.refusal(s, err)
	}
	s.have, s.generation, s.ask.at = 0, "", now
	return nil
}

// listed takes a list.
func (c *Collector) listed(now time.Time, a filewire.Answer) error {
	n := c.nodes[a.Node]
	if n == nil || !n.ask.under || a.ID != n.ask.id {
		return nil
	}
	c.answered(&n.ask)
	if a.Error != "" || a.Run != n.run {
		n.ask.pause(now)
		return nil
	}
	n.ask.pauses, n.ask.at, n.have = 0, now.Add(listPause), a.Rev
	if a.More {
		n.ask.at = now
	}
	for _, e := range a.Files {
		if filewire.CheckPath(e.Path) != nil {
			c.stats.Ignored++
			continue
		}
		s, err := c.source(Source{a.Node, e.Path})
		if err != nil {
			return err
		}
		if s != nil && (s.generation != e.Generation || s.have != e.Size) {
			c.suspect(s, now.Add(grace), e)
		}
	}
	return nil
}

// source returns what is known of a source, or nil if it is none that is collected.
func (c *Collector) source(at Source) (*source, error) {
	s := c.sources[at]
	if s == nil {
		if len(c.sources) >= MaxSources {
			c.stats.Ignored++
			return nil, nil
		}
		s = &source{Source: at}
		c.sources[at] = s
		var err error
		if s.have, err = c.store.Size(at); err != nil {
			return nil, c.refusal(s, err)
		}
	}
	if s.refused {
		c.stats.Ignored++
		return nil, nil
	}
	return s, nil
}

// append reports false if the store has not taken the bytes.
func (c *Collector) append(s *source, b []byte) (bool, error) {
	if err := c.store.Append(s.Source, b); err != nil {
		return false, c.refusal(s, err)
	}
	s.have += int64(len(b))
	c.stats.Bytes += uint64(len(b))
	return true, nil
}

// refusal gives s up if err is about it alone; otherwise it returns err.
func (c *Collector) refusal(s *source, err error) error {
	var r Refusal
	if !errors.As(err, &r) {
		if err = c.Failed(err); err != nil {
			return fmt.Errorf("file %s of node %s: %w", s.Path, s.Node, err)
		}
		return nil
	}
	s.refused = true
	if c.Refused != nil {
		c.Refused(s.Source, r.Err)
	}
	return nil
}

// Failed takes an error that the Store had while it did something by itself, and returns
// it, unless it is nil or a Changed: then it goes on with what the Store has now.
func (c *Collector) Failed(err error) error {
	var changed Changed
	if !errors.As(err, &changed) {
		return err
	}
	s := c.sources[changed.Source]
	if s == nil || s.refused {
		return nil
	}
	c.stats.Changed++
	c.giveUp(&s.ask) // its answer would be to another question
	s.generation = ""
	s.have, err = c.store.Size(s.Source)
	s.lacks, s.ask.at, s.ask.pauses = false, time.Time{}, 0
	c.lack(s, time.Time{})
	return c.refusal(s, err)
}
