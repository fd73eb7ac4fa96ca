package scene

import (
	"fmt"
	"testing"
	"time"

	"homebus/internal/message"
)

// BenchmarkEvent is an event that concerns one scene, which sends one command
// and is done: four messages in all.
func BenchmarkEvent(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprintf("scenes=%d", n), func(b *testing.B) {
			e, now := crowd(n)
			m := eventOf(n / 2)
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(time.Second)
				if out := e.Handle(now, m); len(out) != 3 {
					b.Fatalf("%d messages, want 3", len(out))
				}
			}
		})
	}
}

// BenchmarkForeign is a message that concerns no scene.
func BenchmarkForeign(b *testing.B) {
	e, now := crowd(1000)
	m := message.Message{Topic: "bench/kitchen/toaster", Payload: make([]byte, 64)}
	b.ReportAllocs()
	for b.Loop() {
		e.Handle(now, m)
	}
}

// BenchmarkReport is a report of a device on which one scene waits, for another
// state.
func BenchmarkReport(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprintf("scenes=%d", n), func(b *testing.B) {
			e, now := crowd(n)
			m := message.Message{Topic: fmt.Sprintf("state/room/coffee-%d", n/2),
				Payload: []byte(`{"state":"brewing","progress":0.37,"remaining_s":83,"power_w":900,"energy_wh":12.3,"water_ml":700}`)}
			b.ReportAllocs()
			for b.Loop() {
				e.Handle(now, m)
			}
		})
	}
}

// crowd is an engine of n scenes, each with a switch, a coffee maker and a light
// of its own.
func crowd(n int) (*Engine, time.Time) {
	f := &File{}
	for i := range n {
		s := scene(fmt.Sprintf("s%d", i), &EventTrigger{Device: fmt.Sprintf("room/switch-%d", i), Event: "press"},
			do(fmt.Sprintf("room/light-%d", i), "on"))
		s.When = append(s.When, becomes(fmt.Sprintf("room/coffee-%d", i), "warming"))
		f.Scenes = append(f.Scenes, s)
	}
	e := NewEngine(f, noon, EngineOptions{IDs: &message.Counted{}})
	e.Start(noon)
	return e, noon
}

func eventOf(i int) message.Message {
	return message.Message{Topic: fmt.Sprintf("event/room/switch-%d", i), Payload: []byte(`{"event":"press"}`), Meta: &message.Meta{ID: "x"}}
}
