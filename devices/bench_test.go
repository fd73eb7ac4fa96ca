package devices

import (
	"fmt"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// twentyAppliances is a house of five flats.
func twentyAppliances() []Spec {
	var specs []Spec
	for i := range 5 {
		flat := fmt.Sprintf("flat-%d", i)
		specs = append(specs,
			Spec{ID: flat + "/switch", Type: "light-switch", Config: map[string]any{"controls": flat + "/light"}},
			Spec{ID: flat + "/light", Type: "dimmable-light"},
			Spec{ID: flat + "/toaster", Type: "toaster"},
			Spec{ID: flat + "/coffee", Type: "coffee-maker"},
		)
	}
	return specs
}

// BenchmarkDay is a day of twenty appliances, each in use twice.
func BenchmarkDay(b *testing.B) {
	specs := twentyAppliances()
	b.ReportAllocs()
	messages := 0
	for b.Loop() {
		f, err := NewFleet(specs, start, Options{IDs: &message.Counted{}})
		if err != nil {
			b.Fatal(err)
		}
		messages = len(f.Announce(start))
		for hour := range 24 {
			now := start.Add(time.Duration(hour) * time.Hour)
			if hour%12 == 1 {
				messages += use(f, now)
			}
			messages += len(f.Tick(now.Add(time.Hour)))
		}
	}
	b.ReportMetric(float64(messages), "messages/day")
}

// use does with every appliance what it is for.
func use(f *Fleet, now time.Time) (messages int) {
	payloads := map[string]string{
		"light-switch": `{"do":"press"}`, "dimmable-light": `{"do":"on","brightness":50,"over":"10s"}`,
		"toaster": `{"do":"start","browning":4}`, "coffee-maker": `{"do":"brew","cups":4}`,
	}
	for _, a := range f.order {
		messages += len(f.Handle(now, message.Message{
			Topic: topics.Of(topics.KindCommand, a.id), Payload: []byte(payloads[a.typ.Name]),
		}))
	}
	return messages
}

// BenchmarkCommand is one toggle of a light with its ack and report.
func BenchmarkCommand(b *testing.B) {
	f, err := NewFleet(demoFlat(), start, Options{IDs: &message.Counted{}})
	if err != nil {
		b.Fatal(err)
	}
	m := message.Message{Topic: topics.Of(topics.KindCommand, testLight), Payload: []byte(`{"do":"toggle"}`)}
	now := start
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Second)
		f.Handle(now, m)
	}
}

// BenchmarkTenThousand ticks ten thousand appliances by a minute, a tenth of
// which are busy: what `sim --count` does.
func BenchmarkTenThousand(b *testing.B) {
	var specs []Spec
	for i := range 10_000 {
		specs = append(specs, Spec{ID: fmt.Sprintf("many/light-%d", i), Type: "dimmable-light"})
	}
	f, err := NewFleet(specs, start, Options{IDs: &message.Counted{}})
	if err != nil {
		b.Fatal(err)
	}
	now := start
	for b.Loop() {
		for i := range 1000 {
			f.Handle(now, message.Message{
				Topic: topics.Of(topics.KindCommand, specs[i*10].ID), Payload: []byte(`{"do":"toggle"}`),
			})
		}
		now = now.Add(time.Minute)
		f.Tick(now)
	}
}
