package devices

import (
	"math"
	"testing"
	"time"
)

const testLock = "hall/lock"

func newTestLock(t *testing.T, config map[string]any) *testHouse {
	t.Helper()
	return newTestHouse(t, Spec{ID: testLock, Type: "lock", Config: config})
}

func (h *testHouse) expectState(elapsed, id, word string) {
	h.t.Helper()
	h.expect(elapsed, id, map[string]any{"state": word})
}

func TestLockTakesTwoAndAHalfSeconds(t *testing.T) {
	h := newTestLock(t, nil)
	h.expect("0s", testLock, map[string]any{"state": "locked", "door": "closed", "battery": 100.0})
	h.done("1s", testLock, `{"do":"unlock"}`)
	h.expectState("1s", testLock, "unlocking")
	h.done("10s", testLock, `{"do":"lock"}`)
	h.expectState("10s", testLock, "locking")
	h.at("20s")
	if unlocked, locked := h.when(testLock, "unlocked", 0), h.when(testLock, "locked", time.Second); unlocked != 3500*time.Millisecond || locked != 12500*time.Millisecond {
		t.Errorf("unlocked at %s, locked at %s", unlocked, locked)
	}
	reports := len(h.said)
	h.done("30s", testLock, `{"do":"lock"}`)
	if len(h.said) != reports+1 { // the ack
		t.Errorf("locking a locked door: %s", tell(h.said[reports:]))
	}
}

func TestLockIsConfigured(t *testing.T) {
	h := newTestLock(t, map[string]any{"locked": false, "travel_time": "4s"})
	h.expectState("0s", testLock, "unlocked")
	h.done("1s", testLock, `{"do":"lock"}`)
	h.expectState("4.9s", testLock, "locking")
	h.expectState("5s", testLock, "locked")
}

// A bolt that is turned round has the way back that it has come.
func TestLockTurnsRound(t *testing.T) {
	h := newTestLock(t, nil)
	h.done("1s", testLock, `{"do":"unlock"}`)
	h.done("2s", testLock, `{"do":"lock"}`)
	h.expectState("2.9s", testLock, "locking")
	h.expectState("3s", testLock, "locked")
}

func TestLockIsGivenAState(t *testing.T) {
	h := newTestLock(t, nil)
	for _, tt := range []struct{ at, given, later, word string }{
		{"1s", "unlocked", "1m", "unlocked"},
		{"2m", "locking", "3m", "locked"},
		{"4m", "jammed", "5m", "jammed"},
		{"6m", "unlocking", "7m", "unlocked"},
		{"8m", "locked", "9m", "locked"},
	} {
		h.at(tt.at)
		h.note(must(h.fleet.Give(start.Add(must(time.ParseDuration(tt.at))), testLock, map[string]any{"state": tt.given})))
		h.expectState(tt.at, testLock, tt.given)
		h.expectState(tt.later, testLock, tt.word)
	}
}

func TestLockJam(t *testing.T) {
	t.Run("told again when it is free", func(t *testing.T) {
		h := newTestLock(t, nil)
		h.fault("0s", testLock, `{"kind":"jam"}`)
		h.done("1s", testLock, `{"do":"unlock"}`)
		h.expectState("2.2s", testLock, "unlocking")
		h.expectState("2.25s", testLock, "jammed")
		h.refused("3s", testLock, `{"do":"unlock"}`, "the bolt is jammed")
		h.fault("4s", testLock, `{"clear":true}`)
		h.expectState("5s", testLock, "jammed")
		h.done("5s", testLock, `{"do":"unlock"}`)
		h.expectState("6.24s", testLock, "unlocking")
		h.expectState("6.25s", testLock, "unlocked")
	})
	t.Run("turned back", func(t *testing.T) {
		h := newTestLock(t, map[string]any{"locked": false})
		h.fault("0s", testLock, `{"kind":"jam"}`)
		h.done("1s", testLock, `{"do":"lock"}`)
		h.expectState("3s", testLock, "jammed")
		h.done("3s", testLock, `{"do":"unlock"}`)
		h.expectState("4.25s", testLock, "unlocked")
		h.done("5s", testLock, `{"do":"lock"}`)
		h.expectState("6.25s", testLock, "jammed")
	})
	t.Run("while it moves", func(t *testing.T) {
		h := newTestLock(t, nil)
		h.done("1s", testLock, `{"do":"unlock"}`)
		h.fault("2s", testLock, `{"kind":"jam"}`) // before the middle
		h.expectState("2.25s", testLock, "jammed")
		h.fault("3s", testLock, `{"clear":true}`)
		h.done("3s", testLock, `{"do":"lock"}`)
		h.done("10s", testLock, `{"do":"unlock"}`)
		h.fault("11.5s", testLock, `{"kind":"jam"}`) // past the middle
		h.expectState("12.5s", testLock, "unlocked")
	})
	t.Run("free before it gets there", func(t *testing.T) {
		h := newTestLock(t, nil)
		h.fault("0s", testLock, `{"kind":"jam","for":"2s"}`)
		h.done("1s", testLock, `{"do":"unlock"}`)
		h.expectState("3.5s", testLock, "unlocked")
	})
}

func TestLockDoorAjar(t *testing.T) {
	h := newTestLock(t, map[string]any{"locked": false})
	h.fault("0s", testLock, `{"kind":"door-ajar"}`)
	h.expect("0s", testLock, map[string]any{"state": "unlocked", "door": "ajar"})
	h.refused("1s", testLock, `{"do":"lock"}`, "the door is ajar; close it first")
	h.done("1s", testLock, `{"do":"unlock"}`)
	h.fault("2s", testLock, `{"clear":true}`)
	h.expect("2s", testLock, map[string]any{"door": "closed"})
	h.done("3s", testLock, `{"do":"lock"}`)
	h.fault("4s", testLock, `{"kind":"door-ajar"}`)
	h.expect("4s", testLock, map[string]any{"state": "unlocking", "door": "ajar"})
	h.expectState("5s", testLock, "unlocked")

	h.fault("6s", testLock, `{"clear":true}`)
	h.done("6s", testLock, `{"do":"lock"}`)
	h.fault("10s", testLock, `{"kind":"door-ajar"}`)
	h.expect("10s", testLock, map[string]any{"state": "locked", "door": "ajar"})
	h.done("11s", testLock, `{"do":"unlock"}`)
	h.expectState("14s", testLock, "unlocked")
}

func TestLockBattery(t *testing.T) {
	h := newTestLock(t, map[string]any{"battery_life": "100h"})
	h.expect("30m", testLock, map[string]any{"battery": 100.0})
	h.expect("1h", testLock, map[string]any{"battery": 99.0})
	if reports := len(h.states(testLock)); reports != 2 {
		t.Errorf("%d reports in the first hour, want one and one of 1 %%", reports)
	}
	h.expect("101h", testLock, map[string]any{"battery": 0.0})
	reports := len(h.said)
	h.refused("200h", testLock, `{"do":"unlock"}`, "the battery is flat; change it")
	h.done("200h", testLock, `{"do":"lock"}`) // it is
	if len(h.said) != reports+2 {
		t.Errorf("a flat battery has things to say: %s", tell(h.said[reports:]))
	}
	h.done("200h", testLock, `{"do":"change_battery"}`)
	h.expect("200h", testLock, map[string]any{"battery": 100.0})
	h.done("200h", testLock, `{"do":"unlock"}`)
}

func TestEachMotionOfALockTakesCharge(t *testing.T) {
	h := newTestLock(t, map[string]any{"battery_life": "87600h"})
	for range 1000 {
		h.done("0s", testLock, `{"do":"unlock"}`)
		h.done("0s", testLock, `{"do":"lock"}`)
	}
	if got := h.fleet.order[0].model.(*lockModel).battery.charge().at(start); math.Abs(got-90) > 1e-6 {
		t.Errorf("2000 motions leave %v %%, want 90", got)
	}
}

func TestLockLowBattery(t *testing.T) {
	h := newTestLock(t, nil)
	h.fault("1s", testLock, `{"kind":"low-battery"}`)
	h.expect("1s", testLock, map[string]any{"state": "locked", "battery": 5.0})
	h.done("2s", testLock, `{"do":"unlock"}`)
	h.expectState("5s", testLock, "unlocked")
	h.fault("6s", testLock, `{"clear":true}`)
	h.expect("6s", testLock, map[string]any{"battery": 100.0})
}
