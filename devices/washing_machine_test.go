package devices

import (
	"math"
	"slices"
	"testing"
	"time"
)

const testWasher = "cellar/washer"

func newTestWasher(t *testing.T, config map[string]any) *testHouse {
	t.Helper()
	return newTestHouse(t,
		Spec{ID: testWasher, Type: "washing-machine", Config: config},
		Spec{ID: "cellar/plug", Type: "smart-plug", Config: map[string]any{"load": testWasher}},
	)
}

// words returns the words that an appliance said, each as often as it came anew.
func (h *testHouse) words(id string) []string {
	h.t.Helper()
	var words []string
	for _, r := range h.states(id) {
		words = append(words, r.state["state"].(string))
	}
	return slices.Compact(words)
}

func TestCottonAt60DegreesAsMeasured(t *testing.T) {
	h := newTestWasher(t, nil)
	h.done("0s", testWasher, `{"do":"start","program":"cotton-60"}`)
	h.expect("0s", testWasher, map[string]any{"state": "filling", "loaded": true, "remaining_s": 9720.0, "progress": 0.0})
	h.expect("10m", testWasher, map[string]any{"state": "heating", "power_w": heatingWatts})
	h.expect("1h", testWasher, map[string]any{"state": "washing", "power_w": 80.0})
	h.expect("2h", testWasher, map[string]any{"state": "rinsing"})
	h.expect("2h30m", testWasher, map[string]any{"state": "spinning", "power_w": 270.0})
	h.expect("2h35m", testWasher, map[string]any{"state": "spinning", "power_w": 430.0})
	h.expect("2h42m", testWasher, map[string]any{"state": "done", "loaded": true, "remaining_s": 0.0, "progress": 1.0})
	if done := h.when(testWasher, "done", 0); done != 2*time.Hour+42*time.Minute {
		t.Errorf("done at %s, want 2h42m", done)
	}
	if wh := h.number(testWasher, "energy_wh"); math.Abs(wh-1120) > 0.05*1120 {
		t.Errorf("it used %v Wh, want 1120", wh)
	}
	want := []string{"idle", "filling", "heating", "washing", "rinsing", "spinning", "done"}
	if words := h.words(testWasher); !slices.Equal(words, want) {
		t.Errorf("it was %v, want %v", words, want)
	}
}

// Whoever takes 0 W, or standby, for "done" is wrong six times.
func TestSoakingDrawsNothing(t *testing.T) {
	h := newTestWasher(t, nil)
	h.done("0s", testWasher, `{"do":"start"}`)
	h.at("2h42m")
	pauses, since := 0, time.Duration(-1)
	for _, r := range h.states(testWasher) {
		switch watts := r.state["power_w"].(float64); {
		case watts == 0 && since < 0:
			since = r.at
		case watts > 0 && since >= 0:
			pauses++
			if long := r.at - since; long < 119*time.Second || long > 121*time.Second || r.state["state"] == "done" {
				t.Errorf("a pause of %s until it is %v", long, r.state["state"])
			}
			since = -1
		}
	}
	if pauses != 6 {
		t.Errorf("%d pauses at 0 W, want 6", pauses)
	}
}

func TestStandby(t *testing.T) {
	h := newTestWasher(t, map[string]any{"unload_after": "0s"})
	h.expect("0s", testWasher, map[string]any{"power_w": 1.2})
	h.done("0s", testWasher, `{"do":"start","program":"quick-30"}`)
	h.expect("30m1s", testWasher, map[string]any{"state": "done", "power_w": 9.7})
	h.expect("44m59s", testWasher, map[string]any{"power_w": 9.7})
	h.expect("45m", testWasher, map[string]any{"state": "done", "power_w": 1.2})
	h.done("2h", testWasher, `{"do":"unload"}`)
	h.expect("2h", testWasher, map[string]any{"state": "idle", "loaded": false, "power_w": 9.7})
	h.expect("2h16m", testWasher, map[string]any{"power_w": 1.2})
	said := len(h.states(testWasher))
	h.at("1000h")
	if more := len(h.states(testWasher)) - said; more > 120 { // one each 10 Wh
		t.Errorf("at 1.2 W it reports %d times in 1000 h", more)
	}
}

func TestLaundryIsTakenOut(t *testing.T) {
	h := newTestWasher(t, map[string]any{"program": "quick-30"})
	h.refused("0s", testWasher, `{"do":"unload"}`, "no laundry in the machine")
	h.done("0s", testWasher, `{"do":"start"}`)
	h.refused("1m", testWasher, `{"do":"unload"}`, "the door is locked while it washes; stop it first")
	h.refused("31m", testWasher, `{"do":"start"}`, "the laundry is still in the machine; take it out first")
	h.expect("1h29m", testWasher, map[string]any{"state": "done", "loaded": true})
	h.expect("1h30m", testWasher, map[string]any{"state": "idle", "loaded": false, "progress": 0.0})

	h.done("2h", testWasher, `{"do":"start"}`)
	h.done("2h40m", testWasher, `{"do":"unload"}`)
	h.done("2h40m", testWasher, `{"do":"start"}`)
	h.expect("3h9m", testWasher, map[string]any{"state": "spinning"}) // nobody comes for the first load
}

func TestPausedWashGoesOn(t *testing.T) {
	h := newTestWasher(t, nil)
	h.refused("0s", testWasher, `{"do":"pause"}`, "it is not washing")
	h.done("0s", testWasher, `{"do":"start","program":"quick-30"}`)
	h.refused("1m", testWasher, `{"do":"start"}`, "already washing")
	h.done("10m", testWasher, `{"do":"pause"}`)
	h.expect("10m", testWasher, map[string]any{"state": "paused", "power_w": 9.7, "remaining_s": 1200.0})
	h.done("30m", testWasher, `{"do":"pause"}`)
	h.refused("1h", testWasher, `{"do":"start","program":"cotton-60"}`, "quick-30 is paused; go on with it, or stop it first")
	h.refused("1h", testWasher, `{"do":"unload"}`, "the door is locked while it washes; stop it first")
	h.done("1h10m", testWasher, `{"do":"start"}`)
	h.expect("1h10m", testWasher, map[string]any{"state": "washing", "power_w": 80.0, "remaining_s": 1200.0})
	h.at("2h")
	if done := h.when(testWasher, "done", 0); done != 90*time.Minute {
		t.Errorf("done at %s, want 1h30m", done)
	}
}

func TestStoppedWash(t *testing.T) {
	h := newTestWasher(t, nil)
	h.done("0s", testWasher, `{"do":"stop"}`)
	h.done("0s", testWasher, `{"do":"start","program":"quick-30"}`)
	h.done("10m", testWasher, `{"do":"stop"}`)
	h.expect("10m", testWasher, map[string]any{"state": "idle", "loaded": true, "power_w": 9.7, "remaining_s": 0.0, "progress": 0.0})
	h.expect("1h", testWasher, map[string]any{"state": "idle", "power_w": 1.2})
	h.done("1h", testWasher, `{"do":"unload"}`)
	h.done("2h", testWasher, `{"do":"start"}`)
	h.expect("2h", testWasher, map[string]any{"program": "quick-30", "remaining_s": 1800.0})
	h.done("2h5m", testWasher, `{"do":"pause"}`)
	h.done("2h6m", testWasher, `{"do":"stop"}`)
	h.done("2h7m", testWasher, `{"do":"start","program":"cotton-40"}`)
	h.expect("2h7m", testWasher, map[string]any{"program": "cotton-40", "remaining_s": 8280.0})
}

func TestWasherWithoutPowerKeepsItsPlace(t *testing.T) {
	h := newTestWasher(t, nil)
	h.done("0s", testWasher, `{"do":"start","program":"quick-30"}`)
	h.done("10m", "cellar/plug", `{"do":"off"}`)
	h.expect("10m", testWasher, map[string]any{"state": "washing", "power_w": 0.0, "remaining_s": 1200.0})
	h.refused("20m", testWasher, `{"do":"pause"}`, "no power: cellar/plug is off")
	h.fault("20m", testWasher, `{"kind":"unbalanced","for":"1m"}`)
	h.expect("22m", testWasher, map[string]any{"power_w": 0.0})
	h.done("40m", "cellar/plug", `{"do":"on"}`)
	h.expect("40m", testWasher, map[string]any{"state": "washing", "power_w": 80.0, "remaining_s": 1200.0})
	h.expect("1h", testWasher, map[string]any{"state": "done"})
	h.done("1h1m", "cellar/plug", `{"do":"off"}`)
	h.expect("1h1m", testWasher, map[string]any{"state": "done", "power_w": 0.0})
	h.done("1h1m", testWasher, `{"do":"unload"}`) // takes no power
	h.expect("1h1m", testWasher, map[string]any{"state": "idle", "power_w": 0.0})
	h.done("2h", "cellar/plug", `{"do":"on"}`)
	h.expect("2h", testWasher, map[string]any{"power_w": 9.7})
	h.expect("2h15m", testWasher, map[string]any{"power_w": 1.2})
}

func TestUnbalancedLaundry(t *testing.T) {
	start := func(t *testing.T) *testHouse {
		h := newTestWasher(t, nil)
		h.done("0s", testWasher, `{"do":"start","program":"quick-30"}`) // spins at 15m and 24m
		return h
	}
	t.Run("all the time", func(t *testing.T) {
		h := start(t)
		h.fault("0s", testWasher, `{"kind":"unbalanced"}`)
		h.expect("15m", testWasher, map[string]any{"state": "rinsing", "power_w": 60.0, "remaining_s": 17 * 60.0})
		h.expect("20m59s", testWasher, map[string]any{"power_w": 60.0})
		h.expect("21m1s", testWasher, map[string]any{"power_w": 130.0, "remaining_s": 15 * 60.0})
		h.expect("1h", testWasher, map[string]any{"state": "done", "progress": 1.0})
		if done := h.when(testWasher, "done", 0); done != 48*time.Minute { // three spins, three times two minutes each
			t.Errorf("done at %s, want 48m", done)
		}
		for _, r := range h.states(testWasher) {
			if w := r.state["power_w"]; w == spinWatts || w == fastSpinWatts {
				t.Errorf("it spins at %v W at %s", w, r.at)
			}
		}
	})
	t.Run("cleared while it spreads", func(t *testing.T) {
		h := start(t)
		h.fault("0s", testWasher, `{"kind":"unbalanced"}`)
		h.fault("16m", testWasher, `{"clear":true}`)
		h.expect("16m59s", testWasher, map[string]any{"power_w": 60.0})
		h.expect("17m1s", testWasher, map[string]any{"power_w": 270.0})
		h.expect("32m", testWasher, map[string]any{"state": "done"})
	})
	t.Run("in a spin", func(t *testing.T) {
		h := start(t)
		h.fault("26m", testWasher, `{"kind":"unbalanced","for":"7m"}`)
		h.expect("26m1s", testWasher, map[string]any{"state": "spinning", "power_w": 60.0})
		h.expect("32m1s", testWasher, map[string]any{"state": "spinning", "power_w": 130.0})
		h.expect("33m1s", testWasher, map[string]any{"state": "spinning", "power_w": 430.0})
		h.expect("36m", testWasher, map[string]any{"state": "done"})
	})
	t.Run("paused while it spreads", func(t *testing.T) {
		h := start(t)
		h.fault("0s", testWasher, `{"kind":"unbalanced"}`)
		h.done("16m", testWasher, `{"do":"pause"}`)
		h.fault("17m", testWasher, `{"clear":true}`)
		h.done("20m", testWasher, `{"do":"start"}`)
		h.expect("21m1s", testWasher, map[string]any{"power_w": 270.0})
	})
}

func TestBlockedDrain(t *testing.T) {
	start := func(t *testing.T) *testHouse {
		h := newTestWasher(t, nil)
		h.done("0s", testWasher, `{"do":"start","program":"quick-30"}`)
		return h
	}
	t.Run("before a spin", func(t *testing.T) {
		h := start(t)
		h.fault("0s", testWasher, `{"kind":"drain-blocked"}`)
		h.expect("14m59s", testWasher, map[string]any{"state": "washing"})
		h.expect("15m", testWasher, map[string]any{"state": "blocked", "remaining_s": 900.0, "power_w": 9.7})
		h.refused("1h", testWasher, `{"do":"start"}`, "the water does not drain")
		h.refused("1h", testWasher, `{"do":"pause"}`, "the water does not drain")
		h.refused("1h", testWasher, `{"do":"unload"}`, "there is water in the drum")
		h.fault("2h", testWasher, `{"clear":true}`)
		h.expect("2h", testWasher, map[string]any{"state": "rinsing", "remaining_s": 900.0, "power_w": 270.0})
		h.expect("2h15m", testWasher, map[string]any{"state": "done"})
	})
	t.Run("in a spin", func(t *testing.T) {
		h := start(t)
		h.fault("26m", testWasher, `{"kind":"drain-blocked","for":"10m"}`)
		h.expect("26m", testWasher, map[string]any{"state": "blocked", "remaining_s": 240.0})
		h.expect("36m", testWasher, map[string]any{"state": "spinning", "remaining_s": 240.0})
		h.expect("40m", testWasher, map[string]any{"state": "done"})
	})
	t.Run("stopped with water in it", func(t *testing.T) {
		h := start(t)
		h.fault("5m", testWasher, `{"kind":"drain-blocked"}`)
		h.done("10m", testWasher, `{"do":"stop"}`)
		h.expect("10m", testWasher, map[string]any{"state": "blocked", "remaining_s": 0.0, "progress": 0.0})
		h.done("11m", testWasher, `{"do":"stop"}`)
		h.fault("20m", testWasher, `{"clear":true}`)
		h.expect("20m", testWasher, map[string]any{"state": "idle", "loaded": true})
		h.done("21m", testWasher, `{"do":"unload"}`)
		h.done("22m", testWasher, `{"do":"start"}`)
		h.expect("22m", testWasher, map[string]any{"state": "filling", "remaining_s": 1800.0})
	})
	t.Run("cleared without power", func(t *testing.T) {
		h := start(t)
		h.fault("0s", testWasher, `{"kind":"drain-blocked"}`)
		h.done("20m", "cellar/plug", `{"do":"off"}`)
		h.expect("20m", testWasher, map[string]any{"state": "blocked", "power_w": 0.0})
		h.fault("30m", testWasher, `{"clear":true}`)
		h.expect("30m", testWasher, map[string]any{"state": "rinsing", "power_w": 0.0, "remaining_s": 900.0})
		h.done("1h", "cellar/plug", `{"do":"on"}`)
		h.expect("1h15m", testWasher, map[string]any{"state": "done"})
	})
}

func TestAProgrammeCanBeGiven(t *testing.T) {
	h := newTestHouse(t, Spec{ID: "laundry/washer", Type: "washing-machine"})
	h.note(must(h.fleet.Give(h.at("0s"), "laundry/washer", map[string]any{"program": "quick-30"})))
	h.done("1s", "laundry/washer", `{"do":"start"}`)
	h.expect("31m", "laundry/washer", map[string]any{"state": "done", "program": "quick-30"})
	h.done("32m", "laundry/washer", `{"do":"unload"}`)
	h.done("33m", "laundry/washer", `{"do":"start"}`)
	h.note(must(h.fleet.Give(h.at("40m"), "laundry/washer", map[string]any{"program": "cotton-40"})))
	h.expect("40m", "laundry/washer", map[string]any{"state": "idle", "program": "cotton-40", "remaining_s": 0.0})
}
