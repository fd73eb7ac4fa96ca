package devices

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/message"
	"homebus/topics"
)

// deed is one thing that is done to a fleet at a time.
type deed struct {
	at  time.Time
	msg message.Message
}

// payloads are commands and faults of every type and some of none, so that an
// appliance gets its own and others'.
var payloads = []string{
	`{"do":"press"}`, `{"do":"press","count":3,"hold":"1s"}`, `{"do":"on"}`, `{"do":"off"}`, `{"do":"toggle"}`,
	`{"do":"on","brightness":30,"over":"7s"}`, `{"do":"on","brightness":0}`, `{"do":"off","over":"1m"}`,
	`{"do":"start"}`, `{"do":"start","browning":1}`, `{"do":"start","browning":6}`, `{"do":"stop"}`,
	`{"do":"load"}`, `{"do":"unload"}`, `{"do":"brew"}`, `{"do":"brew","cups":1}`, `{"do":"brew","cups":8}`,
	`{"do":"fill"}`, `{"do":"fill","water_ml":100}`, `{"do":"pour"}`, `{"do":"pour","cups":4}`,
	`{"do":"fly"}`, `{"do":"start","browning":99}`, `nonsense`,
}

var faultPayloads = []string{
	`{"clear":true}`, `{"clear":true,"kind":"stuck"}`,
	`{"kind":"offline","for":"30s"}`, `{"kind":"flapping"}`, `{"kind":"slow","for":"1m"}`, `{"kind":"deaf","for":"9s"}`,
	`{"kind":"mute","for":"20s"}`, `{"kind":"duplicate"}`, `{"kind":"frozen","for":"1m"}`, `{"kind":"clock-skew"}`,
	`{"kind":"jam"}`, `{"kind":"no-bread","for":"3m"}`, `{"kind":"dead-element","for":"40s"}`, `{"kind":"dead-element","for":"4m"}`, `{"kind":"no-water","for":"10s"}`, `{"kind":"no-pot","for":"10s"}`,
	`{"kind":"scale"}`, `{"kind":"stuck","for":"5m"}`, `{"kind":"bounce"}`, `{"kind":"missed"}`,
	`{"kind":"fade-stuck"}`, `{"kind":"false-done","for":"10s"}`, `{"kind":"none"}`,
}

// drawDeeds makes up what happens in a house.
func drawDeeds(t *rapid.T, ids []string) []deed {
	deeds := make([]deed, rapid.IntRange(1, 25).Draw(t, "deeds"))
	now := start
	for i := range deeds {
		now = now.Add(time.Duration(rapid.OneOf(
			rapid.Int64Range(0, int64(2*time.Second)),
			rapid.Int64Range(0, int64(10*time.Minute)),
		).Draw(t, "wait")))
		kind, list := topics.KindCommand, payloads
		if rapid.IntRange(0, 3).Draw(t, "fault") == 0 {
			kind, list = topics.KindFault, faultPayloads
		}
		deeds[i] = deed{now, message.Message{
			Topic:   topics.Of(kind, rapid.SampledFrom(ids).Draw(t, "id")),
			Payload: []byte(rapid.SampledFrom(list).Draw(t, "payload")),
			Meta:    &message.Meta{ID: fmt.Sprint("deed ", i)},
		}}
	}
	return deeds
}

// live does the deeds, calls between before each, and announces what comes back.
func live(t testing.TB, deeds []deed, between func(f *Fleet, from, to time.Time) []Output) []Output {
	t.Helper()
	f, err := NewFleet(demoFlat(), start, Options{Seed: 5, IDs: &message.Counted{}})
	if err != nil {
		t.Fatal(err)
	}
	all, now := f.Announce(start), start
	for _, d := range append(deeds, deed{at: deeds[len(deeds)-1].at.Add(time.Hour)}) {
		all = append(all, between(f, now, d.at)...)
		now = d.at
		all = append(all, f.Tick(now)...)
		if d.msg.Topic != "" {
			all = append(all, f.Handle(now, d.msg)...)
		}
	}
	return all
}

// wireBytes writes outputs as bytes, all of them.
func wireBytes(outs []Output) []byte {
	var b bytes.Buffer
	for _, o := range outs {
		fmt.Fprintf(&b, "%s %d %v %q\n", o.Device, o.Link, o.Control, o.Message.Frames())
	}
	return b.Bytes()
}

// The same deeds at the same times lead to the same bytes, whoever looks when.
func TestTicksMakeNoDifference(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		deeds := drawDeeds(rt, []string{"bathroom/switch", testLight, testToaster, testCoffee})
		none := func(*Fleet, time.Time, time.Time) []Output { return nil }
		byNext := func(f *Fleet, _, to time.Time) (outs []Output) {
			for next, ok := f.Next(); ok && !next.After(to); next, ok = f.Next() {
				outs = append(outs, f.Tick(next)...)
			}
			return outs
		}
		atRandom := func(f *Fleet, from, to time.Time) (outs []Output) {
			for range 5 {
				from = from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from))).Draw(rt, "tick")))
				outs = append(outs, f.Tick(from)...)
			}
			return outs
		}
		want := wireBytes(live(t, deeds, none))
		for name, between := range map[string]func(*Fleet, time.Time, time.Time) []Output{"again": none, "by next": byNext, "at random": atRandom} {
			if got := wireBytes(live(t, deeds, between)); !bytes.Equal(got, want) {
				rt.Fatalf("%s it is another story:\n%s\nbefore:\n%s", name, got, want)
			}
		}
	})
}

// Whatever is done, every command is answered, states keep to their declaration
// and energy never falls.
func TestWhateverIsDone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		deeds := drawDeeds(rt, []string{"bathroom/switch", testLight, testToaster, testCoffee})
		outs := live(t, deeds, func(*Fleet, time.Time, time.Time) []Output { return nil })
		checkAnswers(rt, deeds, outs)
		energy := map[string]float64{}
		frozen := false
		for _, d := range deeds {
			frozen = frozen || bytes.Contains(d.msg.Payload, []byte("frozen"))
		}
		for _, o := range outs {
			topic, _ := topics.Parse(o.Message.Topic)
			if topic.Kind != topics.KindState {
				continue
			}
			wh := checkState(rt, o)
			if wh < energy[o.Device] && !frozen {
				rt.Fatalf("%s: energy falls from %v to %v Wh", o.Device, energy[o.Device], wh)
			}
			energy[o.Device] = wh
		}
	})
}

// checkAnswers wants every ack to belong to a deed, and to say why if it refuses.
func checkAnswers(t *rapid.T, deeds []deed, outs []Output) {
	asked, answered := map[string]bool{}, map[string]bool{}
	quiet := false // some fault may have swallowed answers
	for _, d := range deeds {
		asked[d.msg.ID()] = true
		topic, _ := topics.Parse(d.msg.Topic)
		quiet = quiet || topic.Kind == topics.KindFault && bytes.Contains(d.msg.Payload, []byte("kind"))
	}
	for _, o := range outs {
		if topic, _ := topics.Parse(o.Message.Topic); topic.Kind != topics.KindAck {
			continue
		}
		var a ack
		if err := json.Unmarshal(o.Message.Payload, &a); err != nil || !asked[a.ID] || a.OK == (a.Error != "") {
			t.Fatalf("ack %s: %v", o.Message.Payload, err)
		}
		answered[a.ID] = true
	}
	if !quiet && len(answered) != len(deeds) {
		t.Fatalf("%d deeds, %d answers", len(deeds), len(answered))
	}
}

// checkState holds a state to its declaration and returns its energy.
func checkState(t *rapid.T, o Output) float64 {
	var state map[string]any
	if err := json.Unmarshal(o.Message.Payload, &state); err != nil {
		t.Fatalf("%s: %v", o.Message.Payload, err)
	}
	var typ *Type
	for _, spec := range demoFlat() {
		if spec.ID == o.Device {
			typ, _ = Lookup(spec.Type)
		}
	}
	if len(state) != len(typ.Attributes) {
		t.Fatalf("%s has %d keys, want %d", o.Message.Payload, len(state), len(typ.Attributes))
	}
	for i := range typ.Attributes {
		if _, err := typ.Attributes[i].Check(state[typ.Attributes[i].Name]); err != nil {
			t.Fatalf("%s: %v", o.Message.Payload, err)
		}
	}
	return state["energy_wh"].(float64)
}

// The meter's energy is the integral of its power, looked at every 10 ms.
func TestEnergyIsTheIntegralOfPower(t *testing.T) {
	stories := map[string][]string{
		"bathroom/switch": {`{"do":"press"}`},
		testLight:         {`{"do":"on","over":"1m"}`, `{"do":"on","brightness":20,"over":"90s"}`, `{"do":"off","over":"10s"}`},
		testToaster:       {`{"do":"start","browning":4}`, `{"do":"stop"}`, `{"do":"start","browning":6}`},
		testCoffee:        {`{"do":"brew","cups":2}`, `{"do":"pour"}`, `{"do":"brew","cups":1}`},
	}
	const every = 10 * time.Millisecond
	for id, commands := range stories {
		h := newTestHouse(t, demoFlat()...)
		model, sum := h.fleet.byID[id].model, 0.0
		now := start
		for _, c := range commands {
			h.fleet.Handle(now, message.Message{Topic: topics.Of(topics.KindCommand, id), Payload: []byte(c)})
			for end := now.Add(100 * time.Second); now.Before(end); {
				now = now.Add(every)
				h.fleet.Tick(now)
				sum += meterOf(h, id, model, "power_w", now) * every.Hours()
			}
		}
		got := meterOf(h, id, model, "energy_wh", now)
		if math.Abs(got-sum) > 0.001*sum {
			t.Errorf("%s: %v Wh on the meter, %v by its power", id, got, sum)
		}
	}
}

// meterOf reads a quantity of a model.
func meterOf(h *testHouse, id string, m model, attribute string, now time.Time) float64 {
	for i, a := range h.fleet.byID[id].typ.Attributes {
		if a.Name == attribute {
			return m.read()[i].(quantity).at(now)
		}
	}
	h.t.Fatalf("%s has no %s", id, attribute)
	return 0
}
