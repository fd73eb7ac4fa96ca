package zmqlink

import (
	"context"
	"log/slog"
	"testing"

	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"

	"golang.org/x/sync/errgroup"
)

// startBench runs a hub in this process, on TCP, and a link that hears itself.
func startBench(b *testing.B) link.Link {
	b.Helper()
	h, err := hub.New(hub.Config{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	addrs := h.Addrs()
	l, err := New(Config{Frontend: "tcp://" + addrs.Frontend[0].String(), Backend: "tcp://" + addrs.Backend[0].String()})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return h.Run(ctx) })
	g.Go(func() error { return l.Run(ctx) })
	b.Cleanup(func() {
		stop()
		for range l.Events() {
		}
		_ = g.Wait() // the context's error
	})
	l.Subscribe(topics.KindEvent.Prefix())
	for e := range l.Events() {
		if up(e) {
			break
		}
	}
	return l
}

// benchMessage is a press of a switch.
var benchMessage = message.Message{
	Topic: topics.Event("bathroom", "switch"), Payload: []byte(`{"event":"press"}`),
	Meta: &message.Meta{ID: "0199a0c4-0000-7000-8000-000000000001", From: "bathroom/switch", Seq: 1},
}

// heard takes events until n messages have come.
func heard(l link.Link, n int) {
	for n > 0 {
		if e := <-l.Events(); e.Status == nil {
			n--
		}
	}
}

// BenchmarkRoundTrip is one message to the hub and back at a time.
func BenchmarkRoundTrip(b *testing.B) {
	l := startBench(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := l.Publish(benchMessage); err != nil {
			b.Fatal(err)
		}
		heard(l, 1)
	}
}

// BenchmarkThroughput has a hundred messages under way.
func BenchmarkThroughput(b *testing.B) {
	l := startBench(b)
	b.ReportAllocs()
	under := 0
	for b.Loop() {
		if err := l.Publish(benchMessage); err != nil {
			b.Fatal(err)
		}
		if under++; under == 100 {
			heard(l, 50)
			under -= 50
		}
	}
	heard(l, under)
}
