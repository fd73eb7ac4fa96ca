package endtoend

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"homebus/internal/link/zmqlink"
	"homebus/internal/message"
	"homebus/topics"
)

// caller is somebody who asks one appliance for something and hears all that it says.
type caller struct {
	t    *testing.T
	id   string
	link *zmqlink.Link
}

// newCaller returns a caller that is connected. The test's end ends it.
func newCaller(t *testing.T, at place, id string) *caller {
	t.Helper()
	l, err := zmqlink.New(zmqlink.Config{Frontend: at.frontend, Backend: at.backend, Name: t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []topics.Kind{topics.KindOnline, topics.KindState, topics.KindAck} {
		l.Subscribe(topics.Of(kind, id))
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = l.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	c := &caller{t, id, l}
	timeout := time.After(patience)
	for {
		select {
		case ev := <-l.Events():
			if ev.Status != nil && ev.Status.Up {
				return c
			}
		case <-timeout:
			t.Fatalf("not connected within %v", patience)
		}
	}
}

// until returns what the appliance says, up to the message that is waited for.
func (c *caller) until(what string, is func(message.Message) bool) []message.Message {
	c.t.Helper()
	timeout := time.After(patience)
	var said []message.Message
	for {
		select {
		case ev := <-c.link.Events():
			if ev.Status != nil {
				continue
			}
			said = append(said, ev.Message)
			if is(ev.Message) {
				return said
			}
		case <-timeout:
			c.t.Fatalf("%s has not said %s within %v, only %s", c.id, what, patience, texts(said))
		}
	}
}

// hears waits for a message of a kind whose payload has all of want.
func (c *caller) hears(kind topics.Kind, want map[string]any) []message.Message {
	c.t.Helper()
	return c.until(string(kind), func(m message.Message) bool {
		return m.Topic == topics.Of(kind, c.id) && has(m.Payload, want)
	})
}

// publish says something on a topic of the appliance's.
func (c *caller) publish(kind topics.Kind, id, payload string, meta *message.Meta) {
	c.t.Helper()
	err := c.link.Publish(message.Message{Topic: topics.Of(kind, id), Payload: []byte(payload), Meta: meta})
	if err != nil {
		c.t.Fatal(err)
	}
}

// answer is what became of a command.
type answer struct {
	ID    *string
	OK    bool
	Error string
	// Led are the messages before the ack that name the command as their cause; of
	// one without an id, those without a cause.
	Led []message.Message `json:"-"`
}

// asks sends a command, without meta if the id is "", and waits for its ack.
func (c *caller) asks(id, payload string) answer {
	c.t.Helper()
	var meta *message.Meta
	if id != "" {
		meta = &message.Meta{ID: id, Hops: hopsAsked}
	}
	c.publish(topics.KindCommand, c.id, payload, meta)
	var a answer
	said := c.until("ack", func(m message.Message) bool { return m.Topic == topics.Of(topics.KindAck, c.id) })
	ack := said[len(said)-1]
	a.Led = slices.DeleteFunc(said[:len(said)-1], func(m message.Message) bool { return m.Meta == nil || m.Meta.Cause != id })
	if err := json.Unmarshal(ack.Payload, &a); err != nil {
		c.t.Fatalf("%s: %v", ack.Payload, err)
	}
	switch {
	case id == "" && a.ID != nil, id != "" && (a.ID == nil || *a.ID != id):
		c.t.Fatalf("the command %q is acked with %s", id, ack.Payload)
	case a.OK != (a.Error == ""):
		c.t.Errorf("ack %s", ack.Payload)
	}
	return a
}

// hopsAsked is how many scene links are said to have led to a caller's commands.
const hopsAsked = 3

// has reports whether a payload is an object with all of want.
func has(payload []byte, want map[string]any) bool {
	var got map[string]any
	if json.Unmarshal(payload, &got) != nil {
		return false
	}
	for k, v := range want {
		if got[k] != v {
			return false
		}
	}
	return true
}

func texts(said []message.Message) string {
	var b strings.Builder
	for _, m := range said {
		b.WriteString("\n" + m.Topic + " " + string(m.Payload))
	}
	return b.String()
}
