package sim

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"homebus/devices"
	"homebus/internal/message"
)

// wired is a house with a wire that leads forward, and one that leads back.
var wired = []devices.Spec{
	{ID: "bathroom/switch", Type: "light-switch", Config: map[string]any{"controls": "bathroom/light"}},
	{ID: "bathroom/light", Type: "dimmable-light"},
	{ID: "kitchen/toaster", Type: "toaster", Config: map[string]any{"watts": 900}},
	{ID: "hall/switch", Type: "light-switch", Config: map[string]any{"controls": "bathroom/light"}},
}

// metered is a house with nothing but its meter.
var metered = []devices.Spec{{ID: devices.HouseMeter, Type: devices.PowerMeter, Config: map[string]any{"budget_w": 3000}}}

func TestReplicate(t *testing.T) {
	tests := []struct {
		house []devices.Spec
		count int
		want  []string
	}{
		{wired, 1, []string{"bathroom-0001/switch"}},
		{wired, 2, []string{"bathroom-0001/switch controls=bathroom-0001/light", "bathroom-0001/light"}},
		{wired, 6, []string{
			"bathroom-0001/switch controls=bathroom-0001/light", "bathroom-0001/light",
			"kitchen-0001/toaster watts=900", "hall-0001/switch controls=bathroom-0001/light",
			"bathroom-0002/switch controls=bathroom-0002/light", "bathroom-0002/light",
		}},
		{wired[3:], 1, []string{"hall-0001/switch"}},
		{specs("toaster", "a/b"), 2, []string{"a-0001/b", "a-0002/b"}},
		{append(metered, wired[2]), 3, []string{"kitchen-0001/toaster watts=900", "kitchen-0002/toaster watts=900", "house/power budget_w=3000"}},
		{append(metered, wired[2]), 1, []string{"kitchen-0001/toaster watts=900"}},
		{append(homeMode, wired[2]), 2, []string{"kitchen-0001/toaster watts=900", "kitchen-0002/toaster watts=900"}},
		{specs("toaster", "a-0001/b", "a/b"), 2, []string{"a-0001-0001/b", "a-0001/b"}},
	}
	for _, tt := range tests {
		got, err := Replicate(tt.house, tt.count)
		if err != nil {
			t.Errorf("%d: %v", tt.count, err)
			continue
		}
		var lines []string
		for _, spec := range got {
			lines = append(lines, inWords(spec))
		}
		if !slices.Equal(lines, tt.want) {
			t.Errorf("%d of %d:\n got %q\nwant %q", tt.count, len(tt.house), lines, tt.want)
		}
	}
	if got := inWords(wired[0]); got != "bathroom/switch controls=bathroom/light" {
		t.Errorf("the house itself has become %q", got)
	}
}

// inWords is an appliance on a line.
func inWords(spec devices.Spec) string {
	line := spec.ID
	for _, key := range slices.Sorted(maps.Keys(spec.Config)) {
		line += fmt.Sprintf(" %s=%v", key, spec.Config[key])
	}
	return line
}

func TestTheNumberOfACopyHasAsManyDigitsAsItNeeds(t *testing.T) {
	for count, last := range map[int]string{
		9_999:    "a-9999/b",
		10_000:   "a-10000/b",
		MaxCount: "a-100000/b",
	} {
		got, err := Replicate(specs("toaster", "a/b"), count)
		if err != nil || len(got) != count || got[count-1].ID != last || len(got[0].ID) != len(last) {
			t.Errorf("%d: %d appliances from %s to %s, %v", count, len(got), got[0].ID, got[len(got)-1].ID, err)
		}
	}
}

func TestAReplicatedHouseCanBeBuilt(t *testing.T) {
	for _, count := range []int{1, 5, 4999} {
		got, err := Replicate(wired, count)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := devices.NewFleet(got, time.Now(), devices.Options{IDs: message.Random{}}); err != nil {
			t.Errorf("%d: %v", count, err)
		}
	}
}

func TestReplicateRefuses(t *testing.T) {
	tests := []struct {
		house []devices.Spec
		count int
		want  string
	}{
		{wired, 0, "0 appliances; want 1 to 100000"},
		{wired, -3, "-3 appliances; want 1 to 100000"},
		{wired, MaxCount + 1, "100001 appliances; want 1 to 100000"},
		{nil, 7, "no appliances to make 7 of"},
	}
	for _, tt := range tests {
		if _, err := Replicate(tt.house, tt.count); err == nil || err.Error() != tt.want {
			t.Errorf("%d of %d: %v, want %s", tt.count, len(tt.house), err, tt.want)
		}
	}
}

func TestCutWires(t *testing.T) {
	got := CutWires(wired[2:])
	want := []string{"kitchen/toaster watts=900", "hall/switch"}
	for i, spec := range got {
		if inWords(spec) != want[i] {
			t.Errorf("%q, want %q", inWords(spec), want[i])
		}
	}
	if inWords(wired[3]) != "hall/switch controls=bathroom/light" {
		t.Error("the house itself has lost a wire")
	}
}
