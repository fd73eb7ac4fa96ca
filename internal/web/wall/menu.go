package wall

import (
	"slices"

	"homebus/devices"
	"homebus/internal/mirror/home"
)

// menu is what can be done with an appliance, from its declaration.
type menu struct {
	ID      string   `json:"id"`
	Actions []action `json:"actions"`
	Faults  []fault  `json:"faults"`
}

type action struct {
	Name   string  `json:"name"`
	Doc    string  `json:"doc,omitempty"`
	Params []param `json:"params,omitempty"`
}

// param is a parameter with the value that it begins with.
type param struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	Min      float64  `json:"min"`
	Max      float64  `json:"max"` // as much as Min: no bounds
	Unit     string   `json:"unit,omitempty"`
	Values   []string `json:"values,omitempty"`
	Required bool     `json:"required,omitempty"`
	Value    any      `json:"value,omitempty"`
	Wants    string   `json:"wants"`
	// Durations are those to choose from.
	Durations []string `json:"durations,omitempty"`
}

// kinds are the names of the kinds of values, by their number.
var kinds = [...]string{
	devices.Bool: "bool", devices.Int: "int", devices.Number: "number", devices.Word: "word",
	devices.Text: "text", devices.Duration: "duration", devices.DeviceID: "id", devices.Words: "words",
}

type fault struct {
	Name string `json:"name"`
	Doc  string `json:"doc,omitempty"`
	Set  bool   `json:"set,omitempty"`
}

func (d *desk) menu(at home.Moment, a ask) answer {
	appliance, ok := d.home.Appliance(a.ID)
	if !ok {
		return refuse("there is no appliance %.100q", a.ID)
	}
	m := menu{ID: a.ID, Actions: []action{}, Faults: []fault{}}
	if t := appliance.Type; t != nil {
		for i := range t.Actions {
			m.Actions = append(m.Actions, actionOf(appliance, &t.Actions[i]))
		}
		set := d.home.Faults(at, a.ID)
		for _, f := range t.AllFaults() {
			has := slices.ContainsFunc(set, func(s home.Fault) bool { return s.Kind == f.Name })
			m.Faults = append(m.Faults, fault{Name: f.Name, Doc: f.Doc, Set: has})
		}
	}
	return answer{Menu: &m}
}

func actionOf(a *home.Appliance, act *devices.Action) action {
	out := action{Name: act.Name, Doc: act.Doc}
	for i := range act.Params {
		v := &act.Params[i]
		p := param{
			Name: v.Name, Kind: kinds[v.Kind], Min: v.Min, Max: v.Max, Unit: v.Unit, Values: v.Values,
			Required: v.Required, Value: a.StartValue(act, v), Wants: v.Wants(),
		}
		if v.Kind == devices.Duration {
			p.Durations = durationsFor(v)
		}
		out.Params = append(out.Params, p)
	}
	return out
}

// durationsFor returns the usual durations that a declaration takes.
func durationsFor(v *devices.Value) []string {
	var list []string
	for _, d := range home.Durations {
		if _, err := v.Check(d); err == nil {
			list = append(list, d)
		}
	}
	return list
}
