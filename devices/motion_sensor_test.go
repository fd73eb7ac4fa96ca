package devices

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const testMotion = "hall/motion"

// newMotionHouse is a house of one motion sensor.
func newMotionHouse(t *testing.T, config map[string]any) *testHouse {
	t.Helper()
	return newTestHouse(t, Spec{ID: testMotion, Type: "motion-sensor", Config: config})
}

func (h *testHouse) trigger(times ...string) {
	h.t.Helper()
	for _, at := range times {
		h.done(at, testMotion, `{"do":"trigger"}`)
	}
}

func TestMotionIsHeld(t *testing.T) {
	tests := []struct {
		name     string
		config   map[string]any
		triggers []string
		want     []string
	}{
		{"once", nil, []string{"1s"}, []string{"1s motion", "1m1s clear"}},
		{"as long as is configured", map[string]any{"hold": "5s"}, []string{"1s", "10s"}, []string{"1s motion", "6s clear", "10s motion", "15s clear"}},
		{"more motion prolongs it", nil, []string{"1s", "31s", "90s"}, []string{"1s motion", "2m30s clear"}},
		{"motion just as it clears", nil, []string{"1s", "61s"}, []string{"1s motion", "1m1s clear", "1m1s motion", "2m1s clear"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newMotionHouse(t, tt.config)
			h.trigger(tt.triggers...)
			h.at("1h")
			if got := h.changes(testMotion); !slices.Equal(got, tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
			if got := h.events(testMotion); len(got) != len(tt.triggers) {
				t.Errorf("events %v, want one a detection", got)
			}
		})
	}
}

func TestMotionIsGivenByATest(t *testing.T) {
	h := newMotionHouse(t, nil)
	give := func(at, state string) {
		t.Helper()
		h.note(must(h.fleet.Give(h.at(at), testMotion, map[string]any{"state": state})))
	}
	give("1s", "motion")
	give("2s", "clear")
	give("3s", "motion")
	h.fault("3s", testMotion, `{"kind":"blind-time"}`)
	h.trigger("122s") // it has seen what was given
	h.at("5m")
	if got, want := h.changes(testMotion), []string{"1s motion", "2s clear", "3s motion", "1m3s clear"}; !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := h.events(testMotion); len(got) != 0 {
		t.Errorf("events %v", got)
	}
}

// Nothing wakes an idle sensor but its battery, a hundred times in its life.
func TestAnIdleMotionSensorSleeps(t *testing.T) {
	h := newMotionHouse(t, nil)
	if next, ok := h.fleet.Next(); !ok || next.Sub(start) != 17520*time.Hour/100 {
		t.Errorf("it wakes after %s", next.Sub(start))
	}
	h.at("17000h")
	if got := len(h.states(testMotion)); got != 98 { // the first, and 97 % gone
		t.Errorf("%d reports", got)
	}
}

func TestMotionSensorWithAFlatBattery(t *testing.T) {
	h := newMotionHouse(t, map[string]any{"battery_life": "1h"})
	h.fault("0s", testMotion, `{"kind":"false-trigger","for":"90m"}`)
	h.at("1h")
	before := len(h.events(testMotion))
	h.trigger("2h")
	h.expect("2h", testMotion, map[string]any{"state": "clear", "battery": 0.0})
	if got := h.events(testMotion); before == 0 || len(got) != before {
		t.Errorf("%d events with power, then %v", before, got[before:])
	}
	h.done("3h", testMotion, `{"do":"change_battery"}`)
	h.trigger("3h")
	h.expect("3h", testMotion, map[string]any{"state": "motion", "battery": 100.0})
}

func TestBlindMotionSensor(t *testing.T) {
	h := newMotionHouse(t, nil)
	h.fault("0s", testMotion, `{"kind":"blind-time"}`)
	h.trigger("1s", "30s", "61s", "120s", "121s") // blind until 121s
	h.fault("150s", testMotion, `{"clear":true}`)
	h.trigger("151s")
	h.at("10m")
	if got, want := h.events(testMotion), []string{"1s motion", "2m1s motion", "2m31s motion"}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if got, want := h.changes(testMotion), []string{"1s motion", "1m1s clear", "2m1s motion", "3m31s clear"}; !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestFalseTriggers(t *testing.T) {
	live := func() (*testHouse, []string) {
		h := newMotionHouse(t, nil)
		h.fault("1h", testMotion, `{"kind":"false-trigger","for":"24h"}`)
		h.at("48h")
		return h, h.events(testMotion)
	}
	h, events := live()
	if _, again := live(); !slices.Equal(events, again) {
		t.Errorf("it is not the same again: %v and %v", events, again)
	}
	last, gaps := time.Hour, map[time.Duration]bool{}
	for _, e := range events {
		var word, at string
		if _, err := fmt.Sscan(e, &at, &word); err != nil || word != "motion" {
			t.Fatalf("event %q: %v", e, err)
		}
		now := must(time.ParseDuration(at))
		if gap := now - last; gap < falseAtLeast || gap >= falseAtMost {
			t.Errorf("%s after %s", gap, last)
		}
		gaps[now-last] = true
		last = now
	}
	// 24 h of 8 min on average are 180; at 4 min deviation each, ± 7
	if len(events) < 150 || len(events) > 210 || len(gaps) < 100 || last > 25*time.Hour {
		t.Errorf("%d events, %d different gaps, the last at %s", len(events), len(gaps), last)
	}
	h.expect("48h", testMotion, map[string]any{"state": "clear"})
	h.trigger("48h")
	h.expect("48h", testMotion, map[string]any{"state": "motion"})
}

func TestMotionSensorWithALowBattery(t *testing.T) {
	h := newMotionHouse(t, nil)
	h.fault("0s", testMotion, `{"kind":"low-battery"}`)
	h.trigger("1s", "2s", "3s", "4s")
	h.expect("4s", testMotion, map[string]any{"battery": 5.0})
	h.fault("5s", testMotion, `{"clear":true}`)
	h.expect("5s", testMotion, map[string]any{"battery": 100.0})
	h.trigger("6s", "7s")
	if got, want := h.events(testMotion), []string{"2s motion", "4s motion", "6s motion", "7s motion"}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}
