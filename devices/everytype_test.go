package devices

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/message"
	"homebus/topics"
)

// every is everyType, made once, for who only reads it.
var every = sync.OnceValue(everyType)

// everyType is a house with one appliance of every type, "every/toaster" and so
// on, and with what those need to be wired to.
func everyType() []Spec {
	var specs []Spec
	for _, t := range Types() {
		spec := Spec{ID: "every/" + t.Name, Type: t.Name, Config: map[string]any{}}
		for i := range t.Config {
			key := &t.Config[i]
			switch {
			case key.Kind == DeviceID:
				target := Spec{ID: "target/" + t.Name + "-" + key.Name, Type: targetOf(t, key)}
				specs = append(specs, target)
				spec.Config[key.Name] = target.ID
			case key.Required && key.Kind == Words:
				spec.Config[key.Name] = []string{"home", "away", "night"}
			case key.Required:
				panic("everyType cannot configure " + t.Name + "." + key.Name)
			}
		}
		specs = append(specs, spec)
	}
	return specs
}

// wiredTogether returns an appliance of a house with what it names, and a meter.
func wiredTogether(all []Spec, spec Spec) (some []Spec) {
	for _, other := range all {
		named := false
		for _, value := range spec.Config {
			named = named || value == any(other.ID)
		}
		if named || other.ID == spec.ID || other.Type == PowerMeter {
			some = append(some, other)
		}
	}
	return some
}

// targetOf returns a type that the key of another can name.
func targetOf(t *Type, key *Value) string {
	for _, other := range Types() {
		if other != t && key.checkTarget(other) == nil {
			return other.Name
		}
	}
	panic("no type can be what " + t.Name + "." + key.Name + " names")
}

// deed is one thing that is done to a fleet at a time.
type deed struct {
	at  time.Time
	msg message.Message
}

// drawDeeds makes up what happens in a house.
func drawDeeds(t *rapid.T, specs []Spec) []deed {
	deeds := make([]deed, rapid.IntRange(1, 25).Draw(t, "deeds"))
	now := start
	for i := range deeds {
		now = now.Add(time.Duration(rapid.OneOf(
			rapid.Int64Range(0, int64(2*time.Second)),
			rapid.Int64Range(0, int64(10*time.Minute)),
			rapid.Int64Range(0, int64(3*time.Hour)),
		).Draw(t, "wait")))
		spec := rapid.SampledFrom(specs).Draw(t, "appliance")
		typ, _ := spec.Declaration()
		kind, payload := topics.KindCommand, ""
		if rapid.IntRange(0, 3).Draw(t, "fault") == 0 {
			kind, payload = topics.KindFault, drawFault(t, typ)
		} else {
			payload = drawCommand(t, typ)
		}
		deeds[i] = deed{now, message.Message{
			Topic: topics.Of(kind, spec.ID), Payload: []byte(payload), Meta: &message.Meta{ID: fmt.Sprint("deed ", i)},
		}}
	}
	return deeds
}

// drawCommand makes up a command for an appliance of a type: mostly one that it
// knows, with parameters that are mostly right.
func drawCommand(t *rapid.T, typ *Type) string {
	if len(typ.Actions) == 0 || rapid.IntRange(0, 15).Draw(t, "nonsense") == 0 {
		return rapid.SampledFrom([]string{`{"do":"fly"}`, `{"do":7}`, `{}`, `[]`, ``, `nonsense`, `{"do":"on","brightness":-1}`}).Draw(t, "payload")
	}
	action := rapid.SampledFrom(typ.Actions).Draw(t, "action")
	command := map[string]any{"do": action.Name}
	for i := range action.Params {
		p := &action.Params[i]
		if p.Required || rapid.Bool().Draw(t, p.Name+"?") {
			command[p.Name] = drawValue(t, p)
		}
	}
	return asJSON(command)
}

// drawValue makes up a value, one in thirty of them wrong.
func drawValue(t *rapid.T, v *Value) any {
	if rapid.IntRange(0, 30).Draw(t, "wrong") == 0 {
		return rapid.SampledFrom([]any{-1, 1e9, "", nil, true, []int{}, 0.5}).Draw(t, v.Name)
	}
	low, high := v.Min, v.Max
	if !v.bounded() {
		low, high = -1000, 1000
	}
	switch v.Kind {
	case Bool:
		return rapid.Bool().Draw(t, v.Name)
	case Int:
		return rapid.IntRange(int(low), int(high)).Draw(t, v.Name)
	case Number:
		return rapid.Float64Range(low, high).Draw(t, v.Name)
	case Word:
		return rapid.SampledFrom(v.Values).Draw(t, v.Name)
	case Duration:
		most := min(high, 600) // long ones would outlast the story
		return (time.Duration(rapid.Int64Range(int64(low*1000), int64(most*1000)).Draw(t, v.Name)) * time.Millisecond).String()
	}
	return "a text"
}

func drawFault(t *rapid.T, typ *Type) string {
	faults := append([]Fault{{Name: "none"}}, typ.AllFaults()...)
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 0:
		return `{"clear":true}`
	case 1:
		return asJSON(map[string]any{"kind": rapid.SampledFrom(faults).Draw(t, "kind").Name})
	case 2:
		return asJSON(map[string]any{"kind": rapid.SampledFrom(faults).Draw(t, "kind").Name, "clear": true})
	}
	long := time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "for"))
	return asJSON(map[string]any{"kind": rapid.SampledFrom(faults).Draw(t, "kind").Name, "for": long.String()})
}

func asJSON(x any) string { return string(must(json.Marshal(x))) }
