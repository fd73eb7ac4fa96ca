package sim

import (
	"context"
	"errors"

	"homebus/internal/link"
	"homebus/internal/message"
)

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
	boot    string
	// lost counts the messages thrown away since the last that was taken.
	lost int
	// held are faults that wait for the appliance's move to this connection.
	held []message.Message
}

// arrival is what a connection brought.
type arrival struct {
	from  *conn
	event link.Event
}

// dial starts a connection for the appliances given that hears what starts with
// the prefixes.
func (s *simulator) dial(name string, ids []string, prefixes ...string) *conn {
	ctx, drop := context.WithCancel(s.ctx)
	c := &conn{link: s.cfg.Dial(name), name: name, ids: ids, drop: drop}
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
	return c.up && (!wasUp || boot != "" && boot != c.boot)
}

// publish sends m unless the connection is down. A queue that is full loses the
// message, and says so when it takes one again.
func (s *simulator) publish(c *conn, m message.Message) {
	if c == nil || !c.up {
		return
	}
	err := c.link.Publish(m)
	switch {
	case err == nil && c.lost > 0:
		s.log.Warn("messages lost: the queue to the bus was full", "client", c.name, "messages", c.lost)
		c.lost = 0
	case errors.Is(err, link.ErrFull):
		c.lost++
	case err != nil && !errors.Is(err, link.ErrDown):
		s.log.Warn("message not sent", "client", c.name, "topic", m.Topic, "error", err)
	}
}
