package home_test

import (
	"strings"
	"testing"

	"homebus/devices"
	"homebus/internal/mirror/home"
)

// Details are told by what attributes are, whoever has them.
func TestDetails(t *testing.T) {
	washer := &devices.Type{Attributes: []devices.Attribute{
		{Value: devices.Value{Name: "state", Kind: devices.Word}},
		{Value: devices.Value{Name: "program", Kind: devices.Word}},
		{Value: devices.Value{Name: "heat", Kind: devices.Number, Unit: "°C"}},
		{Value: devices.Value{Name: "fill", Kind: devices.Int, Unit: "%"}},
		{Value: devices.Value{Name: "progress", Kind: devices.Number}},
		{Value: devices.Value{Name: "door", Kind: devices.Bool}, Says: map[bool]string{false: "door open"}},
	}, Phases: map[string]devices.Phase{"idle": devices.Resting, "washing": devices.Working}}
	lamp, _ := devices.Lookup("dimmable-light")
	smoke, _ := devices.Lookup("smoke-sensor")
	tests := []struct {
		typ   *devices.Type
		state string
		want  string
	}{
		{nil, `{"state":"on","brightness":70,"power_w":6.3}`, "70 %, 6 W"},
		{nil, `{"state":"on","brightness":10,"target_brightness":70}`, "10 → 70 %"},
		{nil, `{"state":"on","brightness":10,"target_brightness":70,"on_brightness":70,"fading":true,"remaining_s":9}`, "10 → 70 %"},
		{lamp, `{"state":"on","brightness":70,"target_brightness":70,"on_brightness":70}`, "70 %"},
		{nil, `{"state":"off","brightness":70,"target_brightness":0}`, ""},
		{nil, `{"state":"closed","position":0}`, ""},
		{nil, `{"state":"stopped","position":40}`, "40 %"},
		{nil, `{"state":"heating","temperature_c":19.44,"target_c":21}`, "19.4 °C → 21"},
		{nil, `{"state":"heating","temperature_c":19.44,"target_c":20.5,"power_w":2000}`, "19.4 °C → 20.5, 2.00 kW"},
		{nil, `{"state":"off","temperature_c":19.44,"target_c":21}`, "19.4 °C"},
		{nil, `{"state":"open","battery":64}`, ""},
		{nil, `{"state":"open","battery":14.4,"tamper":true}`, "battery low, 14 %, tampered with"},
		{nil, `{"state":"idle","pot":false,"wet":false,"loaded":false}`, "empty, no pot"},
		{nil, `{"state":"on","power_w":0.5,"voltage_v":230,"current_a":0.1,"energy_kwh":3}`, ""},
		{nil, `{"state":"on","temperature_c":"warm","brightness":true,"battery":"low"}`, ""},
		{washer, `{"state":"idle","door":false}`, "door open"},
		{washer, `{"state":"idle","door":true}`, ""},
		{smoke, `{"state":"hushed","smoke":true,"battery":100}`, "smoke"},
		{washer, `{"state":"washing","program":"cotton","heat":40,"fill":30,"progress":0.5}`, "30 %, cotton, 40.0 °C"},
		{washer, `{"state":"idle","program":"cotton","heat":40,"fill":0,"progress":0}`, "40.0 °C"},
	}
	for _, tt := range tests {
		h := newHouseOf(t, home.Plan{Appliances: []home.PlannedAppliance{{ID: "a/b", Type: tt.typ}}})
		h.says("state/a/b", tt.state, "")
		a, _ := h.Appliance("a/b")
		if got := strings.Join(a.Details(), ", "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.state, got, tt.want)
		}
	}
}
