package devices

import "testing"

const testMode = "home/mode"

func homeMode() Spec {
	return Spec{ID: testMode, Type: "mode", Config: map[string]any{"values": []any{"home", "away", "night"}}}
}

func TestAModeIsChosenByName(t *testing.T) {
	h := newTestHouse(t, homeMode())
	h.expect("0s", testMode, map[string]any{"state": "home"})
	h.done("1s", testMode, `{"do":"set","value":"away"}`)
	h.expect("1s", testMode, map[string]any{"state": "away"})
	h.refused("2s", testMode, `{"do":"set","value":"awya"}`, `value is "awya"; want one of home, away, night`)
	h.refused("2s", testMode, `{"do":"set"}`, `value is missing; want one of home, away, night`)
	h.refused("2s", testMode, `{"do":"on"}`, `a mode cannot "on"; it knows set`)
	h.expect("2s", testMode, map[string]any{"state": "away"})
	if n := len(h.states(testMode)); n != 2 {
		t.Errorf("%d reports, want 2: what changes nothing is not told", n)
	}
}

// What the hub keeps is no thing that could fail: it says so in its own name.
func TestAModeHasNoFaults(t *testing.T) {
	h := newTestHouse(t, homeMode())
	for _, payload := range []string{`{"kind":"offline"}`, `{"clear":true}`, `{"kind":"jam","for":"2m"}`, `nonsense`, ``} {
		outs := h.fault("1s", testMode, payload)
		if a := h.acked(outs); a.OK || a.Error != "home/mode lives in the hub; it has no faults" {
			t.Errorf("%s: %+v", payload, a)
		}
		if len(outs) != 1 || outs[0].Control || outs[0].Message.Meta.From != testMode {
			t.Errorf("%s: %+v", payload, outs)
		}
	}
	if !h.fleet.Hears(testMode) {
		t.Error("it does not hear any more")
	}
}

func TestWhatTheHubKeeps(t *testing.T) {
	for spec, want := range map[string]bool{"mode": true, "toaster": false, "samovar": false} {
		if got := (Spec{ID: "a/b", Type: spec}).InHub(); got != want {
			t.Errorf("%s: %v", spec, got)
		}
	}
}
