package hub

import (
	"fmt"
	"testing"
	"time"

	"homebus/internal/chronicle"
	"homebus/internal/message"
	"homebus/internal/zmtp/zmtptest"
)

// BenchmarkWhy is one question to a hub whose memory of causes is full, with as many
// links as there may be, and with one. "held" is how long everything waits for it.
func BenchmarkWhy(b *testing.B) {
	h := start(b, Config{})
	ids := []string{""}
	meta := func() string {
		ids = append(ids, message.Random{}.NewID(time.Time{}))
		return fmt.Sprintf(`{"id":"%s","at":"2026-11-20T06:30:00.123456789Z","from":"bus","seq":17,"cause":"%s","hops":1}`, ids[len(ids)-1], ids[len(ids)-2])
	}
	h.forwarder.Inspect(func() {
		for range 20_000 {
			h.memory.remember(chronicle.Acts, zmtptest.Wire("command/kitchen/coffee", `{"do":"brew","cups":4}`, meta()))
			h.memory.remember(chronicle.Reports, zmtptest.Wire("state/kitchen/coffee", `{"state":"heating","water_ml":1000,"coffee_ml":0,"cups":4,"pot":true,"progress":0.1}`, meta()))
		}
		h.memory.remember(chronicle.Acts, zmtptest.Wire("state/a/b", "{}", `{"id":"short","cause":"`+ids[1]+`"}`))
	})
	for of, links := range map[string]int{ids[len(ids)-1]: chronicle.MaxLinks, "short": 1} {
		b.Run(fmt.Sprintf("links=%d", links), func(b *testing.B) {
			for b.Loop() {
				if w, err := h.Why(of); err != nil || len(w.Links) != links {
					b.Fatal(w, err)
				}
			}
		})
	}
	b.Run("held", func(b *testing.B) {
		for b.Loop() {
			h.forwarder.Inspect(func() { h.memory.chronicle.Copy() })
		}
	})
}
