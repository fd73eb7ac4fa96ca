package devices

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRestore(t *testing.T) {
	tests := []struct {
		typ    string
		report string
		age    time.Duration
		want   string // the orders as JSON
	}{
		{typ: "dimmable-light", report: `{"state":"off","brightness":0,"target_brightness":0,"on_brightness":40,"fading":false,"remaining_s":0}`,
			want: `[{"Do":"off","Params":{"on_brightness":40}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":70,"target_brightness":70,"on_brightness":70,"fading":false,"remaining_s":0}`, age: time.Hour,
			want: `[{"Do":"on","Params":{"brightness":70}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":30,"target_brightness":60,"on_brightness":60,"fading":true,"remaining_s":10}`,
			want: `[{"Do":"on","Params":{"brightness":30}},{"Do":"on","Params":{"brightness":60,"over":"10s"}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":30,"target_brightness":60,"on_brightness":60,"fading":true,"remaining_s":10}`, age: 4 * time.Second,
			want: `[{"Do":"on","Params":{"brightness":42}},{"Do":"on","Params":{"brightness":60,"over":"6s"}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":30,"target_brightness":60,"on_brightness":60,"fading":true,"remaining_s":10}`, age: 10 * time.Second,
			want: `[{"Do":"on","Params":{"brightness":60}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":50,"target_brightness":0,"on_brightness":80,"fading":true,"remaining_s":7.25}`, age: -time.Second,
			want: `[{"Do":"on","Params":{"brightness":50}},{"Do":"off","Params":{"on_brightness":80,"over":"7.25s"}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":50,"target_brightness":0,"on_brightness":80,"fading":true,"remaining_s":7.25}`, age: time.Minute,
			want: `[{"Do":"off","Params":{"on_brightness":80}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":0,"target_brightness":60,"fading":true,"remaining_s":2}`,
			want: `[{"Do":"off","Params":{}},{"Do":"on","Params":{"brightness":60,"over":"2s"}}]`},
		// A stranger's lamp says less.
		{typ: "dimmable-light", report: `{"state":"on"}`, want: `[{"Do":"on","Params":{}}]`},
		{typ: "dimmable-light", report: `{"state":"off"}`, want: `[{"Do":"off","Params":{}}]`},
		{typ: "dimmable-light", report: `{"brightness":20}`, want: `[{"Do":"on","Params":{"brightness":20}}]`},
		{typ: "dimmable-light", report: `{"brightness":0}`, want: `[{"Do":"off","Params":{}}]`},
		{typ: "dimmable-light", report: `{"state":"on","brightness":20,"fading":true}`, want: `[{"Do":"on","Params":{"brightness":20}}]`},
		{typ: "dimmable-light", report: `{"state":"ON","brightness":"20","fading":1}`, want: `null`},
		{typ: "dimmable-light", report: `{}`, want: `null`},

		{typ: "blinds", report: `{"state":"open","position":100,"target_position":100}`, want: `[{"Do":"set","Params":{"position":100}}]`},
		{typ: "blinds", report: `{"state":"stopped","position":40,"target_position":40}`, want: `[{"Do":"set","Params":{"position":40}}]`},
		{typ: "blinds", report: `{"state":"closing","position":60,"target_position":20}`, age: time.Minute, want: `[{"Do":"set","Params":{"position":20}}]`},
		{typ: "blinds", report: `{"state":"opening","position":60}`, want: `[{"Do":"open","Params":{}}]`},
		{typ: "blinds", report: `{"state":"closing"}`, want: `[{"Do":"close","Params":{}}]`},
		{typ: "blinds", report: `{"state":"closed"}`, want: `[{"Do":"close","Params":{}}]`},
		{typ: "blinds", report: `{"state":"stopped"}`, want: `null`},
		{typ: "blinds", report: `{"position":40}`, want: `[{"Do":"set","Params":{"position":40}}]`},

		{typ: "lock", report: `{"state":"locked"}`, want: `[{"Do":"lock","Params":{}}]`},
		{typ: "lock", report: `{"state":"locking"}`, want: `[{"Do":"lock","Params":{}}]`},
		{typ: "lock", report: `{"state":"unlocking"}`, want: `[{"Do":"unlock","Params":{}}]`},
		{typ: "lock", report: `{"state":"unlocked"}`, want: `[{"Do":"unlock","Params":{}}]`},
		{typ: "lock", report: `{"state":"jammed"}`, want: `null`},

		{typ: "thermostat", report: `{"state":"heating","target_c":20.5}`, want: `[{"Do":"set","Params":{"target_c":20.5}}]`},
		{typ: "thermostat", report: `{"state":"idle"}`, want: `[{"Do":"set","Params":{}}]`},
		{typ: "thermostat", report: `{"state":"off","target_c":18}`, want: `[{"Do":"off","Params":{"target_c":18}}]`},
		{typ: "thermostat", report: `{"state":"off","target_c":99}`, want: `[{"Do":"off","Params":{}}]`},
		{typ: "thermostat", report: `{"temperature_c":18}`, want: `null`},

		{typ: "smart-plug", report: `{"state":"on"}`, want: `[{"Do":"on","Params":{}}]`},
		{typ: "smart-plug", report: `{"state":"off"}`, want: `[{"Do":"off","Params":{}}]`},
		{typ: "smart-plug", report: `{"state":"tripped"}`, want: `null`},

		{typ: "mode", report: `{"state":"away"}`, want: `[{"Do":"set","Params":{"value":"away"}}]`},
		{typ: "mode", report: `{"state":"holiday"}`, want: `null`},
		{typ: "mode", report: `{"state":null}`, want: `null`},
	}
	for _, tt := range tests {
		t.Run(tt.typ+" "+tt.report, func(t *testing.T) {
			var report map[string]any
			if err := json.Unmarshal([]byte(tt.report), &report); err != nil {
				t.Fatal(err)
			}
			got := string(must(json.Marshal(typeIn(everyType(), "every/"+tt.typ).Restore(report, tt.age))))
			if got != tt.want {
				t.Errorf("Restore = %s\nwant      %s", got, tt.want)
			}
		})
	}
}

// What works or waits for a hand cannot be brought back.
func TestWhatIsRestorable(t *testing.T) {
	want := map[string]bool{"blinds": true, "dimmable-light": true, "lock": true, "mode": true, "smart-plug": true, "thermostat": true}
	for _, typ := range Types() {
		if typ.Restorable() != want[typ.Name] {
			t.Errorf("a %s is restorable: %t, want %t", typ.Name, typ.Restorable(), want[typ.Name])
		}
		full := map[string]any{"state": typ.Attributes[0].Values, "loaded": true, "water_ml": 500.0}
		if orders := typ.Restore(full, 0); !typ.Restorable() && orders != nil {
			t.Errorf("a %s is restored by %v", typ.Name, orders)
		}
	}
}

// An off lamp is off again, and as bright as before when it is turned on next.
func TestRestoreAnOffLampThatWasFlashed(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", testLight, `{"do":"on","brightness":30}`)
	h.done("2s", testLight, `{"do":"off"}`)
	h.expect("2s", testLight, map[string]any{"on_brightness": 30.0})
	was := h.last[testLight]
	h.done("3s", testLight, `{"do":"on","brightness":100}`)
	h.obey("4s", testLight, was, time.Second)
	h.expect("4s", testLight, map[string]any{"state": "off", "brightness": 0.0, "on_brightness": 30.0})
	h.done("5s", testLight, `{"do":"toggle"}`)
	h.expect("5s", testLight, map[string]any{"state": "on", "brightness": 30.0})
}

// A thermostat that is off gets its target back without heating for a moment.
func TestRestoreAThermostatThatWasOff(t *testing.T) {
	h := newTestHouse(t, Spec{ID: "hall/heat", Type: "thermostat"})
	h.done("1s", "hall/heat", `{"do":"off","target_c":24}`)
	was := h.last["hall/heat"]
	h.done("2s", "hall/heat", `{"do":"set","target_c":19}`)
	h.obey("3s", "hall/heat", was, 0)
	h.expect("4s", "hall/heat", map[string]any{"state": "off", "target_c": 24.0})
	if changes := h.changes("hall/heat"); len(changes) != 3 { // off, idle, off
		t.Errorf("it was %v", changes)
	}
}

// obey gives an appliance the orders that bring it back.
func (h *testHouse) obey(elapsed, id string, was map[string]any, age time.Duration) {
	h.t.Helper()
	for _, o := range h.fleet.byID[id].typ.Restore(was, age) {
		h.done(elapsed, id, orderJSON(o))
	}
}

func orderJSON(o Order) string {
	o.Params["do"] = o.Do
	return asJSON(o.Params)
}

// pair is one appliance alone in its house, twice: one of the two is disturbed.
type pair struct {
	typ         *Type
	calm, upset *testHouse
}

// Whatever is done to an appliance in between, after a restore it is as one of which
// nobody knew that: at once, and later on, in all that a restore brings back.
func TestRestoredIsAsUndisturbed(t *testing.T) {
	for _, typ := range Types() {
		if typ.Restorable() {
			t.Run(typ.Name, func(t *testing.T) {
				rapid.Check(t, func(rt *rapid.T) { restoreOnce(rt, t, typ.Name) })
			})
		}
	}
}

func restoreOnce(rt *rapid.T, t *testing.T, name string) {
	specs, id := wiredTogether(everyType(), specOf("every/"+name)), "every/"+name
	p := pair{typ: typeIn(everyType(), id), calm: newTestHouse(t, specs...), upset: newTestHouse(t, specs...)}
	now := time.Duration(0)
	for range rapid.IntRange(0, 4).Draw(rt, "commands before") {
		now += drawSpan(rt)
		payload := drawCommand(rt, p.typ)
		p.calm.command(now.String(), id, payload)
		p.upset.command(now.String(), id, payload)
	}
	snapshot := now + drawSpan(rt)
	p.upset.at(snapshot.String())
	was := p.upset.states(id)
	last := was[len(was)-1]

	now = snapshot
	for range rapid.IntRange(1, 4).Draw(rt, "commands between") {
		now += drawSpan(rt)
		p.upset.command(now.String(), id, drawCommand(rt, p.typ))
	}
	for _, o := range p.typ.Restore(last.state, snapshot-last.at) {
		payload := orderJSON(o)
		if a := p.upset.acked(p.upset.command(now.String(), id, payload)); !a.OK {
			rt.Fatalf("%s is refused: %s", payload, a.Error)
		}
	}
	gap := now - snapshot
	for range 4 {
		p.compare(rt, id, snapshot, gap, restored[name])
		snapshot += drawSpan(rt)
	}
	p.compare(rt, id, snapshot+11*time.Minute, gap, append(settled[name], restored[name]...))
}

// drawSpan makes up a time that is often within a fade, a motion, a second, in the
// milliseconds that a report tells.
func drawSpan(t *rapid.T) time.Duration {
	return time.Duration(rapid.OneOf(
		rapid.Int64Range(0, 3_000),
		rapid.Int64Range(0, 120_000),
	).Draw(t, "span")) * time.Millisecond
}

// compare holds what one is at a time against what the other is a gap later.
func (p *pair) compare(rt *rapid.T, id string, at, gap time.Duration, names []string) {
	p.calm.at(at.String())
	p.upset.at((at + gap).String())
	want, got := p.now(p.calm, id), p.now(p.upset, id)
	for _, name := range names {
		w, g := want[name], got[name]
		wantNumber, number := w.(float64)
		if gotNumber, ok := g.(float64); ok && number && math.Abs(wantNumber-gotNumber) <= tolerance[name] {
			continue
		}
		switch {
		case name == "state" && p.typ.Name == "thermostat" && w != "off" && g != "off":
			continue // whether it heats is a matter of the room
		case name == "fading" || name == "remaining_s":
			if math.Abs(want["brightness"].(float64)-want["target_brightness"].(float64)) <= 1 {
				continue // the last percent of a fade may be done
			}
		}
		if !reflect.DeepEqual(w, g) {
			rt.Fatalf("%s after the snapshot %s is %v, want %v\nit is   %v\nnot     %v", at, name, g, w, got, want)
		}
	}
}

// restored are the attributes that a restore brings back at once.
var restored = map[string][]string{
	"blinds":         {"target_position"},
	"dimmable-light": {"state", "brightness", "target_brightness", "on_brightness", "fading", "remaining_s"},
	"mode":           {"state"},
	"smart-plug":     {"state"},
	"thermostat":     {"state", "target_c"},
}

// settled are those that it brings back in the end, after a motion.
var settled = map[string][]string{"blinds": {"position"}, "lock": {"state"}}

// tolerance is what of a quantity is lost in a report.
var tolerance = map[string]float64{"brightness": 1, "target_position": 1, "position": 1, "remaining_s": 0.002}

// now reads an appliance as it would report itself now.
func (p *pair) now(h *testHouse, id string) map[string]any {
	a := h.fleet.byID[id]
	var state map[string]any
	payload := appendState(nil, a.typ.Attributes, resolve(a.model.read(), h.now))
	if err := json.Unmarshal(payload, &state); err != nil {
		h.t.Fatal(err)
	}
	return state
}

func specOf(id string) Spec {
	for _, s := range everyType() {
		if s.ID == id {
			return s
		}
	}
	panic(fmt.Sprint("there is no ", id))
}
