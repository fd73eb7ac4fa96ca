package devices

import (
	"fmt"
	"math"
	"testing"
	"time"
)

const testKettle = "kitchen/kettle"

func newTestKettle(t testing.TB, config map[string]any) *testHouse {
	return newTestHouse(t, Spec{ID: testKettle, Type: "kettle", Config: config})
}

// boilingTime is how long a boil takes that begins at the time given, in seconds.
func (h *testHouse) boilingTime(begun string) float64 {
	h.t.Helper()
	from := must(time.ParseDuration(begun))
	h.done(begun, testKettle, `{"do":"boil"}`)
	h.at((from + 10*time.Minute).String())
	return (h.when(testKettle, "boiled", from) - from).Seconds()
}

// 1 l from 20 °C to 100 °C at 3 kW and 90 % takes 124 s.
func TestKettleBoilsALitre(t *testing.T) {
	h := newTestKettle(t, nil)
	took := h.boilingTime("1m")
	if math.Abs(took-124) > 0.05*124 {
		t.Errorf("a litre boils in %v s, want 124", took)
	}
	if want := 4186.0 * 80 / 2700; math.Abs(took-want) > 1e-6 {
		t.Errorf("a litre boils in %v s, want %v", took, want)
	}
	if got, want := h.number(testKettle, "energy_wh"), 3000*took/3600; math.Abs(got-want) > 0.001 {
		t.Errorf("that takes %v Wh, want %v", got, want)
	}
}

func TestBoilingTimeGoesByWaterAndPower(t *testing.T) {
	for _, tt := range []struct{ watts, ml, want float64 }{
		{3000, 500, 62.01}, {3000, 250, 31.01}, {2000, 1000, 186.04}, {1000, 250, 93.02},
	} {
		h := newTestKettle(t, map[string]any{"watts": tt.watts, "water_ml": int(tt.ml)})
		if got := h.boilingTime("0s"); math.Abs(got-tt.want) > 0.01 {
			t.Errorf("%v ml at %v W boil in %v s, want %v", tt.ml, tt.watts, got, tt.want)
		}
	}
}

func TestKettleCourse(t *testing.T) {
	h := newTestKettle(t, nil)
	h.expect("0s", testKettle, map[string]any{"state": "idle", "water_ml": 1000.0, "temperature_c": 20.0, "power_w": 0.0})
	h.done("0s", testKettle, `{"do":"boil"}`)
	h.expect("0s", testKettle, map[string]any{"state": "heating", "power_w": 3000.0, "progress": 0.0, "remaining_s": 125.0})
	h.at("62.1s")
	if c, p, s := h.number(testKettle, "temperature_c"), h.number(testKettle, "progress"), h.number(testKettle, "remaining_s"); math.Abs(c-60) > 1 || math.Abs(p-0.5) > 0.02 || math.Abs(s-62) > 2 {
		t.Errorf("half-way it says %v °C, %v, %v s left", c, p, s)
	}
	h.expect("125s", testKettle, map[string]any{
		"state": "boiled", "power_w": 0.0, "progress": 1.0, "remaining_s": 0.0, "temperature_c": 100.0, "energy_wh": 103.358,
	})
	h.at("3h")
	// from 100 to 80 °C in a room of 20 °C: 4186/0.8 · ln(80/60) s
	boiled, idle := h.when(testKettle, "boiled", 0), h.when(testKettle, "idle", time.Minute)
	if got, want := (idle - boiled).Seconds(), 4186/0.8*math.Log(80.0/60); math.Abs(got-want) > 1e-6 {
		t.Errorf("it counts as boiled for %v s, want %v", got, want)
	}
	h.expect("24h", testKettle, map[string]any{"state": "idle", "progress": 0.0, "energy_wh": 103.358})
	if c := h.number(testKettle, "temperature_c"); c > 20.2 {
		t.Errorf("a day later the water has %v °C", c)
	}
}

// Between two looks the temperature is Newton's, and is told by 0.2 K.
func TestKettleCools(t *testing.T) {
	h := newTestKettle(t, nil)
	h.boilingTime("0s")
	h.at("2h")
	boiled := h.when(testKettle, "boiled", 0)
	last := 100.0
	for _, r := range h.states(testKettle) {
		if r.at < boiled {
			continue
		}
		c := r.state["temperature_c"].(float64)
		if want := 20 + 80*math.Exp(-(r.at-boiled).Seconds()/(4186/0.8)); math.Abs(c-want) > 0.051 {
			t.Errorf("at %s it says %v °C, and has %v", r.at, c, want)
		}
		if last-c > 0.301 {
			t.Errorf("at %s it says %v °C, after %v", r.at, c, last)
		}
		last = c
	}
	if last > 45 {
		t.Errorf("the last it says is %v °C", last)
	}
}

func TestWarmWaterBoilsSooner(t *testing.T) {
	h := newTestKettle(t, nil)
	cold := h.boilingTime("0s")
	warm := h.boilingTime("1h")
	left := 20 + 80*math.Exp(-(3600-cold)/(4186/0.8)) // °C
	if want := 4186 * (100 - left) / 2700; math.Abs(warm-want) > 1e-6 {
		t.Errorf("from %v °C it takes %v s, want %v", left, warm, want)
	}
	h.done("2h", testKettle, `{"do":"boil"}`)
	h.done("2h20s", testKettle, `{"do":"stop"}`)
	h.expect("2h20s", testKettle, map[string]any{"state": "idle", "power_w": 0.0, "progress": 0.0, "remaining_s": 0.0})
	if again := h.boilingTime("2h21s"); again > warm-10 {
		t.Errorf("after 20 s of heat the rest takes %v s, all of it %v", again, warm)
	}
}

// 250 ml of 100 °C and 750 ml of 20 °C are a litre of 40 °C.
func TestFilledUpKettleIsMixed(t *testing.T) {
	h := newTestKettle(t, map[string]any{"water_ml": 250})
	h.done("0s", testKettle, `{"do":"boil"}`)
	h.expect("31.01s", testKettle, map[string]any{"state": "boiled"})
	h.done("31.01s", testKettle, `{"do":"fill"}`)
	h.expect("31.01s", testKettle, map[string]any{"state": "idle", "water_ml": 1000.0, "temperature_c": 40.0, "progress": 0.0})
	if got, want := h.boilingTime("32s"), 4186.0*60/2700; math.Abs(got-want) > 0.1 {
		t.Errorf("from 40 °C it takes %v s, want %v", got, want)
	}
}

func TestPouredKettle(t *testing.T) {
	h := newTestKettle(t, nil)
	h.done("0s", testKettle, `{"do":"boil"}`)
	h.done("3m", testKettle, `{"do":"pour"}`)
	h.expect("3m", testKettle, map[string]any{"state": "idle", "water_ml": 750.0, "progress": 0.0})
	if c := h.number(testKettle, "temperature_c"); c < 98 {
		t.Errorf("what is left has %v °C", c)
	}
	h.done("3m", testKettle, `{"do":"pour","water_ml":750}`)
	h.expect("3m", testKettle, map[string]any{"water_ml": 0.0})
	h.refused("4m", testKettle, `{"do":"pour"}`, "no water in the kettle")
	h.refused("4m", testKettle, `{"do":"boil"}`, "no water in the kettle")
	h.done("4m", testKettle, `{"do":"fill","water_ml":300}`)
	h.expect("4m", testKettle, map[string]any{"water_ml": 300.0, "temperature_c": 20.0})
}

// Less water cools sooner.
func TestAMugOfWaterCoolsSooner(t *testing.T) {
	ready := func(ml int) float64 {
		h := newTestKettle(t, map[string]any{"water_ml": ml})
		took := h.boilingTime("0s")
		h.at("3h")
		return h.when(testKettle, "idle", time.Minute).Seconds() - took
	}
	if full, mug := ready(1000), ready(250); math.Abs(full/mug-4) > 1e-6 {
		t.Errorf("a litre stays hot for %v s, a quarter of it for %v s", full, mug)
	}
}

func TestKettleRefuses(t *testing.T) {
	h := newTestKettle(t, map[string]any{"water_ml": 100})
	h.refused("1s", testKettle, `{"do":"boil"}`, "not enough water: the kettle holds 100 ml and boils 250 ml at least")
	h.refused("1s", testKettle, `{"do":"pour"}`, "the kettle holds 100 ml only")
	h.done("2s", testKettle, `{"do":"fill","water_ml":800}`)
	h.refused("2s", testKettle, `{"do":"fill","water_ml":700}`, "the kettle holds 800 ml already")
	h.refused("2s", testKettle, `{"do":"fill","water_ml":1001}`, "water_ml is 1001; want a whole number from 1 to 1000 ml")
	h.done("3s", testKettle, `{"do":"stop"}`)
	h.done("3s", testKettle, `{"do":"boil"}`)
	h.refused("4s", testKettle, `{"do":"boil"}`, "already heating")
	h.refused("4s", testKettle, `{"do":"fill"}`, "it is heating; stop it first")
	h.refused("4s", testKettle, `{"do":"pour"}`, "it is heating; stop it first")
}

// What boils already is boiled again at once.
func TestBoiledAgain(t *testing.T) {
	h := newTestKettle(t, nil)
	h.note(must(h.fleet.Give(start, testKettle, map[string]any{"temperature_c": 100.0, "water_ml": 400})))
	h.done("0s", testKettle, `{"do":"boil"}`)
	h.expect("0s", testKettle, map[string]any{"state": "boiled", "water_ml": 400.0, "energy_wh": 0.0})
	h.done("5m", testKettle, `{"do":"boil"}`)
	h.expect("5m", testKettle, map[string]any{"state": "heating"})
	h.expect("6m", testKettle, map[string]any{"state": "boiled"})
	h.done("6m", testKettle, `{"do":"stop"}`)
	h.expect("6m", testKettle, map[string]any{"state": "idle", "progress": 0.0})
}

func TestGivenWaterEndsTheHeating(t *testing.T) {
	h := newTestKettle(t, nil)
	h.done("0s", testKettle, `{"do":"boil"}`)
	h.note(must(h.fleet.Give(h.at("1m"), testKettle, map[string]any{"water_ml": 500})))
	h.expect("1m", testKettle, map[string]any{"state": "idle", "water_ml": 500.0, "temperature_c": 20.0, "power_w": 0.0})
}

func TestKettleFaults(t *testing.T) {
	t.Run("dry", func(t *testing.T) {
		h := newTestKettle(t, nil)
		h.done("0s", testKettle, `{"do":"boil"}`)
		h.fault("30s", testKettle, `{"kind":"dry"}`)
		h.expect("30s", testKettle, map[string]any{"state": "idle", "power_w": 0.0, "water_ml": 1000.0, "remaining_s": 0.0})
		h.refused("1m", testKettle, `{"do":"boil"}`, "the dry protection has cut out: it finds no water in the kettle")
		h.fault("2m", testKettle, `{"clear":true}`)
		h.done("2m", testKettle, `{"do":"boil"}`)
		h.expect("5m", testKettle, map[string]any{"state": "boiled"})
		h.fault("6m", testKettle, `{"kind":"dry"}`)
		h.expect("6m", testKettle, map[string]any{"state": "boiled"})
	})
	t.Run("lid open", func(t *testing.T) {
		h := newTestKettle(t, nil)
		h.fault("0s", testKettle, `{"kind":"lid-open"}`)
		h.done("0s", testKettle, `{"do":"boil"}`)
		h.expect("135s", testKettle, map[string]any{"state": "heating", "power_w": 3000.0, "progress": 1.0, "remaining_s": 0.0, "temperature_c": 100.0})
		boils, empty := 4186.0*80/2700, 2257000.0/2700 // s
		h.at(fmt.Sprintf("%fs", boils+empty/2))
		if ml := h.number(testKettle, "water_ml"); math.Abs(ml-500) > 11 {
			t.Errorf("half-way there are %v ml, want 500", ml)
		}
		h.at("20m")
		if got := h.when(testKettle, "idle", time.Second).Seconds(); math.Abs(got-boils-empty) > 1e-6 {
			t.Errorf("it cuts out at %v s, want %v", got, boils+empty)
		}
		h.expect("20m", testKettle, map[string]any{"state": "idle", "power_w": 0.0, "water_ml": 0.0})
		h.refused("20m", testKettle, `{"do":"boil"}`, "no water in the kettle")
		h.done("20m", testKettle, `{"do":"fill"}`)
		h.fault("20m", testKettle, `{"clear":true}`)
		h.done("20m", testKettle, `{"do":"boil"}`)
		h.expect("23m", testKettle, map[string]any{"state": "boiled", "water_ml": 1000.0})
	})
	t.Run("lid closed while it steams", func(t *testing.T) {
		h := newTestKettle(t, nil)
		h.fault("0s", testKettle, `{"kind":"lid-open","for":"10m"}`)
		h.done("0s", testKettle, `{"do":"boil"}`)
		h.expect("599s", testKettle, map[string]any{"state": "heating"})
		h.expect("10m", testKettle, map[string]any{"state": "boiled", "power_w": 0.0, "water_ml": 431.0, "temperature_c": 100.0})
	})
	t.Run("lid closed before it steams", func(t *testing.T) {
		h := newTestKettle(t, nil)
		h.fault("0s", testKettle, `{"kind":"lid-open","for":"1m"}`)
		h.done("0s", testKettle, `{"do":"boil"}`)
		h.expect("125s", testKettle, map[string]any{"state": "boiled", "water_ml": 1000.0})
	})
	t.Run("stopped while it steams", func(t *testing.T) {
		h := newTestKettle(t, nil)
		h.fault("0s", testKettle, `{"kind":"lid-open"}`)
		h.done("0s", testKettle, `{"do":"boil"}`)
		h.done("10m", testKettle, `{"do":"stop"}`)
		h.expect("10m", testKettle, map[string]any{"state": "idle", "power_w": 0.0, "water_ml": 431.0})
		h.expect("1h", testKettle, map[string]any{"water_ml": 431.0})
	})
}

func TestKettleWithoutPower(t *testing.T) {
	h := newTestHouse(t, Spec{ID: testKettle, Type: "kettle"},
		Spec{ID: "kitchen/plug", Type: "smart-plug", Config: map[string]any{"load": testKettle}})
	h.done("0s", testKettle, `{"do":"boil"}`)
	h.done("1m", "kitchen/plug", `{"do":"off"}`)
	h.expect("1m", testKettle, map[string]any{"state": "idle", "power_w": 0.0, "energy_wh": 50.0})
	h.refused("1m", testKettle, `{"do":"boil"}`, "no power: kitchen/plug is off")
	h.done("1m", "kitchen/plug", `{"do":"on"}`)
	h.expect("2m", testKettle, map[string]any{"state": "idle"})
	if took := h.boilingTime("2m"); took > 124-50 {
		t.Errorf("the water has not kept its heat: it takes %v s more", took)
	}
	h.done("12m", "kitchen/plug", `{"do":"off"}`)
	h.expect("12m", testKettle, map[string]any{"state": "boiled"})
	h.done("12m", testKettle, `{"do":"pour"}`)
	h.done("12m", testKettle, `{"do":"fill"}`)
	h.expect("12m", testKettle, map[string]any{"state": "idle", "water_ml": 1000.0})
}
