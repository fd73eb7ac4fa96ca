package home

import (
	"testing"

	"homebus/devices"
)

// aimType sets what it is in every way that a declaration has.
var aimType = &devices.Type{Attributes: []devices.Attribute{
	{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"off", "on", "tripped"}},
		Setters: []devices.Setter{{Action: "on", When: "on"}, {Action: "off", When: "off"}, {Action: "choose", Param: "word"}}},
	{Value: devices.Value{Name: "target_c", Kind: devices.Number, Min: 5, Max: 30},
		Setters: []devices.Setter{{Action: "set", Param: "target"}, {Action: "on", Param: "target"}}},
	{Value: devices.Value{Name: "loaded", Kind: devices.Bool}, Setters: []devices.Setter{{Action: "load", When: true}}},
}}

func TestAim(t *testing.T) {
	tests := []struct {
		word, do string
		params   map[string]any
		want     Aim
	}{
		{"off", "on", nil, Aim{Wants: "on"}},
		{"off", "toggle", nil, Aim{Wants: "on"}},
		{"on", "toggle", nil, Aim{Wants: "off"}},
		{"tripped", "toggle", nil, Aim{}},
		{"off", "choose", map[string]any{"word": "tripped"}, Aim{Wants: "tripped"}},
		{"off", "choose", map[string]any{"word": "\x1b[31m"}, Aim{}},
		{"off", "choose", nil, Aim{}},
		{"off", "set", map[string]any{"target": 21.0}, Aim{Sets: "target_c", To: 21.0}},
		{"off", "set", map[string]any{"target": 99.0}, Aim{}},
		{"off", "on", map[string]any{"target": 21.0}, Aim{Wants: "on", Sets: "target_c", To: 21.0}},
		{"off", "load", nil, Aim{Sets: "loaded", To: true}},
		{"off", "fly", nil, Aim{}},
	}
	for _, tt := range tests {
		a := &Appliance{Type: aimType, attrs: attributes{{"state", tt.word}}}
		if got := a.aim(tt.do, tt.params); got != tt.want {
			t.Errorf("%s, %s %v: %+v, want %+v", tt.word, tt.do, tt.params, got, tt.want)
		}
	}
	if got := (&Appliance{}).aim("on", nil); got != (Aim{}) {
		t.Errorf("of no known type: %+v", got)
	}
}
