package devices

import (
	"slices"
	"testing"
	"time"
)

const testDoor = "hall/door"

func newDoorHouse(t *testing.T, config map[string]any) *testHouse {
	t.Helper()
	return newTestHouse(t, Spec{ID: testDoor, Type: "contact-sensor", Config: config})
}

func TestContactSensorFollowsItsDoor(t *testing.T) {
	h := newDoorHouse(t, nil)
	h.expect("0s", testDoor, map[string]any{"state": "closed", "tamper": false, "battery": 100.0})
	h.done("1s", testDoor, `{"do":"close"}`) // it is
	h.done("2s", testDoor, `{"do":"open"}`)
	h.done("3s", testDoor, `{"do":"open"}`)
	h.done("4s", testDoor, `{"do":"close"}`)
	h.note(must(h.fleet.Give(h.at("5s"), testDoor, map[string]any{"state": "open"})))
	h.done("6s", testDoor, `{"do":"close"}`)
	if got, want := h.changes(testDoor), []string{"2s open", "4s closed", "5s open", "6s closed"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := len(h.states(testDoor)); got != 5 {
		t.Errorf("%d reports, want one a change", got)
	}
}

func TestContactThatBounces(t *testing.T) {
	h := newDoorHouse(t, nil)
	h.fault("0s", testDoor, `{"kind":"bounce"}`)
	how := map[int]bool{} // how many reports a change led to
	for i := range 40 {
		at, said := time.Duration(i+1)*time.Second, len(h.states(testDoor))
		do, want := `{"do":"open"}`, "open"
		if i%2 == 1 {
			do, want = `{"do":"close"}`, "closed"
		}
		h.done(at.String(), testDoor, do)
		h.at((at + 900*time.Millisecond).String())
		reports := h.states(testDoor)[said:]
		how[len(reports)] = true
		for j, r := range reports {
			if right := j%2 == 0; (r.state["state"] == want) != right || r.at != at+time.Duration(j)*contactBounce {
				t.Fatalf("report %d of %d at %s, %s after it is %s: %v", j, len(reports), r.at, r.at-at, want, r.state["state"])
			}
		}
	}
	if len(how) != 3 || !how[3] || !how[5] || !how[7] {
		t.Errorf("so many reports at a change: %v; want 3, 5 or 7", how)
	}
	h.fault("50s", testDoor, `{"clear":true}`)
	said := len(h.states(testDoor))
	h.done("51s", testDoor, `{"do":"open"}`)
	h.at("52s")
	if got := h.states(testDoor)[said:]; len(got) != 1 || got[0].state["state"] != "open" {
		t.Errorf("mended it says %v", got)
	}
}

// Whatever happens while it bounces, in the end it is as the door is.
func TestADoorThatIsMovedWhileItsContactBounces(t *testing.T) {
	for _, at := range []string{"1.001s", "1.005s", "1.007s", "1.011s", "1.02s", "1.03s"} {
		for name, do := range map[string]func(h *testHouse){
			"closed": func(h *testHouse) { h.done(at, testDoor, `{"do":"close"}`) },
			"open":   func(h *testHouse) { h.fault(at, testDoor, `{"clear":true}`) },
		} {
			h := newDoorHouse(t, nil)
			h.fault("0s", testDoor, `{"kind":"bounce"}`)
			h.done("1s", testDoor, `{"do":"open"}`)
			do(h)
			h.expect("2s", testDoor, map[string]any{"state": name})
		}
	}
}

func TestContactThatMisses(t *testing.T) {
	h := newDoorHouse(t, nil)
	h.fault("0s", testDoor, `{"kind":"missed"}`)
	for _, step := range []struct{ at, do, want string }{
		{"1s", "open", "closed"}, // missed
		{"2s", "close", "closed"},
		{"3s", "open", "open"},
		{"4s", "close", "open"}, // missed
		{"5s", "open", "open"},
		{"6s", "close", "closed"},
		{"7s", "open", "closed"}, // missed
	} {
		h.done(step.at, testDoor, `{"do":"`+step.do+`"}`)
		h.expect(step.at, testDoor, map[string]any{"state": step.want})
	}
	h.fault("8s", testDoor, `{"clear":true}`)
	h.expect("8s", testDoor, map[string]any{"state": "open"})
	h.done("9s", testDoor, `{"do":"close"}`)
	h.expect("9s", testDoor, map[string]any{"state": "closed"})
	h.fault("10s", testDoor, `{"kind":"missed"}`) // begins anew
	h.done("11s", testDoor, `{"do":"open"}`)
	h.expect("11s", testDoor, map[string]any{"state": "closed"})
}

// The contact comes to rest as it was noticed, though the door is elsewhere.
func TestContactThatBouncesAndMisses(t *testing.T) {
	h := newDoorHouse(t, nil)
	h.fault("0s", testDoor, `{"kind":"bounce"}`)
	h.done("1s", testDoor, `{"do":"open"}`)
	h.fault("1s", testDoor, `{"kind":"missed"}`)
	h.done("1.001s", testDoor, `{"do":"close"}`)
	h.expect("2s", testDoor, map[string]any{"state": "open"})
	h.fault("3s", testDoor, `{"clear":true}`)
	h.expect("3s", testDoor, map[string]any{"state": "closed"})
}

func TestTamperedContact(t *testing.T) {
	h := newDoorHouse(t, nil)
	h.fault("1s", testDoor, `{"kind":"tamper","for":"1m"}`)
	h.expect("1s", testDoor, map[string]any{"state": "closed", "tamper": true})
	h.done("2s", testDoor, `{"do":"open"}`)
	h.expect("2s", testDoor, map[string]any{"state": "open", "tamper": true})
	h.expect("61s", testDoor, map[string]any{"state": "open", "tamper": false})
}

func TestContactSensorWithAFlatBattery(t *testing.T) {
	h := newDoorHouse(t, map[string]any{"battery_life": "1h"})
	h.done("2h", testDoor, `{"do":"open"}`)
	h.fault("2h", testDoor, `{"kind":"missed"}`)
	h.fault("2h", testDoor, `{"clear":true}`)
	h.expect("2h", testDoor, map[string]any{"state": "closed", "battery": 0.0})
	h.done("3h", testDoor, `{"do":"change_battery"}`)
	h.expect("3h", testDoor, map[string]any{"state": "open", "battery": 100.0})
}
