package home_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/mirror/home"
	"homebus/topics"
)

// draws lets an appliance report its power and what it has counted.
func (h *house) draws(id string, watts, wh float64) {
	h.says(topics.Of(topics.KindState, id), fmt.Sprintf(`{"state":"on","power_w":%g,"energy_wh":%g}`, watts, wh), "")
}

// plug is draws for a plug, which counts in kWh.
func (h *house) plug(id string, watts, kwh float64) {
	h.says(topics.Of(topics.KindState, id), fmt.Sprintf(`{"state":"on","power_w":%g,"energy_kwh":%g}`, watts, kwh), "")
}

func (h *house) meter(state string, watts, today float64) {
	h.says(topics.Of(topics.KindState, devices.HouseMeter),
		fmt.Sprintf(`{"state":%q,"power_w":%g,"energy_today_kwh":%g,"energy_kwh":99}`, state, watts, today), "")
}

func (h *house) wantsPower(when string, watts, wh float64) {
	h.t.Helper()
	if math.Abs(h.Power.Watts-watts) > 1e-9 || math.Abs(h.Power.TodayWh-wh) > 1e-6 {
		h.t.Errorf("%s: %v W, %v Wh; want %v and %v", when, h.Power.Watts, h.Power.TodayWh, watts, wh)
	}
}

func TestPlugsCountOnce(t *testing.T) {
	h := pluggedHouse(t)
	h.draws("kitchen/toaster", 900, 30)
	h.wantsPower("the toaster alone", 900, 0) // its plug counts for it, once it speaks
	h.plug("kitchen/plug", 901, 0.031)
	h.draws("hall/lamp", 9, 4)
	h.wantsPower("the plug has said", 910, 35)
	h.says("online/kitchen/plug", `{"online":false}`, "")
	h.wantsPower("the plug is offline", 909, 35)
	h.draws("kitchen/toaster", 900, 60)
	h.says("online/kitchen/plug", `{"online":true}`, "")
	h.plug("kitchen/plug", 901, 0.061)
	h.wantsPower("the plug is back", 910, 65)
	h.plug("kitchen/plug", 901, 0)
	h.plug("kitchen/plug", 901, 0.005)
	h.wantsPower("its counter was reset", 910, 70)
}

func TestMeterOfTheHouse(t *testing.T) {
	h := pluggedHouse(t)
	h.says(topics.Of(topics.KindOnline, devices.HouseMeter), `{"online":true}`, "")
	if len(h.Appliances()) != 5 {
		t.Fatalf("the meter stands in a room: %d appliances", len(h.Appliances()))
	}
	h.draws("kitchen/toaster", 900, 30)
	h.plug("kitchen/plug", 901, 0.031)
	h.draws("hall/lamp", 9, 4)
	h.wantsPower("no meter", 910, 35)
	h.meter("ok", 912.5, 1.25)
	h.wantsPower("the meter", 912.5, 1250)
	h.draws("hall/aquarium", 35, 100)
	h.wantsPower("the meter and a script", 947.5, 1350)
	h.draws("hall/lamp", 5, 6)
	h.wantsPower("the meter has not told yet", 947.5, 1350)

	h.says(topics.Of(topics.KindOnline, devices.HouseMeter), `{"online":false}`, "")
	h.wantsPower("the meter is offline", 901+5+35, 1350+2) // what the meter knew, and what was used since
	h.draws("hall/lamp", 5, 8)
	h.wantsPower("the lamp goes on", 901+5+35, 1350+4)
	h.says(topics.Of(topics.KindOnline, devices.HouseMeter), `{"online":true}`, "")
	h.meter("ok", 907, 1.254)
	h.wantsPower("the meter is back", 907+35, 1354)
	if got := h.happened(); !strings.Contains(got, "offline: house power\nback: house power") {
		t.Errorf("the stream says %q", got)
	}
}

// Whatever the meter said is old when the bus was lost.
func TestMeterIsOldAfterARestart(t *testing.T) {
	h := pluggedHouse(t)
	h.meter("over", 5000, 1)
	h.Connection(h.at(), link.Status{Up: true, Boot: "2"})
	h.draws("hall/lamp", 9, 4)
	h.wantsPower("the hub was restarted", 9, 1004)
	if got := h.answer(); strings.Contains(got, "Too much power") {
		t.Errorf("an old alarm is told: %q", got)
	}
}

func TestMeterAtMidnight(t *testing.T) {
	h := pluggedHouse(t)
	h.draws("hall/lamp", 9, 100)
	h.meter("ok", 9, 5)
	h.pass(16*time.Hour + 30*time.Minute)
	h.meter("ok", 9, 0)
	h.draws("hall/lamp", 9, 101)
	h.wantsPower("after midnight", 9, 0)
	h.says(topics.Of(topics.KindOnline, devices.HouseMeter), `{"online":false}`, "")
	h.wantsPower("after midnight, without the meter", 9, 1)
}

// Without a plan all that reports may be on the meter, and so nothing is added.
func TestMeterWithoutAPlan(t *testing.T) {
	h := newHouseOf(t, home.Plan{})
	h.draws("hall/lamp", 9, 4)
	h.wantsPower("no meter", 9, 4)
	h.meter("ok", 12, 0.5)
	h.wantsPower("the meter", 12, 500)
	h.says(topics.Of(topics.KindOnline, devices.HouseMeter), `{"online":false}`, "")
	h.draws("hall/lamp", 9, 5)
	h.wantsPower("the meter is offline", 9, 501)
}

func TestTooMuchPower(t *testing.T) {
	h := pluggedHouse(t)
	h.meter("ok", 900, 1)
	h.says("state/kitchen/toaster", `{"state":"popped"}`, "")
	h.meter("over", 4200, 1)
	if got, want := h.answer(), "Too much power: 4.20 kW! Toast is ready."; got != want {
		t.Errorf("over the budget: %q, want %q", got, want)
	}
	h.meter("ok", 900, 1)
	if got, want := h.answer(), "Toast is ready."; got != want {
		t.Errorf("within it again: %q, want %q", got, want)
	}
	if got := h.happened(); !strings.Contains(got, "house power over") {
		t.Errorf("the stream says %q", got)
	}
}
