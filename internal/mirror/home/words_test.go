package home

import (
	"maps"
	"testing"

	"homebus/devices"
)

type phases = map[string]devices.Phase

func TestCommonWords(t *testing.T) {
	const resting, lasting, working, alarm = devices.Resting, devices.Lasting, devices.Working, devices.Alarm
	tests := []struct {
		name  string
		types []phases
		want  phases
	}{
		{"nobody says anything", nil, phases{}},
		{"one says it", []phases{{"on": lasting}}, phases{"on": lasting}},
		{"all others are no word", []phases{{"": resting}}, phases{}},
		{"most count", []phases{{"idle": lasting}, {"idle": resting}, {"idle": lasting}}, phases{"idle": lasting}},
		{"of two what matters less", []phases{{"test": alarm}, {"test": working}}, phases{"test": working}},
		{"of two, the other way round", []phases{{"test": working}, {"test": alarm}}, phases{"test": working}},
		{"of three, each another", []phases{{"x": alarm}, {"x": lasting}, {"x": working}}, phases{"x": lasting}},
		{"a type knows better", []phases{{"ready": resting}}, phases{"ready": resting}},
	}
	for _, tt := range tests {
		var types []*devices.Type
		for _, p := range tt.types {
			types = append(types, &devices.Type{Phases: p})
		}
		want := phases{"alarm": devices.Alarm, "ready": devices.Ready}
		maps.Copy(want, tt.want)
		if got := commonWords(types); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", tt.name, got, want)
		}
	}
}

// What the mirror says of an appliance is what its type declares.
func TestEveryWordOfEveryType(t *testing.T) {
	for _, typ := range devices.Types() {
		state, ok := typ.Attribute("state")
		if !ok {
			t.Errorf("%s has no word", typ.Name)
			continue
		}
		for _, word := range state.Values {
			meaning, ok := typ.Phases[word]
			if !ok {
				meaning = typ.Phases[""]
			}
			a := &Appliance{Type: typ, Known: true, Fresh: true, attrs: attributes{{"state", word}}}
			a.judge()
			if meaning == unknownWord || a.Phase() != phaseOf[meaning] {
				t.Errorf("%s %s: phase %d, declared %d", typ.Name, word, a.Phase(), meaning)
			}
			if (a.Phase() == PhaseAlarm) != (a.Cry() != "") {
				t.Errorf("%s %s: phase %d cries %q", typ.Name, word, a.Phase(), a.Cry())
			}
			if a.Take() != "" && a.Phase() != PhaseReady {
				t.Errorf("%s %s: take %q", typ.Name, word, a.Take())
			}
		}
	}
}

// A stranger is judged by his words, and by what he reports besides.
func TestPhasesOfStrangers(t *testing.T) {
	tests := []struct {
		attrs map[string]any
		want  Phase
	}{
		{map[string]any{"state": "off"}, PhaseResting},
		{map[string]any{"state": "idle"}, PhaseResting},
		{map[string]any{"state": "on"}, PhaseOn},
		{map[string]any{"state": "on", "fading": true}, PhaseWorking},
		{map[string]any{"state": "on", "remaining_s": 30.0}, PhaseWorking},
		{map[string]any{"state": "brewing"}, PhaseWorking},
		{map[string]any{"state": "ready"}, PhaseReady},
		{map[string]any{"state": "tripped"}, PhaseAlarm},
		{map[string]any{"state": "alarm"}, PhaseAlarm},
		{map[string]any{"state": "purring"}, PhaseOn},
		{map[string]any{"temperature_c": 20.0}, PhaseResting},
	}
	for _, tt := range tests {
		a := &Appliance{Known: true, attrs: attributesOf(tt.attrs)}
		if a.judge(); a.Phase() != tt.want {
			t.Errorf("%v: phase %d, want %d", tt.attrs, a.Phase(), tt.want)
		}
	}
}
