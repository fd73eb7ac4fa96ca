package home_test

import (
	"testing"

	"homebus/devices"
	"homebus/internal/mirror/home"
	"homebus/topics"
)

func typeNamed(t *testing.T, name string) *devices.Type {
	t.Helper()
	typ, ok := devices.Lookup(name)
	if !ok {
		t.Fatalf("no type %q", name)
	}
	return typ
}

// pluggedHouse has a lamp and a toaster behind a plug, a plug that feeds nobody
// known, and a switch.
func pluggedHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOf(t, home.Plan{Appliances: []home.PlannedAppliance{
		{ID: devices.HouseMeter, Type: typeNamed(t, devices.PowerMeter)},
		{ID: "kitchen/toaster", Type: typeNamed(t, "toaster"), FedBy: "kitchen/plug"},
		{ID: "kitchen/plug", Type: typeNamed(t, "smart-plug")},
		{ID: "hall/plug", Type: typeNamed(t, "smart-plug")},
		{ID: "hall/switch", Type: typeNamed(t, "light-switch")},
		{ID: "hall/lamp", Type: typeNamed(t, "dimmable-light")},
	}})
}

func TestCalmSaysWhatLasts(t *testing.T) {
	tests := []struct {
		name string
		said map[string]string
		want string
	}{
		{"nothing", nil, "All is quiet."},
		{"a switch is up and a toaster has power", map[string]string{
			"hall/switch": `{"state":"on"}`, "kitchen/plug": `{"state":"on"}`,
		}, "All is quiet."},
		{"a plug feeds who knows what", map[string]string{"hall/plug": `{"state":"on"}`}, "Hall plug is on."},
		{"a lamp that fades is on", map[string]string{"hall/lamp": `{"state":"on","fading":true,"remaining_s":9.5}`}, "Lamp is on."},
		{"a stranger is on", map[string]string{"hall/fan": `{"state":"on"}`}, "Fan is on."},
		{"many are many", map[string]string{"hall/curtains": `{"state":"on"}`}, "Curtains are on."},
		{"glass is one", map[string]string{"hall/glass": `{"state":"on"}`}, "Glass is on."},
		{"a stranger that nobody understands", map[string]string{"hall/cat": `{"state":"purring"}`}, "All is quiet."},
		{"a stranger is at it", map[string]string{"hall/oven": `{"state":"heating"}`}, "Oven is heating."},
		{"a low battery", map[string]string{"hall/door": `{"state":"idle","battery":14}`}, "Battery low: door."},
		{"one that is not so low", map[string]string{"hall/door": `{"state":"idle","battery":15}`}, "All is quiet."},
		{"a mode of another house", map[string]string{"home/mode": `{"state":"away"}`}, "All is quiet."},
	}
	for _, tt := range tests {
		h := pluggedHouse(t)
		for _, id := range []string{"kitchen/plug", "hall/plug", "hall/switch", "hall/lamp", "kitchen/toaster"} {
			h.says(topics.Of(topics.KindState, id), `{"state":"off"}`, "")
		}
		h.says("state/kitchen/toaster", `{"state":"idle"}`, "")
		for id, state := range tt.said {
			h.says(topics.Of(topics.KindState, id), state, "")
		}
		if got := h.answer(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAlarmsComeFirst(t *testing.T) {
	h := pluggedHouse(t)
	h.says("state/kitchen/toaster", `{"state":"popped"}`, "")
	h.says("state/cellar/leak", `{"state":"alarm","probe":"wet"}`, "")
	if got, want := h.answer(), "Alarm: cellar leak! Toast is ready."; got != want {
		t.Errorf("a stranger's alarm: %q, want %q", got, want)
	}
	h.says("state/hall/plug", `{"state":"tripped"}`, "")
	if got, want := h.answer(), "Plug tripped: hall plug! Alarm: cellar leak! Toast is ready."; got != want {
		t.Errorf("a plug besides: %q, want %q", got, want)
	}
	h.says("online/cellar/leak", `{"online":false}`, "")
	if got, want := h.answer(), "Plug tripped: hall plug! Alarm: cellar leak, offline now! Toast is ready."; got != want {
		t.Errorf("whom nobody can reach: %q, want %q", got, want)
	}
}
