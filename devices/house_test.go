package devices

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// start is when every test begins.
var start = time.Date(2026, 11, 20, 6, 29, 0, 0, time.UTC)

// testHouse drives a fleet in virtual time and notes what it says. Times are
// elapsed since start.
type testHouse struct {
	t     testing.TB
	fleet *Fleet
	ids   message.IDs
	now   time.Time
	said  []Output
	last  map[string]map[string]any // the last state by appliance
}

// demoFlat is the flat that most tests are about.
func demoFlat() []Spec {
	return []Spec{
		{ID: "bathroom/switch", Type: "light-switch", Config: map[string]any{"controls": "bathroom/light"}},
		{ID: "bathroom/light", Type: "dimmable-light"},
		{ID: "kitchen/toaster", Type: "toaster"},
		{ID: "kitchen/coffee", Type: "coffee-maker"},
	}
}

func newTestHouse(t testing.TB, specs ...Spec) *testHouse {
	t.Helper()
	h := &testHouse{t: t, ids: &message.Counted{Seed: 99}, last: map[string]map[string]any{}}
	fleet, err := NewFleet(specs, start, Options{Seed: 1, IDs: &message.Counted{Seed: 1}})
	if err != nil {
		t.Fatal(err)
	}
	h.fleet = fleet
	h.note(fleet.Announce(start))
	return h
}

func (h *testHouse) note(outs []Output) []Output {
	for _, o := range outs {
		if topic, _ := topics.Parse(o.Message.Topic); topic.Kind == topics.KindState {
			var state map[string]any
			if err := json.Unmarshal(o.Message.Payload, &state); err != nil {
				h.t.Fatalf("%s: %s: %v", o.Device, o.Message.Payload, err)
			}
			h.last[o.Device] = state
		}
	}
	h.said = append(h.said, outs...)
	return outs
}

// at lets time pass until then.
func (h *testHouse) at(elapsed string) time.Time {
	now := start.Add(must(time.ParseDuration(elapsed)))
	if now.Before(h.now) {
		h.t.Fatalf("time goes back to %s", elapsed)
	}
	h.now = now
	h.note(h.fleet.Tick(now))
	return now
}

// send gives an appliance a command or fault and returns what came at once.
func (h *testHouse) send(elapsed, topic, payload string) []Output {
	now := h.at(elapsed)
	m := message.Message{Topic: topic, Payload: []byte(payload), Meta: &message.Meta{ID: h.ids.NewID(now), At: now, From: "test"}}
	return h.note(h.fleet.Handle(now, m))
}

func (h *testHouse) command(elapsed, id, payload string) []Output {
	return h.send(elapsed, topics.Of(topics.KindCommand, id), payload)
}

func (h *testHouse) fault(elapsed, id, payload string) []Output {
	return h.send(elapsed, topics.Of(topics.KindFault, id), payload)
}

// done gives a command that must be done.
func (h *testHouse) done(elapsed, id, payload string) {
	h.t.Helper()
	if a := h.acked(h.command(elapsed, id, payload)); !a.OK {
		h.t.Fatalf("%s %s at %s: refused: %s", id, payload, elapsed, a.Error)
	}
}

// refused gives a command that must be refused for a reason.
func (h *testHouse) refused(elapsed, id, payload, reason string) {
	h.t.Helper()
	if a := h.acked(h.command(elapsed, id, payload)); a.OK || a.Error != reason {
		h.t.Errorf("%s %s at %s: ok %v, %q; want refused: %q", id, payload, elapsed, a.OK, a.Error, reason)
	}
}

func (h *testHouse) acked(outs []Output) presence.Ack {
	h.t.Helper()
	var answer presence.Ack
	found := 0
	for _, o := range outs {
		if topic, _ := topics.Parse(o.Message.Topic); topic.Kind == topics.KindAck {
			found++
			if err := json.Unmarshal(o.Message.Payload, &answer); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	if found != 1 {
		h.t.Fatalf("%d acks, want 1: %s", found, tell(outs))
	}
	return answer
}

// expect compares attributes of the last state that an appliance reported.
func (h *testHouse) expect(elapsed, id string, want map[string]any) {
	h.t.Helper()
	h.at(elapsed)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got := h.last[id][key]; got != want[key] {
			h.t.Errorf("%s: %s %s is %v, want %v", elapsed, id, key, got, want[key])
		}
	}
}

// number returns a number of the last state.
func (h *testHouse) number(id, key string) float64 {
	h.t.Helper()
	f, ok := h.last[id][key].(float64)
	if !ok {
		h.t.Fatalf("%s has no number %s: %v", id, key, h.last[id])
	}
	return f
}

// stateReport is one report of a state.
type stateReport struct {
	at    time.Duration
	state map[string]any
}

// states returns all reports of an appliance's state.
func (h *testHouse) states(id string) []stateReport {
	h.t.Helper()
	var list []stateReport
	for _, o := range h.said {
		if o.Message.Topic != topics.Of(topics.KindState, id) {
			continue
		}
		r := stateReport{at: o.Message.Meta.At.Sub(start)}
		if err := json.Unmarshal(o.Message.Payload, &r.state); err != nil {
			h.t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// when returns when an appliance first reported a state after a time.
func (h *testHouse) when(id, state string, after time.Duration) time.Duration {
	h.t.Helper()
	for _, r := range h.states(id) {
		if r.state["state"] == state && r.at > after {
			return r.at
		}
	}
	h.t.Fatalf("%s never was %s after %s", id, state, after)
	return 0
}

// changes returns when the reported word of a state changed after its first
// report, "1s motion".
func (h *testHouse) changes(id string) []string {
	h.t.Helper()
	var list []string
	reports := h.states(id)
	for i, r := range reports[1:] {
		if r.state["state"] != reports[i].state["state"] {
			list = append(list, fmt.Sprint(r.at, " ", r.state["state"]))
		}
	}
	return list
}

// tell writes outputs as text, one a line: time, topic, payload.
func tell(outs []Output) string {
	text := ""
	for _, o := range outs {
		switch {
		case o.Link == LinkLost:
			text += fmt.Sprintf("%s link lost\n", o.Device)
		case o.Link == LinkBack:
			text += fmt.Sprintf("%s link back\n", o.Device)
		default:
			text += fmt.Sprintf("%s %s %s\n", o.Message.Meta.At.Sub(start), o.Message.Topic, o.Message.Payload)
		}
	}
	return text
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestBreakfast(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	if _, err := h.fleet.Give(start, "kitchen/coffee", map[string]any{"water_ml": 800}); err != nil {
		t.Fatal(err)
	}
	h.done("1m", "bathroom/switch", `{"do":"press"}`)
	h.done("1m", "kitchen/toaster", `{"do":"start","browning":4}`)
	h.done("1m", "kitchen/coffee", `{"do":"brew","cups":4}`)
	h.expect("1m", "bathroom/light", map[string]any{"state": "on", "brightness": 100.0})
	h.expect("1m1s", "kitchen/toaster", map[string]any{"state": "toasting"})
	h.expect("1m1s", "kitchen/coffee", map[string]any{"state": "heating"})
	h.at("5m")
	if popped := h.when("kitchen/toaster", "popped", 0); popped > 5*time.Minute {
		t.Errorf("popped at %s", popped)
	}
	if wh := h.number("kitchen/toaster", "energy_wh"); wh < 25 || wh > 60 {
		t.Errorf("the toaster used %v Wh", wh)
	}
	h.expect("13m", "kitchen/coffee", map[string]any{"state": "warming", "water_ml": 300.0, "coffee_ml": 500.0})
}
