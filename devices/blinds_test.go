package devices

import (
	"math"
	"testing"
	"time"
)

const testBlinds = "living/blinds"

func newTestBlinds(t *testing.T, config map[string]any) *testHouse {
	t.Helper()
	return newTestHouse(t, Spec{ID: testBlinds, Type: "blinds", Config: config})
}

// expectBlinds compares state and position.
func (h *testHouse) expectBlinds(elapsed, word string, position float64) {
	h.t.Helper()
	h.expect(elapsed, testBlinds, map[string]any{"state": word, "position": position})
}

func TestBlindsTake25Seconds(t *testing.T) {
	h := newTestBlinds(t, nil)
	h.expectBlinds("0s", "open", 100)
	h.done("1s", testBlinds, `{"do":"close"}`)
	h.expect("1s", testBlinds, map[string]any{"state": "closing", "position": 100.0, "power_w": 120.0})
	h.expectBlinds("11s", "closing", 60)
	h.expect("26s", testBlinds, map[string]any{"state": "closed", "position": 0.0, "power_w": 0.0})
	if closed := h.when(testBlinds, "closed", 0); closed != 26*time.Second {
		t.Errorf("closed at %s, want 26s", closed)
	}
	if got, want := h.number(testBlinds, "energy_wh"), 120*25.0/3600; math.Abs(got-want) > 0.001*want {
		t.Errorf("closing takes %v Wh, want %v", got, want)
	}
	h.done("30s", testBlinds, `{"do":"open"}`)
	h.expectBlinds("40s", "opening", 40)
	h.expectBlinds("55s", "open", 100)
	said := len(h.said)
	h.done("60s", testBlinds, `{"do":"open"}`)
	if len(h.said) != said+1 { // the ack
		t.Errorf("opening open blinds: %s", tell(h.said[said:]))
	}
}

func TestBlindsSayWhereTheyAreGoing(t *testing.T) {
	h := newTestBlinds(t, nil)
	h.expect("0s", testBlinds, map[string]any{"target_position": 100.0})
	h.done("1s", testBlinds, `{"do":"set","position":20}`)
	h.expect("2s", testBlinds, map[string]any{"state": "closing", "target_position": 20.0})
	h.done("11s", testBlinds, `{"do":"stop"}`)
	h.expect("11s", testBlinds, map[string]any{"position": 60.0, "target_position": 60.0})
	h.fault("12s", testBlinds, `{"kind":"position-drift"}`)
	h.done("13s", testBlinds, `{"do":"set","position":40}`) // now they count 2 % too much
	h.done("20s", testBlinds, `{"do":"set","position":50}`)
	h.expect("21s", testBlinds, map[string]any{"state": "opening", "target_position": 50.0})
	h.done("22s", testBlinds, `{"do":"close"}`)
	h.expect("23s", testBlinds, map[string]any{"state": "closing", "target_position": 0.0})
}

func TestBlindsGoToAPosition(t *testing.T) {
	h := newTestBlinds(t, map[string]any{"position": 0, "travel_time": "50s", "watts": 200.0})
	h.expectBlinds("0s", "closed", 0)
	h.done("1s", testBlinds, `{"do":"set","position":30}`)
	h.expect("2s", testBlinds, map[string]any{"state": "opening", "power_w": 200.0})
	h.expectBlinds("16s", "stopped", 30)
	h.done("20s", testBlinds, `{"do":"set","position":100}`)
	h.done("25s", testBlinds, `{"do":"set","position":35}`) // it is at 40 %
	h.expectBlinds("26s", "closing", 38)
	h.expectBlinds("27.5s", "stopped", 35)
	h.done("30s", testBlinds, `{"do":"set","position":0}`)
	h.expectBlinds("47.5s", "closed", 0)
	h.done("50s", testBlinds, `{"do":"open"}`)
	h.done("60s", testBlinds, `{"do":"stop"}`)
	h.expectBlinds("60s", "stopped", 20)
	h.done("61s", testBlinds, `{"do":"stop"}`)
	h.expectBlinds("10m", "stopped", 20)
	h.refused("10m", testBlinds, `{"do":"set","position":101}`, "position is 101; want a whole number from 0 to 100 %")
}

func TestBlindsAreGivenAState(t *testing.T) {
	h := newTestBlinds(t, nil)
	for _, tt := range []struct {
		at, key    string
		given      any
		word       string
		position   float64
		later, end string
	}{
		{"1m", "position", 40.0, "stopped", 40, "2m", "stopped"},
		{"3m", "state", "closed", "closed", 0, "4m", "closed"},
		{"5m", "state", "opening", "opening", 0, "6m", "open"},
		{"7m", "state", "stopped", "stopped", 50, "8m", "stopped"},
		{"9m", "state", "open", "open", 100, "10m", "open"},
		{"11m", "state", "closing", "closing", 100, "12m", "closed"},
	} {
		h.note(must(h.fleet.Give(h.at(tt.at), testBlinds, map[string]any{tt.key: tt.given})))
		h.expectBlinds(tt.at, tt.word, tt.position)
		h.expectState(tt.later, testBlinds, tt.end)
	}
}

func TestBlindsObstruction(t *testing.T) {
	t.Run("while they move", func(t *testing.T) {
		h := newTestBlinds(t, nil)
		h.done("0s", testBlinds, `{"do":"close"}`)
		h.fault("10s", testBlinds, `{"kind":"obstruction"}`)
		h.expect("10s", testBlinds, map[string]any{"state": "stopped", "position": 60.0, "power_w": 0.0})
		h.refused("11s", testBlinds, `{"do":"close"}`, "something is in the way; they cannot go further down")
		h.refused("11s", testBlinds, `{"do":"set","position":59}`, "something is in the way; they cannot go further down")
		h.done("12s", testBlinds, `{"do":"open"}`)
		h.expectBlinds("22s", "open", 100)
		h.done("30s", testBlinds, `{"do":"close"}`) // the thing is still there
		h.expectBlinds("1m", "stopped", 60)
		h.fault("2m", testBlinds, `{"clear":true}`)
		h.expectBlinds("3m", "stopped", 60)
		h.done("3m", testBlinds, `{"do":"close"}`)
		h.expectBlinds("3m15s", "closed", 0)
	})
	t.Run("before they move", func(t *testing.T) {
		h := newTestBlinds(t, map[string]any{"position": 0})
		h.fault("0s", testBlinds, `{"kind":"obstruction"}`)
		h.done("1s", testBlinds, `{"do":"set","position":80}`)
		h.expectBlinds("11s", "stopped", 40)
		h.refused("12s", testBlinds, `{"do":"open"}`, "something is in the way; they cannot go further up")
		h.done("12s", testBlinds, `{"do":"close"}`)
		h.expectBlinds("22s", "closed", 0)
	})
	t.Run("out of the way in time", func(t *testing.T) {
		h := newTestBlinds(t, nil)
		h.fault("0s", testBlinds, `{"kind":"obstruction","for":"5s"}`)
		h.done("0s", testBlinds, `{"do":"close"}`)
		h.expectBlinds("25s", "closed", 0)
	})
}

func TestBlindsPositionDrift(t *testing.T) {
	h := newTestBlinds(t, nil)
	h.fault("0s", testBlinds, `{"kind":"position-drift"}`)
	h.expectBlinds("0s", "open", 100)
	h.done("1s", testBlinds, `{"do":"close"}`)
	h.expectBlinds("1m", "closed", 2)
	h.done("1m", testBlinds, `{"do":"set","position":52}`) // really 50
	h.expectBlinds("2m", "stopped", 54)
	if moved := h.when(testBlinds, "stopped", time.Minute); moved != time.Minute+12500*time.Millisecond {
		t.Errorf("52 %% are reached at %s", moved)
	}
	h.done("2m", testBlinds, `{"do":"close"}`)
	h.expectBlinds("3m", "closed", 6)

	h.fault("4m", testBlinds, `{"clear":true}`)
	h.done("5m", testBlinds, `{"do":"set","position":50}`)
	h.expectBlinds("6m", "stopped", 50) // really 44
	h.done("6m", testBlinds, `{"do":"close"}`)
	h.expectBlinds("6m10s", "closing", 10)
	h.expectBlinds("7m", "closed", 0)
	if moved := h.when(testBlinds, "closed", 6*time.Minute); moved != 6*time.Minute+11*time.Second {
		t.Errorf("from 44 %% they are closed at %s", moved)
	}
	h.done("8m", testBlinds, `{"do":"set","position":50}`)
	h.done("9m", testBlinds, `{"do":"open"}`)
	h.expectBlinds("9m12.5s", "open", 100)
}

func TestBlindsDriftIsBounded(t *testing.T) {
	h := newTestBlinds(t, nil)
	h.fault("0s", testBlinds, `{"kind":"position-drift"}`)
	for i := range 20 {
		h.done((time.Duration(i) * time.Minute).String(), testBlinds, []string{`{"do":"close"}`, `{"do":"open"}`}[i%2])
	}
	h.done("30m", testBlinds, `{"do":"close"}`)
	h.expectBlinds("31m", "closed", 20)
	h.fault("32m", testBlinds, `{"clear":true}`)
	h.done("32m", testBlinds, `{"do":"close"}`) // there already, and knows it
	h.expectBlinds("32m", "closed", 0)
}
