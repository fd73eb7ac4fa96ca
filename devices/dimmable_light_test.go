package devices

import (
	"math"
	"testing"
	"time"

	"homebus/topics"
)

const testLight = "bathroom/light"

func TestLightFades(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", testLight, `{"do":"on","brightness":60,"over":"10s"}`)
	h.expect("1s", testLight, map[string]any{"state": "on", "brightness": 0.0, "target_brightness": 60.0, "fading": true, "remaining_s": 10.0})
	h.expect("6s", testLight, map[string]any{"state": "on", "brightness": 30.0, "power_w": 2.7, "remaining_s": 5.0})
	h.expect("11s", testLight, map[string]any{"state": "on", "brightness": 60.0, "fading": false, "power_w": 5.4, "remaining_s": 0.0})
	h.done("20s", testLight, `{"do":"off","over":"10s"}`)
	h.expect("29900ms", testLight, map[string]any{"state": "on", "target_brightness": 0.0, "fading": true})
	h.expect("30s", testLight, map[string]any{"state": "off", "brightness": 0.0, "fading": false, "power_w": 0.0})

	// 60 % of 9 W: two fades of 10 s at half of it, and 9 s in full.
	want := 0.6 * 9 * (10.0/2 + 9 + 10.0/2) / 3600
	if got := h.number(testLight, "energy_wh"); math.Abs(got-want) > 0.001 {
		t.Errorf("energy %v Wh, want %v", got, want)
	}
}

func TestLightReportsAFadeOnceASecond(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", testLight, `{"do":"on","over":"10s"}`)
	h.at("11s")
	var last time.Time
	reports := 0
	for _, o := range h.said {
		if o.Message.Topic != topics.Of(topics.KindState, testLight) {
			continue
		}
		if at := o.Message.Meta.At; at.Sub(start) > time.Second {
			reports++
			if at.Sub(last) < time.Second && at.Sub(start) < 11*time.Second {
				t.Errorf("reports at %s and %s", last.Sub(start), at.Sub(start))
			}
		}
		last = o.Message.Meta.At
	}
	if reports != 10 {
		t.Errorf("%d reports in a fade of 10 s, want 10", reports)
	}
}

func TestLightRemembersItsBrightness(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", testLight, `{"do":"toggle"}`)
	h.expect("1s", testLight, map[string]any{"state": "on", "brightness": 100.0})
	h.done("2s", testLight, `{"do":"on","brightness":30}`)
	h.done("3s", testLight, `{"do":"toggle"}`)
	h.expect("3s", testLight, map[string]any{"state": "off", "brightness": 0.0})
	h.done("4s", testLight, `{"do":"toggle"}`)
	h.expect("4s", testLight, map[string]any{"state": "on", "brightness": 30.0})
	h.done("5s", testLight, `{"do":"on","brightness":0}`)
	h.expect("5s", testLight, map[string]any{"state": "off"})
	h.done("6s", testLight, `{"do":"on"}`)
	h.expect("6s", testLight, map[string]any{"state": "on", "brightness": 30.0})
}

func TestLightIsToldWhatToRemember(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.expect("0s", testLight, map[string]any{"on_brightness": 100.0})
	h.done("1s", testLight, `{"do":"on","brightness":60}`)
	h.expect("1s", testLight, map[string]any{"on_brightness": 60.0})
	h.done("2s", testLight, `{"do":"off","over":"2s","on_brightness":25}`)
	h.expect("2s", testLight, map[string]any{"state": "on", "brightness": 60.0, "on_brightness": 25.0})
	h.done("5s", testLight, `{"do":"on"}`)
	h.expect("5s", testLight, map[string]any{"state": "on", "brightness": 25.0})
}

func TestLightTurnsRoundInAFade(t *testing.T) {
	h := newTestHouse(t, demoFlat()...)
	h.done("1s", testLight, `{"do":"on","over":"10s"}`)
	h.done("6s", testLight, `{"do":"off","over":"5s"}`)
	h.expect("6s", testLight, map[string]any{"state": "on", "brightness": 50.0, "target_brightness": 0.0})
	h.expect("11s", testLight, map[string]any{"state": "off", "brightness": 0.0, "fading": false})
}

func TestLightFaults(t *testing.T) {
	t.Run("fade-stuck", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("1s", testLight, `{"kind":"fade-stuck"}`)
		h.done("2s", testLight, `{"do":"on","over":"10s"}`)
		h.expect("1m", testLight, map[string]any{"state": "on", "brightness": 50.0, "target_brightness": 100.0, "fading": false})
		h.fault("2m", testLight, `{"clear":true}`)
		h.expect("2m", testLight, map[string]any{"brightness": 100.0, "power_w": 9.0})
	})
	t.Run("fade-stuck in the middle of a fade", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.done("0s", testLight, `{"do":"on","over":"10s"}`)
		h.fault("5s", testLight, `{"kind":"fade-stuck"}`)
		h.expect("1m", testLight, map[string]any{"brightness": 75.0, "fading": false})
	})
	t.Run("false-done", func(t *testing.T) {
		h := newTestHouse(t, demoFlat()...)
		h.fault("1s", testLight, `{"kind":"false-done"}`)
		h.done("2s", testLight, `{"do":"on"}`)
		h.expect("3s", testLight, map[string]any{"state": "on", "brightness": 100.0, "power_w": 0.0})
		h.fault("4s", testLight, `{"clear":true,"kind":"false-done"}`)
		h.expect("4s", testLight, map[string]any{"state": "on", "brightness": 100.0, "power_w": 9.0})
	})
}
