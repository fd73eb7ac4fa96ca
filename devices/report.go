package devices

import (
	"math"
	"slices"
	"strconv"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// reportEvery is the least time between two reports of an appliance that only
// drifts. Words and flags that change are reported at once.
const reportEvery = time.Second

// report is the last thing that an appliance said of its state.
type report struct {
	at      time.Time
	values  reading
	payload []byte
}

// reading is the attributes of a state at one time, in the order of the
// declaration: a bool, an int, a string or (for a quantity) a float64 each.
type reading []any

func (r reading) equal(s reading) bool { return slices.Equal(r, s) }

func resolve(attributes []any, now time.Time) reading {
	r := make(reading, len(attributes))
	for i, x := range attributes {
		if q, ok := x.(quantity); ok {
			x = q.at(now)
		}
		r[i] = x
	}
	return r
}

// report publishes the state and foresees the next report.
func (a *appliance) report(now time.Time) {
	a.last.at = now
	a.last.values = resolve(a.model.read(), now)
	if !a.failing(faultFrozen) || a.last.payload == nil {
		a.last.payload = appendState(make([]byte, 0, 256), a.typ.Attributes, a.last.values)
	}
	a.send(now, message.Message{Topic: topics.Of(topics.KindState, a.id), Payload: a.last.payload}, a.cause)
	a.schedule(now)
}

// schedule foresees the next report.
func (a *appliance) schedule(now time.Time) {
	a.reportAt = time.Time{}
	if a.silent() {
		return
	}
	var drift time.Time
	for i, x := range a.model.read() {
		c, drifts := x.(curve)
		if !drifts {
			if _, passive := x.(quantity); !passive && x != a.last.values[i] {
				a.reportAt = now
				return
			}
			continue
		}
		if t, ok := a.worthTelling(&a.typ.Attributes[i], c, a.last.values[i].(float64), now); ok {
			drift = earlier(drift, t)
		}
	}
	if !drift.IsZero() {
		a.reportAt = later(drift, a.last.at.Add(reportEvery))
	}
}

// worthTelling returns when a quantity will have moved far enough from what was
// last told.
func (a *appliance) worthTelling(attr *Attribute, c curve, told float64, now time.Time) (time.Time, bool) {
	reach := math.Max(attr.Step, attr.Ratio*math.Abs(told))
	if reach == 0 {
		return time.Time{}, false
	}
	return c.leaves(now, told, reach)
}

// appendState appends the flat JSON object of a state. Its keys and words are the
// declaration's, which need no escapes.
func appendState(b []byte, attrs []Attribute, values reading) []byte {
	separator := byte('{')
	for i := range attrs {
		b = append(b, separator, '"')
		separator = ','
		b = append(b, attrs[i].Name...)
		b = append(b, `":`...)
		b = appendValue(b, &attrs[i], values[i])
	}
	return append(b, '}')
}

func appendValue(b []byte, attr *Attribute, x any) []byte {
	switch v := x.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case float64:
		return strconv.AppendFloat(b, attr.round(v), 'f', -1, 64)
	}
	b = append(b, '"')
	b = append(b, x.(string)...)
	return append(b, '"')
}

// round gives a quantity its decimals and keeps it in its range.
func (attr *Attribute) round(v float64) float64 {
	if attr.RoundUp {
		v = math.Ceil(v - 1e-6)
	} else {
		scale := math.Pow10(attr.Digits)
		v = math.Round(v*scale) / scale
	}
	if attr.bounded() {
		v = math.Min(math.Max(v, attr.Min), attr.Max)
	}
	return v + 0 // no negative zero
}
