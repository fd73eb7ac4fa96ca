package devices

import (
	"math"
	"testing"
	"time"
)

const testToaster = "kitchen/toaster"

// seconds from a start at 1m until the toaster pops.
func (h *testHouse) toastingTime(startedAt time.Duration) float64 {
	h.t.Helper()
	return (h.when(testToaster, "popped", startedAt) - startedAt).Seconds()
}

func TestToasterTakesOneToThreeMinutesFromCold(t *testing.T) {
	for browning, want := range map[string]float64{"1": 60, "2": 84, "4": 132, "6": 180} {
		h := newTestHouse(t, demoFlat()...)
		h.done("1m", testToaster, `{"do":"start","browning":`+browning+`}`)
		h.at("10m")
		if got := h.toastingTime(time.Minute); math.Abs(got-want) > 0.01 {
			t.Errorf("browning %s takes %v s, want %v", browning, got, want)
		}
		if got, wh := h.number(testToaster, "energy_wh"), 900*want/3600; math.Abs(got-wh) > 0.001*wh {
			t.Errorf("browning %s takes %v Wh, want %v", browning, got, wh)
		}
	}
}

func TestToastingIsTold(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":4}`)
	h.expect("0s", testToaster, map[string]any{"state": "toasting", "progress": 0.0, "remaining_s": 132.0, "power_w": 900.0})
	h.at("66s")
	if p, s := h.number(testToaster, "progress"), h.number(testToaster, "remaining_s"); p < 0.49 || p > 0.51 || s < 65 || s > 68 {
		t.Errorf("half-way it says %v, %v s left", p, s)
	}
	h.expect("133s", testToaster, map[string]any{"state": "popped", "loaded": true, "progress": 1.0, "remaining_s": 0.0, "power_w": 0.0, "shade": 4.0})
}

func TestWarmToasterIsQuicker(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":4}`)
	h.done("4m", testToaster, `{"do":"start","browning":4}`) // loaded again a minute after popping
	h.done("2h", testToaster, `{"do":"start","browning":4}`)
	h.at("3h")
	warm, cold := h.toastingTime(4*time.Minute), h.toastingTime(2*time.Hour)
	if warm > 0.9*132 || warm < 30 {
		t.Errorf("a warm toaster takes %v s, a cold one 132", warm)
	}
	if math.Abs(cold-132) > 0.01 {
		t.Errorf("cold again it takes %v s, want 132", cold)
	}
}

func TestToasterIsReloaded(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":1}`)
	h.expect("119s", testToaster, map[string]any{"state": "popped"})
	h.expect("121s", testToaster, map[string]any{"state": "idle", "loaded": true, "shade": 0.0, "progress": 0.0})

	h.done("1h", testToaster, `{"do":"start","browning":1}`)
	h.done("1h90s", testToaster, `{"do":"unload"}`)
	h.expect("1h90s", testToaster, map[string]any{"state": "idle", "loaded": false})
	h.expect("1h121s", testToaster, map[string]any{"state": "idle", "loaded": true})

	h = newTestHouse(t, Spec{ID: testToaster, Type: "toaster", Config: map[string]any{"reload_after": "0s"}})
	h.done("0s", testToaster, `{"do":"start","browning":1}`)
	h.expect("24h", testToaster, map[string]any{"state": "popped"})
}

func TestToasterRefuses(t *testing.T) {
	h := newTestHouse(t, Spec{ID: testToaster, Type: "toaster", Config: map[string]any{"loaded": false, "reload_after": "0s"}})
	h.refused("1s", testToaster, `{"do":"start"}`, "no bread in the toaster")
	h.refused("1s", testToaster, `{"do":"unload"}`, "no bread in the toaster")
	h.done("2s", testToaster, `{"do":"load","slices":1}`)
	h.refused("2s", testToaster, `{"do":"load"}`, "there is bread in the toaster already")
	h.done("3s", testToaster, `{"do":"start","browning":2}`)
	h.refused("4s", testToaster, `{"do":"start"}`, "already toasting")
	h.refused("4s", testToaster, `{"do":"unload"}`, "it is toasting; stop it first")
	h.refused("5m", testToaster, `{"do":"start"}`, "the toast is still in the toaster; take it out first")
	h.refused("5m", testToaster, `{"do":"start","browning":9}`, "browning is 9; want a whole number from 1 to 6")
}

// Bread keeps the heat that it has got: what is stopped and started again ends
// as brown as was asked, and cannot become paler.
func TestStoppedToastGoesOn(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":4}`)
	h.done("100s", testToaster, `{"do":"stop"}`)
	h.expect("100s", testToaster, map[string]any{"state": "idle", "loaded": true, "power_w": 0.0, "shade": 2.7, "progress": 0.0})
	h.refused("1h", testToaster, `{"do":"start","browning":2}`, "the bread is already as brown as 2")
	h.done("1h", testToaster, `{"do":"start","browning":4}`)
	h.at("1h10m")
	if s := h.toastingTime(time.Hour); s > 100 {
		t.Errorf("the rest takes %v s", s)
	}
}

func TestToasterFaults(t *testing.T) {
	t.Run("jam", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("0s", testToaster, `{"kind":"jam"}`)
		h.done("1s", testToaster, `{"do":"start","browning":4}`)
		h.expect("200s", testToaster, map[string]any{"state": "toasting", "power_w": 900.0, "progress": 1.0})
		h.expect("224s", testToaster, map[string]any{"state": "jammed", "power_w": 0.0})
		if shade := h.number(testToaster, "shade"); shade < 7 {
			t.Errorf("burnt bread has the shade %v", shade)
		}
		h.refused("5m", testToaster, `{"do":"start"}`, "the bread is jammed")
		h.refused("5m", testToaster, `{"do":"unload"}`, "the bread is jammed")
		h.fault("6m", testToaster, `{"clear":true}`)
		h.expect("6m", testToaster, map[string]any{"state": "popped"})
		h.expect("8m", testToaster, map[string]any{"state": "idle", "loaded": true, "shade": 0.0})
	})
	t.Run("jam and stop", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("0s", testToaster, `{"kind":"jam"}`)
		h.done("1s", testToaster, `{"do":"start"}`)
		h.done("1m", testToaster, `{"do":"stop"}`)
		h.expect("1m", testToaster, map[string]any{"state": "jammed", "power_w": 0.0})
		h.fault("2m", testToaster, `{"clear":true}`)
		h.expect("2m", testToaster, map[string]any{"state": "popped"})
	})
	t.Run("jam that clears in time", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("0s", testToaster, `{"kind":"jam","for":"2m"}`)
		h.done("1s", testToaster, `{"do":"start","browning":4}`)
		h.expect("134s", testToaster, map[string]any{"state": "popped", "shade": 4.0})
	})
	t.Run("no bread", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.done("0s", testToaster, `{"do":"start","browning":1}`)
		h.fault("70s", testToaster, `{"kind":"no-bread","for":"10m"}`)
		h.expect("70s", testToaster, map[string]any{"state": "idle", "loaded": false})
		h.refused("3m", testToaster, `{"do":"start"}`, "no bread in the toaster")
		h.refused("3m", testToaster, `{"do":"load"}`, "there is no bread in the house")
		h.expect("12m", testToaster, map[string]any{"state": "idle", "loaded": true})
		h.done("12m", testToaster, `{"do":"start"}`)
	})
	t.Run("dead element", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("0s", testToaster, `{"kind":"dead-element"}`)
		h.done("1s", testToaster, `{"do":"start","browning":4}`)
		h.expect("2s", testToaster, map[string]any{"power_w": 450.0})
		h.expect("240s", testToaster, map[string]any{"state": "toasting"})
		h.expect("242s", testToaster, map[string]any{"state": "popped"})
		if shade := h.number(testToaster, "shade"); shade < 1 || shade >= 4 {
			t.Errorf("with half the heat the toast has the shade %v", shade)
		}
	})
	t.Run("an element that comes back as the timer gives up", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.done("1s", testToaster, `{"do":"start","browning":6}`)
		h.fault("1s", testToaster, `{"kind":"dead-element","for":"4m"}`)
		h.expect("241s", testToaster, map[string]any{"state": "popped", "progress": 1.0, "remaining_s": 0.0})
	})
	t.Run("an element that dies and comes back while toasting", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.done("0s", testToaster, `{"do":"start","browning":4}`)
		h.fault("60s", testToaster, `{"kind":"dead-element","for":"10s"}`)
		h.expect("150s", testToaster, map[string]any{"state": "popped", "shade": 4.0})
		if s := h.toastingTime(0); s < 133 {
			t.Errorf("it takes %v s, and 132 in good health", s)
		}
	})
}

func TestToastTakesFiveSecondsAtLeast(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("0s", testToaster, `{"do":"start","browning":1}`)
	h.done("59s", testToaster, `{"do":"stop"}`)
	h.done("60s", testToaster, `{"do":"start","browning":1}`)
	h.expect("64.9s", testToaster, map[string]any{"state": "toasting"})
	h.expect("65s", testToaster, map[string]any{"state": "popped"})
}
