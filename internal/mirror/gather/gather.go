// Package gather keeps a picture of the bus from being drawn more often than anybody
// can look: it gathers what a link says, and hands it on at most 30 times a second.
package gather

import (
	"context"
	"time"

	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/topics"
)

// FrameTime is the least time between two pictures: 30 a second at most.
const FrameTime = time.Second / 30

// hurriedTime is the same while so much is said that a frame has more than
// unhurried events: nobody can read what changes faster, and in a longer frame
// more values are replaced by newer ones before anybody looks at them.
const hurriedTime = time.Second / 10

// crowdedTime is the same while a frame has more than crowd different things to say: a
// picture of thousands takes longer to make, and shows but a few of them.
const crowdedTime = time.Second / 4

// idleTime is how long the picture stands at most when the bus says nothing: the
// clock and the times left go on.
const idleTime = time.Second

// Bounds of one batch.
const (
	maxTopics  = 50_000 // retained topics, the newest message of each
	maxMoments = 1_000  // other messages
	unhurried  = 256    // events up to which older values are kept too
	crowd      = 1_500  // topics and moments of a frame that is not crowded
)

// Batch is what the link said within one frame, in its order.
type Batch struct {
	// Wall is when it was handed on, by the wall clock.
	Wall time.Time
	// Events are messages and changes of the connection; one of neither a status nor a
	// topic is the place of a value that a newer one replaced.
	Events []link.Event
	// Received counts the messages, also those that a newer one replaced.
	Received int
	// Lost counts moments, and values of new topics, beyond the bounds.
	Lost int
}

// Collector gathers what the link says until the screen is ready for it. As
// long as a frame has few events all are kept, because each may be the cause of
// another. Beyond that only the newest message of a retained topic is kept, at
// its place in the order: a value heals from the next one. Other messages are
// kept up to maxMoments a frame; what comes beyond is lost and counted.
type Collector struct {
	// Clock is the house's clock, at whose seconds the picture of a quiet bus is
	// drawn; the zero Clock is the wall clock.
	Clock housetime.Clock

	pending Batch
	place   map[string]int // where a topic's newest message is
	holes   int            // places whose message was replaced
	moments int
}

// Run gathers events and hands them on until they end. It sends to out at most
// every FrameTime, every hurriedTime after a frame with many events, every crowdedTime
// after one with many of different things, and at least when a second of the house
// begins: a minute is shown when it begins, however the bus speaks.
func (c *Collector) Run(ctx context.Context, events <-chan link.Event, out chan<- Batch) error {
	pause := FrameTime
	last := time.Now().Add(-pause)
	timer := time.NewTimer(0)
	defer timer.Stop()
	var ready chan<- Batch
	for {
		c.pending.Wall = time.Now()
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
			c.Add(ev)
		case <-timer.C:
			ready = out
		case ready <- c.pending:
			last, pause = c.pending.Wall, c.pause()
			c.Take()
			ready = nil
			timer.Reset(c.idle(last))
		}
	}
}

// idle is how long after a picture the next one is due, though nothing was said: until
// the next second of the house begins, or for hurriedTime if those are shorter.
func (c *Collector) idle(last time.Time) time.Duration {
	if c.Clock.Span(hurriedTime) >= idleTime {
		return hurriedTime
	}
	next := c.Clock.House(last).Truncate(idleTime).Add(idleTime)
	return min(max(c.Clock.Until(last, next), FrameTime), idleTime)
}

// pause is how long the picture of what is gathered stands.
func (c *Collector) pause() time.Duration {
	switch {
	case len(c.place)+c.moments > crowd:
		return crowdedTime
	case c.pending.Received > unhurried:
		return hurriedTime
	}
	return FrameTime
}

func (c *Collector) empty() bool { return len(c.pending.Events) == 0 }

// Take returns what has been gathered, and begins anew.
func (c *Collector) Take() Batch {
	b := c.pending
	c.pending = Batch{}
	clear(c.place)
	c.holes, c.moments = 0, 0
	return b
}

// Add puts one event at the end.
func (c *Collector) Add(ev link.Event) {
	switch {
	case ev.Status != nil:
		c.pending.Events = append(c.pending.Events, ev)
	case topics.Retained([]byte(ev.Message.Topic)):
		c.pending.Received++
		c.addValue(ev)
	case c.moments >= maxMoments:
		c.pending.Received++
		c.pending.Lost++
	default:
		c.pending.Received++
		c.moments++
		c.pending.Events = append(c.pending.Events, ev)
	}
}

// addValue puts the newest message of a retained topic at the end and, if there
// are many events, takes the one before away, which leaves a hole: an event
// without a topic.
func (c *Collector) addValue(ev link.Event) {
	i, again := c.place[ev.Message.Topic]
	switch {
	case again && len(c.pending.Events) < unhurried:
	case again:
		c.pending.Events[i] = link.Event{}
		c.holes++
	case len(c.place) >= maxTopics:
		c.pending.Lost++
		return
	case c.place == nil:
		c.place = make(map[string]int)
	}
	c.place[ev.Message.Topic] = len(c.pending.Events)
	c.pending.Events = append(c.pending.Events, ev)
	if c.holes > 1024 && c.holes > len(c.pending.Events)/2 {
		c.closeHoles()
	}
}

func (c *Collector) closeHoles() {
	kept := c.pending.Events[:0]
	for _, ev := range c.pending.Events {
		if ev.Status == nil && ev.Message.Topic == "" {
			continue
		}
		if _, ok := c.place[ev.Message.Topic]; ok && ev.Status == nil {
			c.place[ev.Message.Topic] = len(kept)
		}
		kept = append(kept, ev)
	}
	clear(c.pending.Events[len(kept):])
	c.pending.Events, c.holes = kept, 0
}
