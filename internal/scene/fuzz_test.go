package scene

import (
	"encoding/json"
	"testing"
	"time"

	"homebus/internal/message"
)

// FuzzHandle lets an engine and a view hear any bytes on the topics that they
// wait for. They must answer with JSON, and come to rest.
func FuzzHandle(f *testing.F) {
	topics := []string{"event/bathroom/switch", "state/" + lamp, "online/" + lamp, "ack/" + coffee, "command/scene/a", "command/scene/b", "light", "light ON"}
	for i, payload := range []string{`{"event":"press"}`, `{"state":"on","brightness":1e999}`, `{"online":false}`, `{"id":"x","ok":false}`, `{"do":"run"}`, `{"do":"stop"}`, "ON", ""} {
		f.Add(uint8(i), []byte(payload), []byte(`{"id":"x","hops":3}`))
	}
	f.Add(uint8(1), []byte("\xff{"), []byte(nil))
	f.Fuzz(func(t *testing.T, which uint8, payload, meta []byte) {
		a := scene("a", press(), Step{Action: brew()}, wait(time.Second), Step{Action: &Say{Text: Text{{Device: lamp, Attr: "state"}}}})
		a.When = append(a.When, becomes(lamp, "on"), &TopicTrigger{Topic: "light"})
		a.OnlyIf = []Condition{&StateCondition{Device: lamp, Test: Comparison{IsNot: "x"}, For: time.Second}}
		s := tell(t, noon, a)
		s.state(lamp, "off")
		s.pass(time.Minute)
		m := message.FromFrames([][]byte{[]byte(topics[int(which)%len(topics)]), payload, meta})
		var v View
		_ = v.Handle(m)
		v.Value(lamp, "brightness")
		s.take(s.e.Handle(s.now, m))
		s.take(s.e.Handle(s.now, m))
		s.pass(time.Hour)
		for _, m := range s.said {
			if !json.Valid(m.Payload) {
				t.Fatalf("%s %q is no JSON", m.Topic, m.Payload)
			}
		}
	})
}
