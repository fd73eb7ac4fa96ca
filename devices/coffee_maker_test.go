package devices

import (
	"fmt"
	"math"
	"testing"
	"time"
)

const testCoffee = "kitchen/coffee"

// 600 ml at 900 W and 85 % from 20 °C take about 240 s of heat.
func TestCoffeeTakesItsHeat(t *testing.T) {
	h := newTestHouse(t, Spec{ID: testCoffee, Type: "coffee-maker", Config: map[string]any{"water_ml": 600}})
	model := h.fleet.byID[testCoffee].model.(*coffeeModel)
	model.cups, model.batch, model.boiler = 5, 600, model.tank // no whole number of cups
	model.heat(start)
	if heat := model.due().Sub(start).Seconds(); math.Abs(heat-240) > 0.05*240 {
		t.Errorf("600 ml take %v s of heat", heat)
	}
}

func TestCoffeeCourse(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	if _, err := h.fleet.Give(start, testCoffee, map[string]any{"water_ml": 800}); err != nil {
		t.Fatal(err)
	}
	h.done("1m", testCoffee, `{"do":"brew"}`)
	h.expect("1m", testCoffee, map[string]any{"state": "heating", "power_w": 900.0, "cups": 4.0, "water_ml": 800.0, "progress": 0.0})
	h.at("2h")
	brewing, warming := h.when(testCoffee, "brewing", 0), h.when(testCoffee, "warming", 0)
	idle := h.when(testCoffee, "idle", warming)
	if heat := (brewing - time.Minute).Seconds(); math.Abs(heat-200) > 10 {
		t.Errorf("500 ml take %v s of heat, want 5/6 of 240", heat)
	}
	if took := warming - time.Minute; took < 5*time.Minute || took > 12*time.Minute {
		t.Errorf("4 cups take %s, want 5 to 12 minutes", took)
	}
	if plate := idle - warming; plate != 30*time.Minute {
		t.Errorf("the plate is on for %s, want 30m", plate)
	}
	h.expect("2h", testCoffee, map[string]any{"state": "idle", "water_ml": 300.0, "coffee_ml": 500.0, "power_w": 0.0})
	// 200 s at 900 W, 125 s at 40 W, 30 min at 70 W on average
	if got, want := h.number(testCoffee, "energy_wh"), (199.7*900+125*40+1800*70)/3600; math.Abs(got-want) > 0.1 {
		t.Errorf("energy %v Wh, want %v", got, want)
	}
}

func TestCoffeePlateCycles(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testCoffee, `{"do":"brew","cups":1}`)
	h.at("1h")
	seen := map[float64]int{}
	warming := h.when(testCoffee, "warming", 0)
	for _, r := range h.states(testCoffee) {
		if r.at >= warming && r.state["state"] == "warming" {
			seen[r.state["power_w"].(float64)]++
		}
	}
	if len(seen) != 2 || seen[40] < 10 || seen[100] < 10 {
		t.Errorf("power of the plate, times reported: %v", seen)
	}
}

func TestCoffeeRefuses(t *testing.T) {
	h := newTestHouse(t, Spec{ID: testCoffee, Type: "coffee-maker", Config: map[string]any{"water_ml": 0}})
	h.refused("1s", testCoffee, `{"do":"brew"}`, "no water in the tank")
	h.refused("1s", testCoffee, `{"do":"pour"}`, "no coffee in the pot")
	h.done("2s", testCoffee, `{"do":"fill","water_ml":300}`)
	h.refused("3s", testCoffee, `{"do":"brew","cups":4}`, "not enough water: 4 cups take 500 ml, and the tank holds 300 ml")
	h.refused("3s", testCoffee, `{"do":"fill","water_ml":200}`, "the tank holds 300 ml already")
	h.done("4s", testCoffee, `{"do":"brew","cups":2}`)
	h.refused("5s", testCoffee, `{"do":"brew","cups":2}`, "already brewing")
	h.refused("5s", testCoffee, `{"do":"fill"}`, "it is brewing; fill it when it is done")
	h.refused("5s", testCoffee, `{"do":"pour"}`, "it is brewing; pour when it is done")
	h.refused("1h", testCoffee, `{"do":"pour","cups":3}`, "not enough coffee: 3 cups take 375 ml, and the pot holds 250 ml")
	h.done("1h", testCoffee, `{"do":"pour","cups":2}`)
	h.expect("1h", testCoffee, map[string]any{"coffee_ml": 0.0, "water_ml": 50.0})
}

func TestPotHasItsSize(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testCoffee, `{"do":"brew","cups":8}`)
	h.done("1h", testCoffee, `{"do":"fill"}`)
	h.refused("1h", testCoffee, `{"do":"brew","cups":8}`, "not enough room in the pot: it holds 1000 ml of coffee already")
	h.done("1h", testCoffee, `{"do":"brew","cups":4}`)
}

// Water that was heated and not brewed is warm for a while.
func TestStoppedCoffeeKeepsItsHeat(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testCoffee, `{"do":"brew","cups":8}`)
	h.done("200s", testCoffee, `{"do":"stop"}`)
	h.expect("200s", testCoffee, map[string]any{"state": "idle", "water_ml": 1000.0, "power_w": 0.0})
	h.done("201s", testCoffee, `{"do":"brew","cups":8}`)
	h.at("1h")
	if heat := h.when(testCoffee, "brewing", 0).Seconds() - 1; math.Abs(heat-399.4) > 5 {
		t.Errorf("in two goes 1000 ml take %v s of heat, want 399", heat)
	}
}

func TestCoffeeStoppedWhileItDrips(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testCoffee, `{"do":"brew","cups":4}`)
	h.at("210s")
	h.done("225s", testCoffee, `{"do":"stop"}`)
	water, coffee := h.number(testCoffee, "water_ml"), h.number(testCoffee, "coffee_ml")
	if water+coffee != 1000 || coffee < 50 || coffee > 150 {
		t.Errorf("%v ml of water and %v ml of coffee", water, coffee)
	}
}

// What was stopped half-way leaves no more than a drop missing.
func TestTheLastCupIsNotShort(t *testing.T) {
	for ms := 225_001; ms < 225_020; ms++ {
		h := newTestHouse(t, demoFlat()...)
		h.done("0s", testCoffee, `{"do":"brew","cups":4}`)
		h.fault(fmt.Sprintf("%dms", ms), testCoffee, `{"kind":"stuck","for":"7777777ns"}`)
		h.done("1h", testCoffee, `{"do":"brew","cups":4}`)
		h.done("2h", testCoffee, `{"do":"pour","cups":8}`)
		h.expect("2h", testCoffee, map[string]any{"water_ml": 0.0, "coffee_ml": 0.0})
	}
}

func TestCoffeeFaults(t *testing.T) {
	t.Run("no-water", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.done("0s", testCoffee, `{"do":"brew"}`)
		h.fault("1m", testCoffee, `{"kind":"no-water"}`)
		h.expect("1m", testCoffee, map[string]any{"state": "idle", "water_ml": 0.0})
		h.refused("2m", testCoffee, `{"do":"brew"}`, "no water in the tank")
		h.refused("2m", testCoffee, `{"do":"fill"}`, "the tank leaks; no water stays in it")
		h.fault("3m", testCoffee, `{"clear":true}`)
		h.expect("3m", testCoffee, map[string]any{"water_ml": 1000.0})
		h.done("3m", testCoffee, `{"do":"brew"}`)
	})
	t.Run("no-pot", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("1m", testCoffee, `{"kind":"no-pot"}`)
		h.expect("1m", testCoffee, map[string]any{"pot": false})
		h.refused("2m", testCoffee, `{"do":"brew"}`, "no pot in the coffee maker")
		h.note(must(h.fleet.Give(h.now, testCoffee, map[string]any{"coffee_ml": 500})))
		h.refused("3m", testCoffee, `{"do":"pour"}`, "no pot in the coffee maker")
	})
	t.Run("scale", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("0s", testCoffee, `{"kind":"scale"}`)
		h.done("0s", testCoffee, `{"do":"brew"}`)
		h.at("1h")
		if heat, want := h.when(testCoffee, "brewing", 0).Seconds(), 199.7*0.85/0.6; math.Abs(heat-want) > 1 {
			t.Errorf("with scale the heat takes %v s, want %v", heat, want)
		}
	})
	t.Run("stuck", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("0s", testCoffee, `{"kind":"stuck"}`)
		h.done("0s", testCoffee, `{"do":"brew"}`)
		h.expect("1h", testCoffee, map[string]any{"state": "heating"})
		h.fault("1h", testCoffee, `{"clear":true}`)
		h.expect("1h", testCoffee, map[string]any{"state": "brewing"})
		h.fault("1h1m", testCoffee, `{"kind":"stuck","for":"10m"}`)
		h.expect("1h11m1s", testCoffee, map[string]any{"state": "brewing"})
		h.expect("1h13m", testCoffee, map[string]any{"state": "warming", "coffee_ml": 500.0, "water_ml": 500.0})
	})
}

func TestLimeInTheMiddleOfHeating(t *testing.T) {
	heating := func(limeAfter string) time.Duration {
		h := newTestHouse(t, demoFlat()...)
		h.done("0s", "kitchen/coffee", `{"do":"brew","cups":4}`)
		if limeAfter != "" {
			h.fault(limeAfter, "kitchen/coffee", `{"kind":"scale"}`)
		}
		h.at("20m")
		return h.when("kitchen/coffee", "brewing", 0)
	}
	if clean, half, all := heating(""), heating("100s"), heating("0s"); !(clean < half && half < all) {
		t.Errorf("without lime it heats for %v, with lime after 100 s for %v, from the start for %v", clean, half, all)
	}
}

// Cold water on top of warm water takes longer to heat than the warm water alone.
func TestFilledUpWaterIsCold(t *testing.T) {
	heating := func(fill bool) time.Duration {
		h := newTestHouse(t, demoFlat()...)
		h.done("0s", "kitchen/coffee", `{"do":"brew","cups":8}`)
		h.done("3m", "kitchen/coffee", `{"do":"stop"}`)
		if fill {
			h.done("3m", "kitchen/coffee", `{"do":"fill"}`)
		}
		h.done("3m", "kitchen/coffee", `{"do":"brew","cups":8}`)
		h.at("20m")
		return h.when("kitchen/coffee", "brewing", 0)
	}
	if warm, mixed := heating(false), heating(true); mixed < warm+20*time.Second {
		t.Errorf("brewing begins at %v with the warm water, at %v with cold water on top", warm, mixed)
	}
}

func TestGivenWaterEndsTheBrewing(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", "kitchen/coffee", `{"do":"brew"}`)
	outs, err := h.fleet.Give(h.at("1m"), "kitchen/coffee", map[string]any{"water_ml": 300.0})
	if err != nil {
		t.Fatal(err)
	}
	h.note(outs)
	h.expect("1m", "kitchen/coffee", map[string]any{"state": "idle", "water_ml": 300.0, "power_w": 0.0})
	h.expect("1h", "kitchen/coffee", map[string]any{"state": "idle", "water_ml": 300.0})
}
