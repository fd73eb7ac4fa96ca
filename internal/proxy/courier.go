package proxy

import (
	"sync"
	"time"
)

// courier writes to subscribers what a publisher has just put into their outboxes, in the
// publisher's own goroutine and without the switchboard: for a subscriber that keeps up
// there is no writer that would have to be woken, and what the publisher says meanwhile
// waits in its socket and comes all at once. So messages that come one by one leave in
// groups when, and only when, they come faster than they can be written, and none waits
// for anything but the processor. What a connection does not take at once is left to a
// writer, which waits for it. One owner.
type courier struct {
	errands []errand
	// most is how many errands it does in person, the others being left to writers; 0 is
	// all. Who is called while it does other things must not do many.
	most int
	// bytes counts what was put into outboxes since the last delivery, writes and wrote are
	// the number of errands and that count at the last delivery.
	bytes         int
	writes, wrote int
	// called says that somebody in this process was called meanwhile.
	called bool
	// kept is since when something is kept back, zero if nothing is.
	kept time.Time
}

// keepBack is for how long what a peer says is kept back at most, so that it is written
// together, while that peer has more turns.
const keepBack = 5 * time.Millisecond

// keepBack is called in place of deliver at the end of a turn that began at since, if the
// same peer is about to have another: what was forwarded waits for the last of them, but
// no longer than keepBack, and unless it was lent. The caller holds no lock.
func (c *courier) keepBack(since time.Time) {
	if c.kept.IsZero() {
		c.kept = since
	}
	if since.Sub(c.kept) >= keepBack {
		c.deliver()
	} else {
		c.hurry()
	}
}

// errand is an outbox in which something waits, and its writer if that expects to be told
// to carry it.
type errand struct {
	outbox *outbox
	writer writer
}

// keepErrands is how long a list a courier keeps.
const keepErrands = 1024

// add takes note of an outbox, of which the lock is held, in which something waits.
func (c *courier) add(o *outbox) {
	if o.courier != c {
		o.courier = c
		c.errands = append(c.errands, errand{outbox: o})
	}
}

// hurry writes what was lent, for nobody else can. The caller holds no lock.
func (c *courier) hurry() {
	if c == nil {
		return
	}
	for i, e := range c.errands {
		if e.writer != nil {
			c.errands[i] = errand{}
			e.writer.carry()
		}
	}
}

// deliver writes what waits in the outboxes added, unless somebody else does already. The
// caller holds no lock. A nil courier has nothing.
func (c *courier) deliver() {
	if c == nil {
		return
	}
	c.hurry()
	for i, e := range c.errands {
		switch {
		case e.outbox == nil:
		case c.most > 0 && i >= c.most:
			e.outbox.ring(c)
		default:
			if w := e.outbox.called(c); w != nil {
				w.carry()
			}
		}
	}
	c.writes, c.wrote, c.bytes, c.kept = len(c.errands), c.bytes, 0, time.Time{}
	clear(c.errands)
	if c.errands = c.errands[:0]; cap(c.errands) > keepErrands {
		c.errands = nil
	}
}

// localCouriers are for what peers in this process say, some of which must not be away
// for long: the scenes. They write to a few subscribers, and let others write to a crowd.
var localCouriers = sync.Pool{New: func() any { return &courier{most: 8} }}
