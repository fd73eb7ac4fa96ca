package scene

import "time"

// Condition is one entry of "only_if", or the "if" or "until" of a step. It is
// one of StateCondition, BetweenCondition, DaysCondition, SunCondition,
// OncePerCondition, AnyCondition, AllCondition and NotCondition.
type Condition interface{ isCondition() }

// StateCondition is { device, attr, is } and its like: a device's attribute
// compared with a value. An offline device's "state" is "offline", its other
// attributes keep their last value; what is unknown makes every comparison
// false but IsNot, which is true. Device may also be "scene/NAME".
type StateCondition struct {
	Device string
	// Attr is the key of the state; "state" if none is given.
	Attr string
	Test Comparison
	// For is how long it must have held, counted from the last change or from
	// the start of the bus; 0 is no matter how long.
	For time.Duration
}

// Comparison compares a value: exactly one of its fields is set. Is and IsNot
// hold what encoding/json makes of a value: bool, float64 or string.
type Comparison struct {
	Is, IsNot    any
	Above, Below *float64
	// Between has both ends included.
	Between *[2]float64
}

// BetweenCondition is { between = ["05:30", "10:00"] }, home time; the end is
// not included, and To before From crosses midnight.
type BetweenCondition struct{ From, To TimeOfDay }

// DaysCondition is { days = ["mon", "tue"] }, home time.
type DaysCondition struct{ Days Days }

// SunCondition is { sun = "up" } or { sun = "down" }: from sunrise to sunset, or
// from sunset to sunrise. It is never true where the place of the home is not
// known.
type SunCondition struct{ Up bool }

// OncePerCondition is { once_per = "day" }: no run of this scene has started in
// the present period.
type OncePerCondition struct{ Period Period }

// AnyCondition is { any = [ … ] }: at least one of them holds.
type AnyCondition struct{ Of []Condition }

// AllCondition is { all = [ … ] }: each of them holds.
type AllCondition struct{ Of []Condition }

// NotCondition is { not = { … } }: the other does not hold.
type NotCondition struct{ Condition Condition }

func (*StateCondition) isCondition()   {}
func (*BetweenCondition) isCondition() {}
func (*DaysCondition) isCondition()    {}
func (*SunCondition) isCondition()     {}
func (*OncePerCondition) isCondition() {}
func (*AnyCondition) isCondition()     {}
func (*AllCondition) isCondition()     {}
func (*NotCondition) isCondition()     {}

// parts returns the conditions of which c is made, nil for most.
func parts(c Condition) []Condition {
	switch c := c.(type) {
	case *AnyCondition:
		return c.Of
	case *AllCondition:
		return c.Of
	case *NotCondition:
		return []Condition{c.Condition}
	}
	return nil
}

// looksAt calls visit with every condition on a device or scene in c, in the file's
// order.
func looksAt(c Condition, visit func(*StateCondition)) {
	if sc, ok := c.(*StateCondition); ok {
		visit(sc)
	}
	for _, part := range parts(c) {
		looksAt(part, visit)
	}
}
