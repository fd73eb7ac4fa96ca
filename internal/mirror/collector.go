package mirror

import (
	"context"
	"time"

	"homebus/internal/link"
	"homebus/topics"
)

// frameTime is the least time between two pictures: 30 a second at most.
const frameTime = time.Second / 30

// hurriedTime is the same while so much is said that a frame has more than
// unhurried events: nobody can read what changes faster, and in a longer frame
// more values are replaced by newer ones before anybody looks at them.
const hurriedTime = time.Second / 10

// idleTime is how long the picture stands when the bus says nothing: the clock
// and the times left go on.
const idleTime = time.Second

// Bounds of one batch.
const (
	maxTopics  = 50_000 // retained topics, the newest message of each
	maxMoments = 1_000  // other messages
	unhurried  = 256    // events up to which older values are kept too
)

// batch is what the link said within one frame, in its order.
type batch struct {
	wall   time.Time
	events []link.Event
	// received counts the messages, also those that a newer one replaced.
	received int
	// lost counts moments, and values of new topics, beyond the bounds.
	lost int
}

// collector gathers what the link says until the screen is ready for it. As
// long as a frame has few events all are kept, because each may be the cause of
// another. Beyond that only the newest message of a retained topic is kept, at
// its place in the order: a value heals from the next one. Other messages are
// kept up to maxMoments a frame; what comes beyond is lost and counted.
type collector struct {
	pending batch
	place   map[string]int // where a topic's newest message is
	holes   int            // places whose message was replaced
	moments int
}

// run gathers events and hands them on until they end. It sends to out at most
// every frameTime, every hurriedTime after a frame with many events, and at least
// every idleTime.
func (c *collector) run(ctx context.Context, events <-chan link.Event, out chan<- batch) error {
	pause := frameTime
	last := time.Now().Add(-pause)
	timer := time.NewTimer(0)
	defer timer.Stop()
	var ready chan<- batch
	for {
		c.pending.wall = time.Now()
		select {
		case <-ctx.Done():
			return nil
		case ev, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			if c.empty() {
				timer.Reset(max(pause-time.Since(last), 0))
			}
			c.add(ev)
		case <-timer.C:
			ready = out
		case ready <- c.pending:
			last, pause = c.pending.wall, frameTime
			if c.pending.received > unhurried {
				pause = hurriedTime
			}
			c.reset()
			ready = nil
			timer.Reset(idleTime)
		}
	}
}

func (c *collector) empty() bool { return len(c.pending.events) == 0 }

func (c *collector) reset() {
	c.pending = batch{}
	clear(c.place)
	c.holes, c.moments = 0, 0
}

// add puts one event at the end.
func (c *collector) add(ev link.Event) {
	switch {
	case ev.Status != nil:
		c.pending.events = append(c.pending.events, ev)
	case topics.Retained([]byte(ev.Message.Topic)):
		c.pending.received++
		c.addValue(ev)
	case c.moments >= maxMoments:
		c.pending.received++
		c.pending.lost++
	default:
		c.pending.received++
		c.moments++
		c.pending.events = append(c.pending.events, ev)
	}
}

// addValue puts the newest message of a retained topic at the end and, if there
// are many events, takes the one before away, which leaves a hole: an event
// without a topic.
func (c *collector) addValue(ev link.Event) {
	i, again := c.place[ev.Message.Topic]
	switch {
	case again && len(c.pending.events) < unhurried:
	case again:
		c.pending.events[i] = link.Event{}
		c.holes++
	case len(c.place) >= maxTopics:
		c.pending.lost++
		return
	case c.place == nil:
		c.place = make(map[string]int)
	}
	c.place[ev.Message.Topic] = len(c.pending.events)
	c.pending.events = append(c.pending.events, ev)
	if c.holes > 1024 && c.holes > len(c.pending.events)/2 {
		c.closeHoles()
	}
}

func (c *collector) closeHoles() {
	kept := c.pending.events[:0]
	for _, ev := range c.pending.events {
		if ev.Status == nil && ev.Message.Topic == "" {
			continue
		}
		if _, ok := c.place[ev.Message.Topic]; ok && ev.Status == nil {
			c.place[ev.Message.Topic] = len(kept)
		}
		kept = append(kept, ev)
	}
	clear(c.pending.events[len(kept):])
	c.pending.events, c.holes = kept, 0
}
