package collect

import (
	"time"

	"homebus/internal/filewire"
)

// node is what is known of a node.
type node struct {
	name  string
	heard time.Time
	run   string
	rev   uint64 // as the node says
	have  uint64 // of its list
	ask   ask
	// before is the run before; since is when run began, returns how often in succession it
	// was the one before that. doubled is when it was last seen that there are two nodes of
	// this name.
	before         string
	since, doubled time.Time
	returns        int
}

// Up takes that the bus is there from now on.
func (c *Collector) Up(now time.Time) { c.up = now }

// Beat takes what a node says of itself.
func (c *Collector) Beat(now time.Time, name string, b filewire.Beat) {
	n := c.nodes[name]
	if n == nil {
		if len(c.nodes) >= MaxNodes {
			c.forget(now)
		}
		if len(c.nodes) >= MaxNodes {
			c.stats.Ignored++
			return
		}
		n = &node{name: name, run: b.Run, since: now}
		n.ask.at = now
		c.nodes[name] = n
	}
	if n.run != b.Run && n.begins(now, b.Run) && c.Doubled != nil {
		c.Doubled(name)
	}
	n.heard, n.rev = now, b.Rev
}

// forget makes room for other nodes where some have not been heard for long.
func (c *Collector) forget(now time.Time) {
	for name, n := range c.nodes {
		if now.Sub(n.heard) >= forgotten {
			c.giveUp(&n.ask)
			delete(c.nodes, name)
		}
	}
}

// begins has n begin another run, and reports whether that shows that there are two nodes
// of this name: they come in turn. A single message of the run before, and the run that
// comes again after it, may be one that was slower than the start of a program.
func (n *node) begins(now time.Time, run string) (doubled bool) {
	if run == n.before && now.Sub(n.since) < Silence {
		n.returns++
	} else {
		n.returns = 0
	}
	n.before, n.run, n.have, n.since, n.ask.at = n.run, run, 0, now, now
	if n.returns < 3 {
		return false
	}
	doubled = !n.isDoubled(now)
	n.doubled = now
	return doubled
}

// isDoubled reports whether there are two nodes of this name.
func (n *node) isDoubled(now time.Time) bool {
	return n != nil && !n.doubled.IsZero() && now.Sub(n.doubled) < 2*Silence
}

// answers reports whether a node may be one that can be asked: not one that has published
// lines for a while and no beat, as a small script may.
func (c *Collector) answers(now time.Time, name string) bool {
	return c.nodes[name] != nil || now.Sub(c.up) < firstBeats
}
