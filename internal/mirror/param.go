package mirror

import (
	"math"
	"slices"
	"time"

	"homebus/devices"
	"homebus/internal/mirror/home"
)

// durations are what left and right step through.
var durations = []string{
	"0s", "1s", "2s", "5s", "10s", "20s", "30s", "1m", "2m", "5m", "10m", "30m", "1h", "2h", "5h", "10h", "24h",
}

// startValue is what a parameter is before anybody changes it: its default; for
// a required one without a default what the attribute is that it sets, and else the
// least value that is right; nil otherwise.
func startValue(a *home.Appliance, act *devices.Action, v *devices.Value) any {
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
	return leastValue(v)
}

func leastValue(v *devices.Value) any {
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
	for _, d := range durations {
		if _, err := v.Check(d); err == nil {
			return d
		}
	}
	return devices.DurationText(time.Duration(v.Min * float64(time.Second)))
}

// stepped returns the value of a parameter n steps on. Ranges end at their
// ends; words and flags go round. A value that was not given begins at its
// least.
func stepped(p *param, n int) any {
	if p.value == nil {
		return leastValue(p.Value)
	}
	switch p.Kind {
	case devices.Bool:
		return p.value != true
	case devices.Int:
		return int(inRange(p.Value, nextStep(toFloat(p.value), n, max(stepOf(p.Value), 1))))
	case devices.Number:
		return inRange(p.Value, nextStep(toFloat(p.value), n, stepOf(p.Value)))
	case devices.Word:
		return around(p.Values, p.value, n)
	case devices.Duration:
		return steppedDuration(p, n)
	}
	return p.value
}

// steppedDuration goes to the next listed duration that the declaration takes.
func steppedDuration(p *param, n int) any {
	now, _ := time.ParseDuration(toString(p.value))
	i, found := slices.BinarySearchFunc(durations, now, func(s string, d time.Duration) int {
		t, _ := time.ParseDuration(s)
		return int(min(max(t-d, -1), 1))
	})
	if !found && n > 0 {
		n--
	}
	next := durations[min(max(i+n, 0), len(durations)-1)]
	if _, err := p.Check(next); err != nil {
		return p.value
	}
	return next
}

func around(words []string, value any, n int) any {
	if len(words) == 0 {
		return value
	}
	i := slices.Index(words, toString(value))
	return words[((i+n)%len(words)+len(words))%len(words)]
}

// nextStep goes to the next multiple of a step, up or down.
func nextStep(f float64, n int, step float64) float64 {
	const slack = 1e-9
	steps := math.Ceil(f/step-slack) - 1
	if n > 0 {
		steps = math.Floor(f/step+slack) + 1
	}
	return math.Round(steps*step/slack) / (1 / slack)
}

// stepOf is a step of which a range has twenty or somewhat more, and 1, 2 or 5
// times a power of ten.
func stepOf(v *devices.Value) float64 {
	rough := (v.Max - v.Min) / 20
	if rough <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(rough)+1e-9))
	step := unit
	for _, f := range []float64{2, 5} {
		if f*unit <= rough*1.0001 {
			step = f * unit
		}
	}
	return step
}

func inRange(v *devices.Value, f float64) float64 {
	if v.Min == 0 && v.Max == 0 {
		return f
	}
	return min(max(f, v.Min), v.Max)
}

func toFloat(x any) float64 {
	switch n := x.(type) {
	case float64:
		return n
	case int:
		return float64(n)
	}
	return 0
}

func toString(x any) string {
	s, _ := x.(string)
	return s
}
