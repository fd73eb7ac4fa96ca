package mirror

import (
	"testing"

	"homebus/devices"
)

func TestSteps(t *testing.T) {
	tests := []struct {
		declared devices.Value
		start    any
		up       int // steps up; negative down
		want     any
	}{
		{devices.Value{Kind: devices.Number, Unit: "°C", Min: 5, Max: 30}, 20.4, 1, 21.0},
		{devices.Value{Kind: devices.Number, Unit: "°C", Min: 5, Max: 30}, 20.4, -1, 20.0},
		{devices.Value{Kind: devices.Number, Unit: "°C", Min: 5, Max: 30}, 29.5, 3, 30.0},
		{devices.Value{Kind: devices.Number, Max: 4}, 0.2, 2, 0.6},
		{devices.Value{Kind: devices.Number}, 3.5, 1, 4.0},
		{devices.Value{Kind: devices.Int, Unit: "%", Max: 100}, 42, 1, 45},
		{devices.Value{Kind: devices.Int, Unit: "%", Max: 100}, 42, -1, 40},
		{devices.Value{Kind: devices.Int, Min: 1, Max: 1250}, 1, 1, 50},
		{devices.Value{Kind: devices.Int, Min: 1, Max: 1250}, 50, -1, 1},
		{devices.Value{Kind: devices.Int, Min: 1, Max: 6}, 5, 3, 6},
		{devices.Value{Kind: devices.Int, Min: 1, Max: 6}, nil, 1, 1},
		{devices.Value{Kind: devices.Word, Values: []string{"a", "b", "c"}}, "a", -1, "c"},
		{devices.Value{Kind: devices.Word, Values: []string{"a", "b", "c"}}, nil, 1, "a"},
		{devices.Value{Kind: devices.Bool}, true, 1, false},
		{devices.Value{Kind: devices.Duration, Max: 24 * 3600}, "1h", 1, "2h"},
		{devices.Value{Kind: devices.Duration, Max: 60}, "1m", 1, "1m"},
		{devices.Value{Kind: devices.Duration, Min: 15, Max: 60}, nil, 1, "20s"},
		{devices.Value{Kind: devices.Duration, Min: 25, Max: 26}, nil, 1, "25s"},
	}
	for _, tt := range tests {
		p := param{Value: &tt.declared, value: tt.start}
		for range max(tt.up, -tt.up) {
			p.value = stepped(&p, tt.up/max(tt.up, -tt.up))
		}
		if p.value != tt.want {
			t.Errorf("%+v from %v by %d: %v, want %v", tt.declared, tt.start, tt.up, p.value, tt.want)
		}
	}
}
