package hub

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"homebus/internal/housetime"
	"homebus/internal/proxy"
	"homebus/internal/scene"
	"homebus/internal/scene/town"
	"homebus/topics"
)

// BenchmarkThousandScenes measures from a press to the command of the one scene that
// waits for it, inside the hub, through in-process peers: in a house of ten scenes
// and 100 devices, in one of 1,000 and 10,000 where the same ten switches are
// pressed, and in such a one where all thousand are; in turn, in five rounds of a
// fifth of b.N presses each. What it reports are medians of the rounds.
func BenchmarkThousandScenes(b *testing.B) {
	const rounds = 5
	houses := []struct {
		name            string
		scenes, pressed int
	}{{"ten", 10, 10}, {"ten-of-1000", 1000, 10}, {"all-of-1000", 1000, 1000}}
	pressers := make([]*presser, len(houses))
	for i, h := range houses {
		pressers[i] = newPresser(b, h.scenes, h.pressed)
	}
	p50, p99 := make([][]float64, len(houses)), make([][]float64, len(houses))
	b.ResetTimer()
	for range rounds {
		for i, p := range pressers {
			taken := p.presses(max(b.N/rounds, 1))
			p50[i] = append(p50[i], taken[len(taken)/2].Seconds()*1e6)
			p99[i] = append(p99[i], taken[len(taken)*99/100].Seconds()*1e6)
		}
	}
	for i, h := range houses {
		b.ReportMetric(median(p50[i]), h.name+"-p50-µs")
		b.ReportMetric(median(p99[i]), h.name+"-p99-µs")
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// presser presses switches of a house and waits for what comes of it.
type presser struct {
	b       *testing.B
	peer    *proxy.Local
	pressed int // how many switches
	next    int
}

// newPresser starts a hub with so many scenes and ten times as many devices. The
// house's clock runs fast, for a scene that is started more than 20 times in 10 s
// of the house is held.
func newPresser(b *testing.B, scenes, pressed int) *presser {
	f, err := scene.Load("town.toml", town.File(scenes))
	if err != nil {
		b.Fatal(err)
	}
	wall := time.Now()
	h := start(b, Config{Scenes: f, Clock: housetime.New(wall, wall, 1e6)})
	<-h.started
	p := &presser{b: b, peer: h.forwarder.Attach("bench"), pressed: pressed}
	b.Cleanup(p.peer.Close)
	if err := p.peer.Subscribe(topics.KindCommand.Prefix()); err != nil {
		b.Fatal(err)
	}
	p.presses(pressed) // each once, so that all are known to go
	return p
}

// presses presses n switches, one after the other, and returns how long each took,
// in order of length.
func (p *presser) presses(n int) []time.Duration {
	taken := make([]time.Duration, n)
	for i := range taken {
		p.next = (p.next + 1) % p.pressed
		room := fmt.Sprint("room-", p.next)
		press := [][]byte{[]byte(topics.Event(room, "switch")), []byte(`{"event":"press"}`), []byte(`{"id":"x"}`)}
		begun := time.Now()
		if err := p.peer.Publish(press); err != nil {
			p.b.Fatal(err)
		}
		p.await(topics.Command(room, "light"))
		taken[i] = time.Since(begun)
	}
	slices.Sort(taken)
	return taken
}

func (p *presser) await(topic string) {
	timeout := time.NewTimer(10 * time.Second)
	defer timeout.Stop()
	for {
		if frames, ok := p.peer.Next(); !ok {
			select {
			case <-p.peer.Wake():
			case <-timeout.C:
				p.b.Fatalf("no %s", topic)
			}
		} else if string(frames[0]) == topic {
			return
		}
	}
}
