package mirror

import (
	"math"
	"slices"
	"time"

	"homebus/devices"
	"homebus/internal/mirror/home"
)

// stepped returns the value of a parameter n steps on. Ranges end at their
// ends; words and flags go round. A value that was not given begins at its
// least, and where it means something to give none, that is below it.
func stepped(p *param, n int) any {
	switch least := home.LeastValue(p.Value); {
	case p.value == nil:
		return least
	case n < 0 && p.none != "" && p.value == least:
		return nil
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
	i, found := slices.BinarySearchFunc(home.Durations, now, func(s string, d time.Duration) int {
		t, _ := time.ParseDuration(s)
		return int(min(max(t-d, -1), 1))
	})
	if !found && n > 0 {
		n--
	}
	next := home.Durations[min(max(i+n, 0), len(home.Durations)-1)]
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
