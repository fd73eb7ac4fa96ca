package home

import (
	"slices"

	"homebus/devices"
)

// guess finds the type of an appliance that the plan does not know: the one that
// declares every attribute that it reports, and no other, with those values. If
// there are two, as sensors on a battery look alike, it has none for now. One that
// turns out to be another thing than was guessed is no guess any more.
func (a *Appliance) guess(attrs attributes) {
	switch {
	case a.planned && a.Type != nil || a.odd:
	case a.Type != nil:
		if !declares(a.Type, attrs) {
			a.Type, a.odd = nil, true
		}
	case !a.Known || attrs.get("state") != a.attrs.get("state") || len(attrs) != len(a.attrs):
		a.Type = typeOf(devices.Types(), attrs)
	}
}

// typeOf returns the only type that declares just those attributes; nil if there
// is none, or another.
func typeOf(types []*devices.Type, attrs attributes) *devices.Type {
	var found *devices.Type
	for _, t := range types {
		if !declares(t, attrs) {
			continue
		}
		if found != nil {
			return nil
		}
		found = t
	}
	return found
}

// declares reports whether a state is one of a type: all its attributes, each with
// a value that it can have. A type whose words are for each house to say has no
// state that one could know it by.
func declares(t *devices.Type, attrs attributes) bool {
	if len(attrs) != len(t.Attributes) {
		return false
	}
	state, ok := t.Attribute("state")
	if word, isWord := attrs.get("state").(string); !ok || !isWord || !slices.Contains(state.Values, word) {
		return false // as nearly all types: that is cheaper to see than all else
	}
	for i := range t.Attributes {
		attr := &t.Attributes[i]
		value := attrs.get(attr.Name)
		if value == nil || beyond(attr, value) {
			return false
		}
		if _, err := attr.Check(value); err != nil {
			return false
		}
	}
	return true
}

// beyond reports whether a number is out of an attribute's range, which Check would say
// in words that nobody reads here.
func beyond(attr *devices.Attribute, value any) bool {
	f, ok := value.(float64)
	return ok && (attr.Min != 0 || attr.Max != 0) && (f < attr.Min || f > attr.Max)
}
