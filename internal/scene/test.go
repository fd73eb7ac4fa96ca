package scene

import "time"

// Test is one [[test]] table: a story told in virtual time.
type Test struct {
	Name string
	// Start is in the home's zone.
	Start time.Time
	// Seed is of the random source; 0 unless given.
	Seed uint64
	// Occupancy says that the people of the file live there; else nobody does.
	Occupancy bool
	Given     []Given
	// Timeline is in the file's order, which is the order of time.
	Timeline []Line
	Pos      Pos
}

// Given sets attributes of a device directly before the story begins.
type Given struct {
	Device string
	// Attrs are what encoding/json makes of them: bool, float64 or string.
	Attrs map[string]any
	Pos   Pos
}

// When says how a line's time is meant.
type When int

// The ways in which a line of a timeline can be timed.
const (
	// At: after all events of that instant.
	At When = iota + 1
	// By: at some instant between the line before and then.
	By
	// UntilThen: at no instant from the line before to then ("until … never").
	UntilThen
)

// String returns the word in the file.
func (w When) String() string { return [...]string{"", "at", "by", "until"}[w] }

// Line is one line of a timeline.
type Line struct {
	When When
	// Time is elapsed since the test's start.
	Time time.Duration
	Act  Act
	Pos  Pos
}

// Act is what a line does or demands: one of Do, Fault, Publish, Run, Stop, Expect, Said, Heard.
// Run and Stop are what a person asks of a scene.
type Act interface{ isAct() }

// Do gives a device a command, as a person at the device would.
type Do struct {
	Device string
	Do     string
	Params map[string]any
}

// Fault sets or clears a fault of a device.
type Fault struct {
	Device string
	// Kind is the fault; with Clear, "" clears all.
	Kind  string
	For   time.Duration
	Clear bool
}

// Expect demands that a condition holds (At, By) or does not (UntilThen, where
// the file says "never"). The condition has no For.
type Expect struct{ Condition *StateCondition }

// Said demands that a notice was given, or not (UntilThen, where the file says
// "never_said").
type Said struct{ Text string }

// Heard demands that a message passed, or not (UntilThen, where the file says
// "never_heard").
type Heard struct {
	Topic string
	// Payload is what it must say; nil is anything.
	Payload *string
}

func (*Do) isAct()      {}
func (*Fault) isAct()   {}
func (*Publish) isAct() {}
func (*Expect) isAct()  {}
func (*Said) isAct()    {}
func (*Heard) isAct()   {}
func (*Run) isAct()     {}
func (*Stop) isAct()    {}
