package devices

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"homebus/topics"
)

const testPlug = "kitchen/plug"

// pluggedToaster is a toaster in a smart plug, and a meter.
func pluggedToaster(config map[string]any) []Spec {
	if config == nil {
		config = map[string]any{}
	}
	config["load"] = testToaster
	return []Spec{
		{ID: testPlug, Type: "smart-plug", Config: config},
		{ID: testToaster, Type: "toaster"},
		{ID: HouseMeter, Type: PowerMeter},
	}
}

func TestPlugOffInMidToast(t *testing.T) {
	h := newTestHouse(t, pluggedToaster(nil)...)
	h.done("0s", testToaster, `{"do":"start","browning":4}`)
	h.expect("2s", testPlug, map[string]any{"state": "on", "power_w": 901.0, "current_a": 3.917, "voltage_v": 230.0})
	h.done("100s", testPlug, `{"do":"off"}`)
	h.expect("100s", testPlug, map[string]any{"state": "off", "power_w": 1.0})
	h.expect("100s", testToaster, map[string]any{"state": "idle", "loaded": true, "power_w": 0.0, "shade": 2.7})
	h.refused("101s", testToaster, `{"do":"start"}`, "no power: kitchen/plug is off")
	h.done("101s", testToaster, `{"do":"unload"}`) // takes a hand, and no power
	h.done("102s", testToaster, `{"do":"load"}`)
	h.done("103s", testPlug, `{"do":"on"}`)
	h.expect("103s", testToaster, map[string]any{"state": "idle"}) // nobody has pushed the lever down
	h.done("104s", testToaster, `{"do":"start","browning":4}`)
	h.at("10m")
	if s := h.toastingTime(104 * time.Second); s > 0.9*132 {
		t.Errorf("a toaster that has kept its heat takes %v s", s)
	}
}

// What was caused by whom stays one chain also along the cable.
func TestThePlugIsTheCauseOfWhatItsLoadDoes(t *testing.T) {
	h := newTestHouse(t, pluggedToaster(nil)...)
	h.done("0s", testToaster, `{"do":"start"}`)
	outs := h.command("10s", testPlug, `{"do":"off"}`)
	for _, o := range outs {
		if o.Message.Meta.Cause != outs[0].Message.Meta.Cause || o.Message.Meta.Cause == "" {
			t.Errorf("%s is caused by %q", o.Message.Topic, o.Message.Meta.Cause)
		}
	}
	if len(outs) != 4 { // the ack, and the states of plug, toaster and meter
		t.Errorf("got\n%s", tell(outs))
	}
}

func TestPlugTrips(t *testing.T) {
	h := newTestHouse(t, pluggedToaster(map[string]any{"max_watts": 800})...)
	h.done("1s", testToaster, `{"do":"start"}`)
	h.expect("1s", testPlug, map[string]any{"state": "tripped", "power_w": 1.0})
	h.expect("1s", testToaster, map[string]any{"state": "idle", "power_w": 0.0})
	h.refused("2s", testToaster, `{"do":"start"}`, "no power: kitchen/plug is tripped")
	h.done("3s", testPlug, `{"do":"on"}`)
	h.expect("3s", testPlug, map[string]any{"state": "on"})
}

// Tripped or turned off, a plug says so before what is plugged in stops: a scene that
// hears of the plug finds the toaster as it was.
func TestThePlugSpeaksFirst(t *testing.T) {
	for do, config := range map[string]map[string]any{
		"off":   nil,
		"start": {"max_watts": 800},
	} {
		h := newTestHouse(t, pluggedToaster(config)...)
		id := testToaster
		if do == "off" {
			h.done("1s", testToaster, `{"do":"start"}`)
			id = testPlug
		}
		var states []string
		for _, o := range h.command("10s", id, `{"do":"`+do+`"}`) {
			if topic, _ := topics.Parse(o.Message.Topic); topic.Kind == topics.KindState {
				states = append(states, o.Device)
			}
		}
		plug, toaster := slices.Index(states, testPlug), slices.Index(states[1:], testToaster)+1
		if plug < 0 || toaster <= plug {
			t.Errorf("%s: %q", do, states)
		}
	}
}

func TestAPlugCanBeGiven(t *testing.T) {
	h := newTestHouse(t, pluggedToaster(nil)...)
	h.done("0s", testToaster, `{"do":"start"}`)
	h.note(must(h.fleet.Give(h.at("10s"), testPlug, map[string]any{"state": "off"})))
	h.expect("10s", testToaster, map[string]any{"state": "idle", "power_w": 0.0})
	h.note(must(h.fleet.Give(h.at("11s"), testPlug, map[string]any{"state": "tripped"})))
	h.refused("12s", testToaster, `{"do":"start"}`, "no power: kitchen/plug is tripped")
}

// A lamp that grows brighter trips a plug at the very moment.
func TestPlugTripsInMidFade(t *testing.T) {
	h := newTestHouse(t,
		Spec{ID: testPlug, Type: "smart-plug", Config: map[string]any{"load": testLight, "max_watts": 50}},
		Spec{ID: testLight, Type: "dimmable-light", Config: map[string]any{"watts": 100}})
	h.done("0s", testLight, `{"do":"on","brightness":100,"over":"100s"}`)
	h.at("2m")
	if at := h.when(testPlug, "tripped", 0); at.Round(time.Millisecond) != 50*time.Second {
		t.Errorf("tripped after %s, at 50 W; the fade reaches them after 50s", at)
	}
	h.expect("2m", testLight, map[string]any{"state": "off", "brightness": 0.0, "power_w": 0.0})
	h.done("3m", testPlug, `{"do":"on"}`) // the lamp comes back as it was told: 100 W
	h.expect("3m", testPlug, map[string]any{"state": "tripped"})
}

func TestPlugsInARow(t *testing.T) {
	h := newTestHouse(t,
		Spec{ID: "hall/lamp", Type: "dimmable-light"},
		Spec{ID: "hall/second", Type: "smart-plug", Config: map[string]any{"load": "hall/lamp"}},
		Spec{ID: "hall/first", Type: "smart-plug", Config: map[string]any{"load": "hall/second", "on": false}},
		Spec{ID: HouseMeter, Type: PowerMeter})
	h.refused("1s", "hall/lamp", `{"do":"on"}`, "no power: hall/first is off")
	h.refused("1s", "hall/second", `{"do":"off"}`, "no power: hall/first is off")
	h.done("2s", "hall/first", `{"do":"on"}`)
	h.done("3s", "hall/lamp", `{"do":"on"}`)
	h.expect("5s", "hall/first", map[string]any{"power_w": 11.0})
	h.expect("5s", "hall/second", map[string]any{"power_w": 10.0})
	h.expect("5s", HouseMeter, map[string]any{"power_w": 11.0})
	h.done("6s", "hall/first", `{"do":"off"}`)
	h.expect("8s", "hall/lamp", map[string]any{"state": "off", "power_w": 0.0})
	h.expect("8s", HouseMeter, map[string]any{"power_w": 1.0})
	h.done("9s", "hall/first", `{"do":"on"}`)
	h.expect("9s", "hall/lamp", map[string]any{"state": "on", "brightness": 100.0}) // as it was told last
}

// What trips as the house begins trips before anybody says anything.
func TestPlugTripsAtTheStart(t *testing.T) {
	h := newTestHouse(t,
		Spec{ID: testPlug, Type: "smart-plug", Config: map[string]any{"load": "hall/heater", "max_watts": 100}},
		Spec{ID: "hall/heater", Type: "thermostat", Config: map[string]any{"room_c": 10}})
	h.expect("0s", testPlug, map[string]any{"state": "tripped", "power_w": 1.0})
	h.expect("0s", "hall/heater", map[string]any{"state": "off", "power_w": 0.0})
	if len(h.said) != 4 { // online and the state of each
		t.Errorf("they announce\n%s", tell(h.said))
	}
}

// Thousands in a row begin, and lose their power, in the time of thousands.
func TestManyPlugsInARow(t *testing.T) {
	const many = 2000
	id := func(i int) string { return fmt.Sprintf("row/plug-%d", i) }
	specs := []Spec{{ID: id(0), Type: "dimmable-light"}}
	for i := 1; i <= many; i++ {
		specs = append(specs, Spec{ID: id(i), Type: "smart-plug", Config: map[string]any{"load": id(i - 1), "on": i != many}})
	}
	h := newTestHouse(t, specs...)
	h.refused("1s", id(0), `{"do":"on"}`, "no power: "+id(many)+" is off")
	h.done("2s", id(many), `{"do":"on"}`)
	h.done("3s", id(0), `{"do":"on"}`)
	if w, _ := readingOf(h.fleet.byID[id(many)], "power_w", h.now); w != 9+many {
		t.Errorf("the first measures %v W", w)
	}
	h.done("6s", id(many), `{"do":"off"}`)
	h.expect("8s", id(1), map[string]any{"voltage_v": 0.0, "power_w": 0.0})
}

func TestPlugFaults(t *testing.T) {
	t.Run("relay-welded", func(t *testing.T) {
		h := newTestHouse(t, pluggedToaster(nil)...)
		h.done("0s", testToaster, `{"do":"start","browning":6}`)
		h.fault("10s", testPlug, `{"kind":"relay-welded"}`)
		h.done("20s", testPlug, `{"do":"off"}`)
		h.expect("20s", testPlug, map[string]any{"state": "off", "power_w": 901.0})
		h.expect("20s", testToaster, map[string]any{"state": "toasting"})
		h.fault("30s", testPlug, `{"clear":true}`)
		h.expect("31s", testToaster, map[string]any{"state": "idle", "power_w": 0.0})
		h.expect("32s", testPlug, map[string]any{"state": "off", "power_w": 1.0})
	})
	t.Run("relay-welded and overloaded", func(t *testing.T) {
		for word, then := range map[string]string{"on": "tripped", "off": "off"} {
			h := newTestHouse(t, pluggedToaster(map[string]any{"max_watts": 800})...)
			h.fault("0s", testPlug, `{"kind":"relay-welded"}`)
			h.done("10s", testToaster, `{"do":"start","browning":6}`)
			h.expect("20s", testPlug, map[string]any{"state": "on", "power_w": 901.0})
			if word == "off" {
				h.done("21s", testPlug, `{"do":"off"}`)
				h.refused("22s", testPlug, `{"do":"on"}`, "what is plugged in draws more than 800 W")
			}
			h.fault("30s", testPlug, `{"clear":true}`)
			h.expect("32s", testPlug, map[string]any{"state": then, "power_w": 1.0})
			h.expect("32s", testToaster, map[string]any{"state": "idle"})
		}
	})
	t.Run("stale-reading", func(t *testing.T) {
		h := newTestHouse(t, pluggedToaster(nil)...)
		h.fault("10s", testPlug, `{"kind":"stale-reading"}`)
		h.done("20s", testToaster, `{"do":"start","browning":4}`)
		h.expect("60s", testPlug, map[string]any{"state": "on", "power_w": 1.0})
		h.refused("61s", testPlug, `{"do":"reset_energy"}`, "the meter does not answer")
		h.fault("62s", testPlug, `{"clear":true}`)
		h.expect("64s", testPlug, map[string]any{"power_w": 901.0})
		if kwh := h.number(testPlug, "energy_kwh"); math.Abs(kwh-(42*900+62)/3.6e6) > 1e-4 {
			t.Errorf("%v kWh; it has counted on meanwhile", kwh)
		}
	})
	t.Run("counter-reset", func(t *testing.T) {
		h := newTestHouse(t, pluggedToaster(nil)...)
		h.done("0s", testToaster, `{"do":"start","browning":4}`)
		h.fault("100s", testPlug, `{"kind":"counter-reset","for":"1s"}`)
		h.at("3m")
		if kwh := h.number(testPlug, "energy_kwh"); kwh < 0.005 || kwh > 0.009 { // of the 33 Wh, what came after
			t.Errorf("%v kWh", kwh)
		}
		h.done("4m", testPlug, `{"do":"reset_energy"}`)
		h.expect("4m", testPlug, map[string]any{"energy_kwh": 0.0})
	})
}
