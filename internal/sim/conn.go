package sim

import (
	"context"
	"errors"
	"time"

	"homebus/internal/lastvalue"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

// lostLogTime is how often the log says at most what a connection has lost; the
// summary has the rest.
const lostLogTime = 10 * time.Second

// conn is one connection and the appliances that speak on it. The simulator's
// goroutine owns it.
type conn struct {
	link link.Link
	// name is the client's: an appliance's id, or "sim".
	name string
	// ids are the appliances, in the order of the house; none for the
	// simulator's own.
	ids  []string
	drop context.CancelFunc
	// dropped: whatever still arrives from it is of the past.
	dropped bool
	up      bool
	again   bool // not for the first time, when it comes up
	boot    string
	// late says that the queue to the bus was full. backlog holds what waits for
	// room, at most one message for each retained topic of the appliances; lost
	// counts what could not wait and has not been told.
	late    bool
	backlog lastvalue.Store[message.Message]
	lost    int
	toldAt  time.Time // of lost
	// held are faults that wait for the appliance's move to this connection.
	held []message.Message
}

// arrival is what a connection brought.
type arrival struct {
	from  *conn
	event link.Event
}

// start starts a connection for the appliances given that hears what starts with
// the prefixes.
func (s *simulator) start(l link.Link, name string, ids []string, prefixes ...string) *conn {
	ctx, drop := context.WithCancel(s.ctx)
	c := &conn{link: l, name: name, ids: ids, drop: drop}
	for _, prefix := range prefixes {
		c.link.Subscribe(prefix)
	}
	s.group.Go(func() error {
		if err := c.link.Run(ctx); ctx.Err() == nil {
			return err
		}
		return nil
	})
	s.group.Go(func() error {
		for ev := range c.link.Events() {
			select {
			case s.arrivals <- arrival{c, ev}:
			case <-ctx.Done():
				return nil
			}
		}
		return nil
	})
	return c
}

// hangUp ends a connection without a goodbye.
func (c *conn) hangUp() {
	c.dropped, c.up = true, false
	c.drop()
}

// fresh takes a new status and reports whether the other end knows nothing of us
// yet: the connection has just come up, or the hub has just begun.
func (c *conn) fresh(status link.Status) bool {
	wasUp, boot := c.up, c.boot
	c.up = status.Up
	if status.Boot != "" {
		c.boot = status.Boot
	}
	if !c.up {
		c.backlog = lastvalue.Store[message.Message]{} // the next announcement says it all
	}
	return c.up && (!wasUp || boot != "" && boot != c.boot)
}

// publish sends m unless the connection is down. If the queue to the bus is full,
// reports wait for room, the newest of each topic alone; events and acks are lost.
func (s *simulator) publish(c *conn, m message.Message) {
	if c == nil || !c.up {
		return
	}
	if c.late && topics.Retained([]byte(m.Topic)) {
		s.wait(c, m)
		return
	}
	err := c.link.Publish(m)
	switch {
	case err == nil:
		s.tally.sent++
	case errors.Is(err, link.ErrFull):
		s.wait(c, m)
	case !errors.Is(err, link.ErrDown):
		s.log.Warn("message not sent", "client", c.name, "topic", m.Topic, "error", err)
	}
}

func (s *simulator) wait(c *conn, m message.Message) {
	if !c.late {
		c.late = true
		s.late = append(s.late, c)
		s.retry.Reset(retryAfter)
	}
	if topics.Retained([]byte(m.Topic)) {
		c.backlog.Put(m.Topic, m)
	} else {
		c.lost++
		s.tally.lost++
	}
}

// unheard returns how many of the appliances have more to say than there was room
// for.
func (c *conn) unheard() int {
	return min(c.backlog.Len(), len(c.ids))
}

// catchUp sends what waits, as far as there is room.
func (s *simulator) catchUp() {
	late := s.late
	s.late = nil
	for _, c := range late {
		c.late = false
		waiting := c.backlog
		c.backlog = lastvalue.Store[message.Message]{}
		waiting.Match("", func(_ string, m message.Message) { s.publish(c, m) })
		if now := time.Now(); !c.late && c.lost > 0 && now.Sub(c.toldAt) >= lostLogTime {
			s.log.Warn("events and acks lost: the queue to the bus was full", "client", c.name, "messages", c.lost)
			c.lost, c.toldAt = 0, now
		}
	}
}
