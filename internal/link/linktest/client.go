package linktest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

// patience is how long anything may take before a test fails.
const patience = 10 * time.Second

// client is a link that runs.
type client struct {
	t    *testing.T
	name string
	link link.Link
	stop context.CancelFunc
	done chan error
	// status is the last one taken.
	status link.Status
}

// start runs a link of the bus with the prefixes subscribed. The test's end
// stops it and waits for it.
func start(t *testing.T, bus Bus, name string, prefixes ...string) *client {
	t.Helper()
	c := &client{t: t, name: name, link: bus.Link(name), done: make(chan error, 1)}
	for _, p := range prefixes {
		c.link.Subscribe(p)
	}
	c.run()
	return c
}

// startUp is start, and waits until the link is up.
func startUp(t *testing.T, bus Bus, name string, prefixes ...string) *client {
	t.Helper()
	c := start(t, bus, name, prefixes...)
	c.awaitUp()
	return c
}

func (c *client) run() {
	ctx, cancel := context.WithCancel(context.Background())
	c.stop = cancel
	go func() { c.done <- c.link.Run(ctx) }()
	c.t.Cleanup(c.end)
}

// end stops the link and waits for its Run. What it still says is thrown away.
func (c *client) end() {
	c.t.Helper()
	c.stop()
	timeout := time.After(patience)
	for {
		select {
		case _, open := <-c.link.Events():
			if open {
				continue
			}
			select {
			case err := <-c.done:
				c.done <- err
			case <-timeout:
				c.t.Errorf("%s: Events closed, but Run has not returned", c.name)
			}
			return
		case <-timeout:
			c.t.Errorf("%s: Run has not ended %v after its context", c.name, patience)
			return
		}
	}
}

// next returns the next event.
func (c *client) next() link.Event {
	c.t.Helper()
	select {
	case e, open := <-c.link.Events():
		if !open {
			c.t.Fatalf("%s: Events closed", c.name)
		}
		if e.Status != nil {
			c.status = *e.Status
		} else if !c.status.Up {
			c.t.Errorf("%s: message %s before a Status with Up", c.name, show(e.Message))
		}
		return e
	case <-time.After(patience):
		c.t.Fatalf("%s: nothing comes; last status %+v", c.name, c.status)
		panic("unreachable")
	}
}

// awaitStatus takes events until a Status for which ok holds.
func (c *client) awaitStatus(what string, ok func(link.Status) bool) link.Status {
	c.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if e := c.next(); e.Status != nil && ok(*e.Status) {
			return *e.Status
		}
	}
	c.t.Fatalf("%s: not %s; last status %+v", c.name, what, c.status)
	return link.Status{}
}

func (c *client) awaitUp() link.Status {
	c.t.Helper()
	return c.awaitStatus("up", func(s link.Status) bool { return s.Up })
}

func (c *client) awaitDown() link.Status {
	c.t.Helper()
	return c.awaitStatus("down", func(s link.Status) bool { return !s.Up })
}

// message returns the next message; statuses, the probes of sync and what a hub
// says of itself are passed over.
func (c *client) message() message.Message {
	c.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		e := c.next()
		if time.Now().After(deadline) {
			c.t.Fatalf("%s: nothing comes but what a hub says of itself; last status %+v", c.name, c.status)
		}
		if e.Status == nil && !strings.Contains(e.Message.Topic, probe) && !strings.HasPrefix(e.Message.Topic, topics.KindBus.Prefix()) {
			return e.Message
		}
	}
}

// expect fails unless the next messages are those given, as show writes them.
func (c *client) expect(want ...string) {
	c.t.Helper()
	for i, w := range want {
		if got := show(c.message()); got != w {
			c.t.Fatalf("%s: message %d of %d is %s, want %s", c.name, i+1, len(want), got, w)
		}
	}
}

// show writes a message without its meta.
func show(m message.Message) string { return m.Topic + " " + string(m.Payload) }

func (c *client) publish(topic, payload string) {
	c.t.Helper()
	if err := c.link.Publish(message.Message{Topic: topic, Payload: []byte(payload)}); err != nil {
		c.t.Fatalf("%s: publish %s: %v", c.name, topic, err)
	}
}

// probe stands in the topics that sync sends; no test sends it.
const probe = "linktest-probe-"

var probes atomic.Uint64

// sync publishes through c until "to" hears it on prefix: from then on what c
// publishes there reaches it, and what was published before has arrived.
func (c *client) sync(to *client, prefix string) {
	c.t.Helper()
	topic := fmt.Sprintf("%s%s%d", prefix, probe, probes.Add(1))
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	timeout := time.After(patience)
	c.publish(topic, "?")
	for {
		select {
		case e := <-to.link.Events():
			if e.Status != nil {
				to.status = *e.Status
			} else if e.Message.Topic == topic {
				return
			} else if !strings.Contains(e.Message.Topic, probe) && !strings.HasPrefix(e.Message.Topic, topics.KindBus.Prefix()) {
				c.t.Fatalf("%s: unexpected message %s", to.name, show(e.Message))
			}
		case <-again.C:
			c.publish(topic, "?")
		case <-timeout:
			c.t.Fatalf("%s does not hear %s on %q", to.name, c.name, prefix)
		}
	}
}
