package sim

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

// patience is how long, in the bubble's time, anything may take.
const patience = time.Hour

// house is a simulator on a bus in memory and somebody who watches it.
type house struct {
	t       *testing.T
	bus     *link.Bus
	watcher link.Link
	stamper message.Stamper
	// seen are all messages so far, oldest first.
	seen []message.Message
}

// newHouse starts a house, which ends with the test, on a bus of its own. It is
// called in a bubble.
func newHouse(t *testing.T, cfg Config) *house {
	t.Helper()
	bus := link.NewBus()
	cfg.Dial = bus.Link
	return newHouseOn(t, bus, cfg)
}

func newHouseOn(t *testing.T, bus *link.Bus, cfg Config) *house {
	t.Helper()
	h := &house{t: t, bus: bus, stamper: message.Stamper{From: "test", IDs: message.Random{}}}
	h.watcher = h.bus.Link("watcher")
	for _, kind := range []topics.Kind{topics.KindOnline, topics.KindState, topics.KindAck} {
		h.watcher.Subscribe(kind.Prefix())
	}
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { h.watcher.Run(ctx); return nil })
	t.Cleanup(func() {
		stop()
		if err := g.Wait(); err != nil {
			t.Errorf("the simulator ended with %v", err)
		}
	})
	h.until("the watcher is connected", func(ev link.Event) bool { return ev.Status != nil && ev.Status.Up })
	g.Go(func() error { return Run(ctx, cfg) }) // now, for last values come in an order of their own
	return h
}

// until takes events until one for which ok holds.
func (h *house) until(what string, ok func(link.Event) bool) {
	h.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case ev := <-h.watcher.Events():
			if ev.Status == nil {
				h.seen = append(h.seen, ev.Message)
			}
			if ok(ev) {
				return
			}
		case <-timeout:
			h.t.Fatalf("%s did not happen; seen: %s", what, h.story())
		}
	}
}

// await takes events until a message on the topic with the values given, and
// returns what else it said.
func (h *house) await(topic string, values map[string]any) map[string]any {
	h.t.Helper()
	var said map[string]any
	h.until(topic+" with "+string(message.New("", values).Payload), func(ev link.Event) bool {
		if ev.Status != nil {
			return false
		}
		var ok bool
		said, ok = says(ev.Message, topic, values)
		return ok
	})
	return said
}

// acked fails unless a request has been acked among what was seen. An ack of a
// fault and what the fault does come on different connections, in any order.
func (h *house) acked(device, id string) {
	h.t.Helper()
	if !slices.ContainsFunc(h.seen, func(m message.Message) bool {
		_, ok := says(m, topics.Of(topics.KindAck, device), map[string]any{"id": id, "ok": true})
		return ok
	}) {
		h.t.Errorf("%s has not acked %s: %s", device, id, h.story())
	}
}

// says returns what m says, if it is on the topic and has the values.
func says(m message.Message, topic string, values map[string]any) (map[string]any, bool) {
	var said map[string]any
	if m.Topic != topic || json.Unmarshal(m.Payload, &said) != nil {
		return nil, false
	}
	for k, v := range values {
		if said[k] != v {
			return nil, false
		}
	}
	return said, true
}

func (h *house) awaitOnline(id string, online bool) map[string]any {
	h.t.Helper()
	return h.await(topics.Of(topics.KindOnline, id), map[string]any{"online": online})
}

// rest lets the house be for d and takes whatever comes.
func (h *house) rest(d time.Duration) {
	h.t.Helper()
	timeout := time.After(d)
	for {
		select {
		case ev := <-h.watcher.Events():
			if ev.Status == nil {
				h.seen = append(h.seen, ev.Message)
			}
		case <-timeout:
			return
		}
	}
}

// publish sends a message with meta and returns its id.
func (h *house) publish(topic string, payload any) string {
	h.t.Helper()
	m := h.stamper.Stamp(time.Now(), message.New(topic, payload), nil)
	if err := h.watcher.Publish(m); err != nil {
		h.t.Fatalf("publish %s: %v", topic, err)
	}
	return m.ID()
}

// count returns how many messages on the topic have been seen.
func (h *house) count(topic string) int {
	n := 0
	for _, m := range h.seen {
		if m.Topic == topic {
			n++
		}
	}
	return n
}

// story is what has been seen last.
func (h *house) story() string {
	story := ""
	for _, m := range h.seen[max(0, len(h.seen)-20):] {
		story += "\n" + m.Topic + " " + string(m.Payload)
	}
	return story
}

// specs are appliances of a type with the names given.
func specs(typ string, ids ...string) []devices.Spec {
	var list []devices.Spec
	for _, id := range ids {
		list = append(list, devices.Spec{ID: id, Type: typ})
	}
	return list
}

func sortedTopics(messages []message.Message) []string {
	var list []string
	for _, m := range messages {
		list = append(list, m.Topic)
	}
	slices.Sort(list)
	return list
}
