package collect

import (
	"slices"
	"time"

	"homebus/internal/filewire"
)

// ask is where a question stands.
type ask struct {
	under  bool
	id     uint64
	offset int64     // that was asked for
	since  time.Time // if under
	at     time.Time // not to be asked before
	pauses int
}

// pause lets time pass before the question is asked again.
func (a *ask) pause(now time.Time) {
	a.at = now.Add(min(firstPause<<a.pauses, MaxPause))
	a.pauses = min(a.pauses+1, 4)
}

// lack says that bytes of s are missing, or may be. They are not asked for before at.
func (c *Collector) lack(s *source, at time.Time) {
	if s.lacks {
		return
	}
	s.lacks, s.listed = true, nil
	s.ask.at = at
	if !s.queued {
		s.queued = true
		c.lacking = append(c.lacking, s)
	}
}

// suspect is lack because of the entry of a list.
func (c *Collector) suspect(s *source, at time.Time, e filewire.Entry) {
	if s.lacks {
		return
	}
	c.lack(s, at)
	if s.generation == e.Generation && s.have < e.Size {
		s.listed = &e
	}
}

// came reports whether what a list knew of has come as lines since.
func (s *source) came() bool {
	return s.listed != nil && !s.ask.under && s.generation == s.listed.Generation && s.have >= s.listed.Size
}

func (c *Collector) answered(a *ask) {
	a.under = false
	delete(c.underWay, a)
}

// Next returns what is to be asked now. It is to be called again after each Answer, and
// some ten times a second.
func (c *Collector) Next(now time.Time) ([]filewire.Request, error) {
	c.expire(now)
	var requests []filewire.Request
	for _, n := range c.nodes {
		if c.due(now, n, &n.ask) && n.have != n.rev {
			c.begin(now, &n.ask)
			requests = append(requests, filewire.Request{Node: n.name, ID: n.ask.id, List: true, Run: n.run, Since: n.have})
		}
	}
	bytes, err := c.nextBytes(now)
	return append(requests, bytes...), err
}

// nextBytes asks for the bytes of sources, those first that have waited longest. Of very
// many that are not due, such as those of a node that is silent, it looks at some, and at
// others the next time: it is called for every answer.
func (c *Collector) nextBytes(now time.Time) (requests []filewire.Request, err error) {
	looked := min(len(c.lacking), mostLooks)
	waiting, behind := c.lacking[:0], []*source(nil)
	for i, s := range c.lacking[:looked] {
		if err != nil || len(c.underWay) >= InFlight {
			looked = i
			break
		}
		switch {
		case !s.lacks || s.refused || s.came():
			s.lacks, s.queued = false, false
			c.giveUp(&s.ask)
		case c.due(now, c.nodes[s.Node], &s.ask):
			var r filewire.Request
			if r, err = c.request(s); err != nil {
				err = c.refusal(s, err)
				waiting = append(waiting, s)
				continue
			}
			c.begin(now, &s.ask)
			s.ask.offset, r.ID = s.have, s.ask.id
			c.stats.Asked++
			requests, behind = append(requests, r), append(behind, s)
		default:
			waiting = append(waiting, s)
		}
	}
	if looked == mostLooks { // the others first, the next time
		waiting, behind = waiting[:0], append(slices.Clone(waiting), behind...)
	}
	c.lacking = append(slices.Delete(c.lacking, len(waiting), looked), behind...)
	return requests, err
}

// expire gives up the requests that got no answer.
func (c *Collector) expire(now time.Time) {
	for a := range c.underWay {
		if now.Sub(a.since) >= Patience {
			c.answered(a)
			a.pause(now)
		}
	}
}

// due reports whether a question to a node is to be asked now.
func (c *Collector) due(now time.Time, n *node, a *ask) bool {
	return n != nil && now.Sub(n.heard) < Silence && !n.isDoubled(now) && !a.under && !now.Before(a.at) && len(c.underWay) < InFlight
}

func (c *Collector) begin(now time.Time, a *ask) {
	c.asked++
	c.underWay[a] = struct{}{}
	a.under, a.since, a.id = true, now, c.asked
}

func (c *Collector) giveUp(a *ask) {
	if a.under {
		c.answered(a)
	}
}

// request asks for what follows what there is of s.
func (c *Collector) request(s *source) (filewire.Request, error) {
	r := filewire.Request{Node: s.Node, Path: s.Path, Offset: s.have, Generation: s.generation}
	if s.have == 0 {
		var err error
		r.After, err = c.store.Aside(s.Source)
		r.Oldest = r.After == nil
		return r, err
	}
	proof, err := c.store.Proof(s.Source)
	r.Proof = &proof
	return r, err
}
