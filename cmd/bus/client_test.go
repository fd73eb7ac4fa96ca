package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

// peer is another program on the bus. It gets what it subscribed to, and answers
// with what it is made of.
func peer(t *testing.T, bus *link.Bus, answer func(link.Link, message.Message), prefixes ...string) {
	t.Helper()
	l := bus.Link("peer")
	for _, p := range prefixes {
		l.Subscribe(p)
	}
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { l.Run(ctx); return nil })
	g.Go(func() error {
		for ev := range l.Events() {
			if ev.Status == nil {
				answer(l, ev.Message)
			}
		}
		return nil
	})
	t.Cleanup(func() { stop(); g.Wait() })
	synctest.Wait()
}

// with runs do with a link of its own.
func with(t *testing.T, bus *link.Bus, do func(context.Context, link.Link) error) error {
	t.Helper()
	l := bus.Link("under test")
	return during(t.Context(), l, func(ctx context.Context) error { return do(ctx, l) })
}

func check(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil && want != "" || err != nil && err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}

func publish(t *testing.T, l link.Link, m message.Message) {
	t.Helper()
	if err := l.Publish(m); err != nil {
		t.Error(err)
	}
}

func TestDeliver(t *testing.T) {
	tests := []struct {
		name  string
		start time.Duration // when there is a bus; negative: never
		err   string
	}{
		{"to a bus", 0, ""},
		{"to a bus that comes late", 4 * time.Second, ""},
		{"to nobody", -1, "no hub within 5s (the bus is stopped)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bus := link.NewBus()
				var heard []message.Message
				peer(t, bus, func(_ link.Link, m message.Message) { heard = append(heard, m) }, "greeting")
				if tt.start != 0 {
					bus.Stop()
				}
				if tt.start > 0 {
					defer time.AfterFunc(tt.start, bus.Start).Stop()
				}
				m := message.Message{Topic: "greeting", Payload: []byte("hello"), Meta: &message.Meta{ID: "1"}}
				err := with(t, bus, func(ctx context.Context, l link.Link) error { return deliver(ctx, l, m, "no echo", 5*time.Second) })
				check(t, err, tt.err)
				synctest.Wait()
				if want := tt.start >= 0; want != (len(heard) == 1) {
					t.Errorf("%d messages heard", len(heard))
				}
			})
		})
	}
}

func TestSubscribe(t *testing.T) {
	tests := []struct {
		name string
		opts subOptions
		want string
		took time.Duration
		err  string
	}{
		{"by count", subOptions{count: 3}, "tick 1\ntick 2\ntick 3\n", 3 * time.Second, ""},
		{"by time", subOptions{wait: 2500 * time.Millisecond}, "tick 1\ntick 2\n", 2500 * time.Millisecond, ""},
		{"count before time", subOptions{count: 1, wait: 3 * time.Second}, "tick 1\n", time.Second, ""},
		{"time before count", subOptions{count: 3, wait: 1500 * time.Millisecond}, "tick 1\n", 1500 * time.Millisecond, "1 of 3 messages came within 1.5s"},
		{"nothing in time", subOptions{count: 1, wait: 500 * time.Millisecond}, "", 500 * time.Millisecond, "0 of 1 message came within 500ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bus := link.NewBus()
				ticking := bus.Link("ticker")
				ctx, stop := context.WithCancel(t.Context())
				var g errgroup.Group
				g.Go(func() error { ticking.Run(ctx); return nil })
				g.Go(func() error {
					ticks := time.NewTicker(time.Second)
					defer ticks.Stop()
					for n := byte('1'); ; n++ {
						select {
						case <-ticking.Events():
							n--
						case <-ticks.C:
							publish(t, ticking, message.Message{Topic: "tick", Payload: []byte{n}})
							publish(t, ticking, message.Message{Topic: "tack"})
						case <-ctx.Done():
							return nil
						}
					}
				})
				var out bytes.Buffer
				begin := time.Now()
				tt.opts.prefixes = []string{"ti"}
				err := with(t, bus, func(ctx context.Context, l link.Link) error {
					return subscribe(ctx, l, tt.opts, newPrinter(&out, false), slog.New(slog.DiscardHandler))
				})
				stop()
				g.Wait()
				check(t, err, tt.err)
				if out.String() != tt.want || time.Since(begin) != tt.took {
					t.Errorf("printed %q in %v, want %q in %v", &out, time.Since(begin), tt.want, tt.took)
				}
			})
		})
	}
}

func TestSubscribeWithoutAHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := link.NewBus()
		bus.Stop()
		err := with(t, bus, func(ctx context.Context, l link.Link) error {
			return subscribe(ctx, l, subOptions{wait: time.Second}, newPrinter(&bytes.Buffer{}, false), slog.New(slog.DiscardHandler))
		})
		check(t, err, "no hub within 1s (the bus is stopped)")
	})
}

// answering acks commands on their n-th arrival, as an appliance would.
func answering(t *testing.T, n int, ok bool, reason string) func(link.Link, message.Message) {
	arrived := map[string]int{}
	return func(l link.Link, m message.Message) {
		if arrived[m.ID()]++; arrived[m.ID()] != n {
			return
		}
		topic, _ := topics.Parse(m.Topic)
		publish(t, l, message.New(topics.Of(topics.KindAck, topic.ID()), ack{ID: "another", OK: true}))
		publish(t, l, message.New(topics.Of(topics.KindAck, topic.ID()), map[string]any{"id": m.ID(), "ok": ok, "error": reason}))
	}
}

// refusing answers as the hub does for an appliance that is offline, which is back as
// soon as back is more than nothing, and then does as it is told.
func refusing(t *testing.T, back time.Duration) func(link.Link, message.Message) {
	there := false
	return func(l link.Link, m message.Message) {
		topic, _ := topics.Parse(m.Topic)
		say := func(kind topics.Kind, payload any, from string) {
			said := message.New(topics.Of(kind, topic.ID()), payload)
			said.Meta = &message.Meta{ID: from, From: from}
			publish(t, l, said)
		}
		if there {
			say(topics.KindAck, map[string]any{"id": m.ID(), "ok": true}, topic.ID())
			return
		}
		say(topics.KindAck, map[string]any{"id": m.ID(), "ok": false, "error": "kitchen/toaster is offline"}, "bus")
		if there = back > 0; there {
			time.Sleep(back) // in the bubble
			say(topics.KindOnline, map[string]any{"online": true}, topic.ID())
		}
	}
}

func TestAsk(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		answer func(*testing.T) func(link.Link, message.Message)
		hears  string
		online string // said on the bus before
		took   time.Duration
		err    string
	}{
		{name: "done", args: []string{"kitchen/toaster", "start"}, hears: "command/kitchen/toaster",
			answer: func(t *testing.T) func(link.Link, message.Message) { return answering(t, 1, true, "") }},
		{name: "done at the third try", args: []string{"kitchen/toaster", "start"}, hears: "command/kitchen/toaster", took: 2 * time.Second,
			answer: func(t *testing.T) func(link.Link, message.Message) { return answering(t, 3, true, "") }},
		{name: "refused", args: []string{"kitchen/toaster", "start"}, hears: "command/kitchen/toaster",
			answer: func(t *testing.T) func(link.Link, message.Message) { return answering(t, 1, false, "no bread\x1b[2J") },
			err:    `kitchen/toaster: start refused: no bread\x1b[2J`},
		{name: "a fault", args: []string{"kitchen/toaster", "fault", "clear=true"}, hears: "fault/kitchen/toaster",
			answer: func(t *testing.T) func(link.Link, message.Message) { return answering(t, 1, true, "") }},
		{name: "unknown", args: []string{"kitchen/toster", "start"}, online: `{"online":true}`, took: 5 * time.Second,
			err: "nobody answered for kitchen/toster within 5s: the bus does not know it (did you mean \"kitchen/toaster\"? it knows kitchen/toaster)"},
		{name: "nobody there", args: []string{"kitchen/toaster", "start"}, took: 5 * time.Second,
			err: "nobody answered for kitchen/toaster within 5s: the bus does not know it"},
		{name: "offline", args: []string{"kitchen/toaster", "start"}, online: `{"online":false,"reason":"connection lost"}`, took: 5 * time.Second,
			err: "kitchen/toaster did not answer within 5s: it is offline (connection lost)"},
		{name: "offline, says the hub", args: []string{"kitchen/toaster", "start"}, hears: "command/kitchen/toaster", online: `{"online":false,"reason":"connection lost"}`, took: time.Second,
			answer: func(t *testing.T) func(link.Link, message.Message) { return refusing(t, 0) },
			err:    "kitchen/toaster: start refused: kitchen/toaster is offline"},
		{name: "offline for a moment", args: []string{"kitchen/toaster", "start"}, hears: "command/kitchen/toaster", online: `{"online":false,"reason":"connection lost"}`, took: 300 * time.Millisecond,
			answer: func(t *testing.T) func(link.Link, message.Message) { return refusing(t, 300*time.Millisecond) }},
		{name: "deaf", args: []string{"kitchen/toaster", "start"}, online: `{"online":true}`, took: 5 * time.Second,
			err: "kitchen/toaster is there but did not answer within 5s"},
		{name: "no simulator", args: []string{"kitchen/toaster", "fault", "clear=true"}, online: `{"online":true}`, took: 5 * time.Second,
			err: "kitchen/toaster: no simulator answered within 5s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bus := link.NewBus()
				if tt.answer != nil {
					peer(t, bus, tt.answer(t), tt.hears)
				}
				if tt.online != "" {
					said := message.Message{Topic: topics.Of(topics.KindOnline, "kitchen/toaster"), Payload: json.RawMessage(tt.online), Meta: &message.Meta{ID: "1"}}
					if err := with(t, bus, func(ctx context.Context, l link.Link) error { return deliver(ctx, l, said, "no echo", time.Second) }); err != nil {
						t.Fatal(err)
					}
					if strings.Contains(tt.online, "true") { // a link that stays, or its will speaks
						keep(t, bus, said)
					}
				}
				req, err := parseRequest(tt.args[0], tt.args[1], tt.args[2:])
				if err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				err = with(t, bus, func(ctx context.Context, l link.Link) error { return ask(ctx, l, req, true, 5*time.Second) })
				check(t, err, tt.err)
				if took := time.Since(begin); took != tt.took {
					t.Errorf("it took %v, want %v", took, tt.took)
				}
			})
		})
	}
}

// keep publishes m on a link that stays until the test's end.
func keep(t *testing.T, bus *link.Bus, m message.Message) {
	t.Helper()
	l := bus.Link("keeper")
	publish(t, l, m)
	runLink(t, l)
}

// runLink runs a link until the test's end. What it hears is of no interest.
func runLink(t *testing.T, l link.Link) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { l.Run(ctx); return nil })
	g.Go(func() error {
		for range l.Events() {
		}
		return nil
	})
	t.Cleanup(func() { stop(); g.Wait() })
	synctest.Wait()
}
