package scene

import "time"

// Condition is one entry of "only_if", or the "if" or "until" of a step. It is
// one of StateCondition, BetweenCondition, DaysCondition and OncePerCondition.
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

// OncePerCondition is { once_per = "day" }: no run of this scene has started in
// the present period.
type OncePerCondition struct{ Period Period }

func (*StateCondition) isCondition()   {}
func (*BetweenCondition) isCondition() {}
func (*DaysCondition) isCondition()    {}
func (*OncePerCondition) isCondition() {}
