package home

import (
	"slices"
	"time"

	"homebus/devices"
)

// Durations are those that are offered to choose from, the shortest first.
var Durations = []string{
	"0s", "1s", "2s", "5s", "10s", "20s", "30s", "1m", "2m", "5m", "10m", "30m", "1h", "2h", "5h", "10h", "24h",
}

// StartValue is what a parameter is before anybody changes it: its default; for
// a required one without a default what the attribute is that it sets, and else the
// least value that is right; nil otherwise.
func (a *Appliance) StartValue(act *devices.Action, v *devices.Value) any {
	if v.Default != nil || !v.Required {
		return v.Default
	}
	for i := range a.Type.Attributes {
		attr := &a.Type.Attributes[i]
		sets := slices.Contains(attr.Setters, devices.Setter{Action: act.Name, Param: v.Name})
		if value, err := v.Check(a.Attr(attr.Name)); sets && err == nil {
			return value
		}
	}
	return LeastValue(v)
}

// LeastValue is the least value that a declaration takes.
func LeastValue(v *devices.Value) any {
	switch v.Kind {
	case devices.Bool:
		return false
	case devices.Int:
		return int(v.Min)
	case devices.Number:
		return v.Min
	case devices.Duration:
		return leastDuration(v)
	case devices.Word:
		if len(v.Values) > 0 {
			return v.Values[0]
		}
	}
	return ""
}

func leastDuration(v *devices.Value) any {
	for _, d := range Durations {
		if _, err := v.Check(d); err == nil {
			return d
		}
	}
	return devices.DurationText(time.Duration(v.Min * float64(time.Second)))
}

// NeedsValue reports whether an action needs a value that only a person can choose.
func NeedsValue(act *devices.Action) bool {
	return slices.ContainsFunc(act.Params, func(v devices.Value) bool { return v.Required && v.Default == nil })
}
