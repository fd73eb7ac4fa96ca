package scene

import "time"

// Trigger is one entry of "when": any one starts the scene. It is one of
// EventTrigger, StateTrigger, TimeTrigger and TopicTrigger.
type Trigger interface {
	isTrigger()
	// Position is where the trigger stands in the file.
	Position() Pos
}

// EventTrigger is { event = "bathroom/switch", is = "press" }.
type EventTrigger struct {
	Device string
	// Event is the moment's name; "" is any.
	Event string
	Pos   Pos
}

// StateTrigger is { device, becomes } or { device, attr, becomes }, with an
// optional from and for. It fires on a change to Becomes, never on a first
// value or on a return from offline, unless From is "offline".
type StateTrigger struct {
	Device string
	// Attr is the key of the state; "state" if none is given.
	Attr string
	// Becomes is what encoding/json makes of it: bool, float64 or string.
	Becomes any
	// From is the value before, in the same form; nil is any.
	From any
	// For is how long the new value must last before the trigger fires; 0 is at
	// once.
	For time.Duration
	Pos Pos
}

// TimeTrigger is { time = "07:30", days = ["sat", "sun"] }, in home time.
type TimeTrigger struct {
	At TimeOfDay
	// Days is every day if empty.
	Days Days
	Pos  Pos
}

// TopicTrigger is { topic = "light", payload = "ON" }: two frames, or one frame
// "light ON" split at its first space.
type TopicTrigger struct {
	Topic string
	// Payload is what must be said; nil is anything.
	Payload *string
	Pos     Pos
}

func (*EventTrigger) isTrigger() {}
func (*StateTrigger) isTrigger() {}
func (*TimeTrigger) isTrigger()  {}
func (*TopicTrigger) isTrigger() {}

// Position is where the trigger stands in the file.
func (t *EventTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *StateTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *TimeTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *TopicTrigger) Position() Pos { return t.Pos }
