package endtoend

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/link/zmqlink"
	"homebus/internal/message"
	"homebus/topics"
)

// pressEvery is the time between two presses: a scene that is started more than
// 20 times in 10 s is held.
const pressEvery = 600 * time.Millisecond

// BenchmarkPress measures from the press of the bathroom switch until the toaster
// reports that it toasts, with hub, simulator and the one who presses in a process
// each: press, event, scene, command, report. Each iteration is one press; most of
// its time is a pause. Run it with -benchtime 100x.
func BenchmarkPress(b *testing.B) {
	at := newPlace(b)
	at.start(b, "bus", "serve", "--scenes", scenes)
	at.start(b, "sim", "--scenes", scenes)
	l, err := zmqlink.New(zmqlink.Config{Frontend: at.frontend, Backend: at.backend, Name: "press"})
	if err != nil {
		b.Fatal(err)
	}
	for _, topic := range []string{topics.Online("kitchen", "toaster"), topics.State("kitchen", "toaster"), topics.Scene("morning")} {
		l.Subscribe(topic)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	defer func() { cancel(); <-done }()
	p := presser{b: b, link: l}
	p.await(topics.Online("kitchen", "toaster"), `"online":true`)
	pause := time.NewTicker(pressEvery)
	defer pause.Stop()
	took := make([]time.Duration, b.N)
	for i := range took {
		p.await(topics.State("kitchen", "toaster"), `"power_w":0`) // none of before says that it toasts
		<-pause.C
		begin := time.Now()
		p.ask(topics.Command("bathroom", "switch"), "press")
		p.await(topics.State("kitchen", "toaster"), `"state":"toasting"`)
		took[i] = time.Since(begin)
		p.ask(topics.SceneCommand("morning"), "stop")
		p.ask(topics.Command("kitchen", "toaster"), "stop")
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1e3, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "p99-ms")
}

// presser is who presses, and sees what comes of it.
type presser struct {
	b    *testing.B
	link link.Link
}

func (p *presser) ask(topic, do string) {
	p.b.Helper()
	if err := p.link.Publish(message.New(topic, map[string]string{"do": do})); err != nil {
		p.b.Fatal(err)
	}
}

// await passes over everything until a message says what it should.
func (p *presser) await(topic, says string) {
	p.b.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case e := <-p.link.Events():
			if e.Status == nil && e.Message.Topic == topic && strings.Contains(string(e.Message.Payload), says) {
				return
			}
		case <-deadline.C:
			p.b.Fatalf("no %s with %s in %v", topic, says, patience)
		}
	}
}
