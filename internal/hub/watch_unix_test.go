//go:build unix

package hub

import (
	"fmt"
	"testing"

	"homebus/internal/proxy"
	"homebus/internal/zmtp/zmtptest"
)

// BenchmarkWatch is what a message costs under the forwarder's lock, by its kind: to be
// remembered as a cause, as a last value, or with a will. "one" is the same topic again and
// again; an appliance in the midst of something says the same word each time. "in-turn" are
// 10,000 topics, of which the forwarder remembers who watches them, and "anew" the same if
// it has forgotten, and asks each time. "bench" is a topic that nobody wants. On a machine
// with more to do, the processor time says more than the time.
func BenchmarkWatch(b *testing.B) {
	const meta = `{"id":"0197f3a2-7c3a-7000-8000-000000000001","at":"2026-11-20T06:30:00.123456789Z","from":"bus","seq":17,"cause":"0197f3a2-7c3a-7000-8000-000000000002","hops":1}`
	for _, kind := range []struct{ name, payload string }{
		{"bench", "{}"}, {"command", `{"do":"brew","cups":4}`}, {"event", `{"event":"press"}`}, {"online", `{"online":true}`},
		{"state", `{"state":"heating","water_ml":1000,"coffee_ml":0,"cups":4,"pot":true,"progress":0.1}`},
	} {
		message := func(i int) proxy.Raw { return zmtptest.Wire(room(kind.name)(i), kind.payload, meta) }
		b.Run(kind.name+"/one", func(b *testing.B) { watch(b, 1, message, true) })
		b.Run(kind.name+"/in-turn", func(b *testing.B) { watch(b, many, message, true) })
		b.Run(kind.name+"/anew", func(b *testing.B) { watch(b, many, message, false) })
	}
}

// many is how many topics there are in turn.
const many = 10_000

// room returns the topic of a thing in a large house.
func room(kind string) func(i int) string {
	return func(i int) string { return fmt.Sprintf("%s/room-%02d/thing-%05d", kind, i%100, i) }
}

// watch passes the messages on so many topics in turn to who watches them, who is
// remembered or not.
func watch(b *testing.B, n int, message func(i int) proxy.Raw, remembered bool) {
	m := newMemory(Limits{}, nil)
	watchers, messages, topics := make([]proxy.Watcher, n), make([]proxy.Raw, n), make([][]byte, n)
	for i := range n {
		messages[i] = message(i)
		topics[i], _ = messages[i].Frame(0)
		watchers[i] = m.Watch(topics[i])
		if watchers[i] != nil {
			watchers[i].Message(1, messages[i])
		}
	}
	b.ReportAllocs()
	begun := processorTime(b)
	for i := 0; b.Loop(); i = (i + 1) % n {
		w := watchers[i]
		if !remembered {
			w = m.Watch(topics[i])
		}
		if w != nil {
			w.Message(1, messages[i])
		}
	}
	b.ReportMetric(float64((processorTime(b)-begun).Nanoseconds())/float64(b.N), "cpu-ns/op")
}
