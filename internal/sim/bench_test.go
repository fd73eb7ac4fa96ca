package sim

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/link/zmqlink"
	"homebus/internal/message"
	"homebus/topics"

	"golang.org/x/sync/errgroup"
)

const benchSwitch, benchLight = "hall/switch", "hall/light"

// dialBench runs a hub in this process, on TCP, and returns how to reach it.
func dialBench(b *testing.B, ctx context.Context, g *errgroup.Group) func(name string) link.Link {
	b.Helper()
	h, err := hub.New(hub.Config{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	g.Go(func() error { return h.Run(ctx) })
	at := h.Addrs()
	return func(name string) link.Link {
		l, err := zmqlink.New(zmqlink.Config{Frontend: "tcp://" + at.Frontend[0].String(), Backend: "tcp://" + at.Backend[0].String(), Name: name})
		if err != nil {
			panic(err)
		}
		return l
	}
}

// BenchmarkPress presses a simulated switch, has its event turn a simulated light on
// or off, and waits for the light's report: six messages through the hub, two of them
// acks. Hub, simulator and client are in one process and speak over TCP.
func BenchmarkPress(b *testing.B) {
	for _, shape := range []struct {
		name  string
		under int
	}{{"one at a time", 1}, {"a hundred under way", 100}} {
		b.Run(shape.name, func(b *testing.B) { benchPress(b, shape.under) })
	}
}

func benchPress(b *testing.B, under int) {
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	dial := dialBench(b, ctx, &g)
	client := dial("client")
	for _, topic := range []string{topics.KindOnline.Prefix(), topics.Event("hall", "switch"), topics.State("hall", "light")} {
		client.Subscribe(topic)
	}
	g.Go(func() error { return client.Run(ctx) })
	house := append(specs("light-switch", benchSwitch), specs("dimmable-light", benchLight)...)
	g.Go(func() error { return Run(ctx, Config{Specs: house, Dial: dial}) })
	b.Cleanup(func() {
		stop()
		for range client.Events() {
		}
		_ = g.Wait() // the context's error
	})
	p := presses{b: b, link: client, stamper: message.Stamper{From: "client", IDs: message.Random{}}}
	there := map[string]bool{}
	p.until(func(m message.Message) bool {
		if strings.HasPrefix(m.Topic, topics.KindOnline.Prefix()) || m.Topic == topics.State("hall", "light") {
			there[m.Topic] = true
		}
		return len(there) == 3
	})
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; {
		n := min(left, under)
		for range n {
			p.command(benchSwitch, "press")
		}
		for range n {
			p.until(func(m message.Message) bool { return m.Topic == topics.State("hall", "light") })
		}
		left -= n
	}
}

// presses is a client that turns the light on or off at each press of the switch.
type presses struct {
	b       *testing.B
	link    link.Link
	stamper message.Stamper
}

func (p *presses) command(id, do string) {
	m := message.New(topics.Of(topics.KindCommand, id), map[string]any{"do": do})
	if err := p.link.Publish(p.stamper.Stamp(time.Now(), m, nil)); err != nil {
		p.b.Fatal(err)
	}
}

// until serves events until one for which done holds.
func (p *presses) until(done func(message.Message) bool) {
	for e := range p.link.Events() {
		if e.Message.Topic == topics.Event("hall", "switch") {
			p.command(benchLight, "toggle")
		}
		if e.Status == nil && done(e.Message) {
			return
		}
	}
	p.b.Fatal("the link has ended")
}
