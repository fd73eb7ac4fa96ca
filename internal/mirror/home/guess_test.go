package home

import (
	"testing"

	"homebus/devices"
)

func word(values ...string) devices.Attribute {
	return devices.Attribute{Value: devices.Value{Name: "state", Kind: devices.Word, Values: values}}
}

func percent(name string) devices.Attribute {
	return devices.Attribute{Value: devices.Value{Name: name, Kind: devices.Int, Max: 100}}
}

// Types that look alike, as sensors do.
var (
	motion = &devices.Type{Name: "motion", Attributes: []devices.Attribute{word("clear", "motion"), percent("battery")}}
	leak   = &devices.Type{Name: "leak", Attributes: []devices.Attribute{word("ok", "alarm"), percent("battery")}}
	smoke  = &devices.Type{Name: "smoke", Attributes: []devices.Attribute{word("ok", "alarm", "test"), percent("battery")}}
	lamp   = &devices.Type{Name: "lamp", Attributes: []devices.Attribute{word("off", "on"), percent("brightness")}}
	mode   = &devices.Type{Name: "mode", Attributes: []devices.Attribute{word()}}
)

func TestTypeOf(t *testing.T) {
	types := []*devices.Type{motion, leak, smoke, lamp, mode}
	tests := []struct {
		name  string
		attrs map[string]any
		want  *devices.Type
	}{
		{"all of one", map[string]any{"state": "clear", "battery": 80.0}, motion},
		{"a word that only one has", map[string]any{"state": "test", "battery": 80.0}, smoke},
		{"two look alike", map[string]any{"state": "ok", "battery": 80.0}, nil},
		{"not all of it", map[string]any{"state": "on"}, nil},
		{"more than that", map[string]any{"state": "on", "brightness": 5.0, "battery": 5.0}, nil},
		{"another attribute", map[string]any{"state": "on", "battery": 5.0}, nil},
		{"out of range", map[string]any{"state": "on", "brightness": 101.0}, nil},
		{"another kind", map[string]any{"state": "on", "brightness": "much"}, nil},
		{"no word", map[string]any{"brightness": 5.0}, nil},
		{"words that each house has its own of", map[string]any{"state": "home"}, nil},
		{"nothing", nil, nil},
	}
	for _, tt := range tests {
		if got := typeOf(types, attributesOf(tt.attrs)); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Who turns out to be another thing than was guessed is not guessed again.
func TestWrongGuess(t *testing.T) {
	report := func(a *Appliance, state string, watts float64) {
		attrs := attributesOf(map[string]any{"state": state, "power_w": watts, "energy_wh": 0.0})
		a.guess(attrs)
		a.attrs, a.Known = attrs, true
	}
	var a Appliance
	if report(&a, "off", 0); a.Type == nil {
		t.Fatal("what looks like an appliance of a type is not taken for one")
	}
	guessed := a.Type
	if report(&a, "off", 0); a.Type != guessed {
		t.Errorf("the same report again is taken for %v", a.Type)
	}
	for range 2 {
		if report(&a, "on", 2000); a.Type != nil {
			t.Errorf("2000 W are taken for a %s", a.Type.Name)
		}
		if report(&a, "off", 0); a.Type != nil {
			t.Errorf("who was none is taken for a %s again", a.Type.Name)
		}
	}
}

// A plan is no guess: who reports otherwise is what the plan says.
func TestPlannedTypeStays(t *testing.T) {
	a := Appliance{Type: lamp, planned: true}
	if a.guess(attributesOf(map[string]any{"state": "clear", "battery": 80.0})); a.Type != lamp {
		t.Errorf("taken for %v", a.Type)
	}
}

// Every type whose words are its own is known by what it reports, unless it looks
// like another.
func TestEveryTypeIsGuessed(t *testing.T) {
	for _, typ := range devices.Types() {
		var attrs attributes
		for i := range typ.Attributes {
			attrs = append(attrs, attribute{typ.Attributes[i].Name, anyValue(&typ.Attributes[i])})
		}
		alike := 0
		for _, other := range devices.Types() {
			if declares(other, attrs) {
				alike++
			}
		}
		switch got := typeOf(devices.Types(), attrs); {
		case alike == 1 && got != typ, alike != 1 && got != nil:
			t.Errorf("%v of a %s, which %d types declare, are taken for %v", attrs, typ.Name, alike, got)
		case alike == 0 && !typ.InHub:
			t.Errorf("%v of a %s are no state of it", attrs, typ.Name)
		}
	}
}

func anyValue(attr *devices.Attribute) any {
	switch attr.Kind {
	case devices.Bool:
		return false
	case devices.Word:
		if len(attr.Values) == 0 {
			return "home"
		}
		return attr.Values[0]
	}
	return attr.Min
}
