package scene

import (
	"time"

	"homebus/internal/sun"
)

// Trigger is one entry of "when": any one starts the scene. It is one of
// EventTrigger, StateTrigger, TimeTrigger, SunTrigger, EveryTrigger,
// StartTrigger, NoticeTrigger and TopicTrigger.
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
// optional from and for, or { device, attr, above } and below; and
// { scene = "morning", becomes = "done" }, of which the Device is "scene/morning".
// It fires on a change to Becomes, or across the limit, never on a first value or
// on a return from offline, unless From is "offline".
type StateTrigger struct {
	Device string
	// Attr is the key of the state; "state" if none is given.
	Attr string
	// Exactly one of Becomes, Above and Below is set. Becomes is what encoding/json
	// makes of the value: bool, float64 or string. The limits themselves are neither
	// above nor below.
	Becomes      any
	Above, Below *float64
	// From is the value before, in the form of Becomes, with which it goes; nil is
	// any.
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

// SunTrigger is { sun = "sunset", offset = "-20m", not_before = "16:30" }: once a
// day, on days on which the sun does that.
type SunTrigger struct {
	Event sun.Event
	// Offset is added to the time: whole seconds, up to 12 h either way.
	Offset time.Duration
	// NotBefore and NotAfter bound the result by the clock of the same day, if not
	// nil.
	NotBefore, NotAfter *TimeOfDay
	// Days is every day if empty: the day of the sun's event.
	Days Days
	Pos  Pos
}

// EveryTrigger is { every = "15m" }: at midnight home time, and then as often as
// the time fits until the next. What is longer than an hour is at the same times by the
// clock on days of 23 and 25 hours too.
type EveryTrigger struct {
	// Period is whole seconds, from 1 s to 24 h.
	Period time.Duration
	Pos    Pos
}

// StartTrigger is { start = true }: the bus has started. Nothing is known of any
// device then.
type StartTrigger struct{ Pos Pos }

// NoticeTrigger is { notice = "Coffee is ready", level = "info" }: somebody gave
// that notice to the people at home.
type NoticeTrigger struct {
	// Text is what must be said; "" is anything.
	Text string
	// Level is "info", "warning" or "alarm"; "" is any.
	Level string
	Pos   Pos
}

// TopicTrigger is { topic = "light", payload = "ON" }: two frames, or one frame
// "light ON" split at its first space.
type TopicTrigger struct {
	Topic string
	// Payload is what must be said; nil is anything.
	Payload *string
	Pos     Pos
}

func (*EventTrigger) isTrigger()  {}
func (*StateTrigger) isTrigger()  {}
func (*TimeTrigger) isTrigger()   {}
func (*SunTrigger) isTrigger()    {}
func (*EveryTrigger) isTrigger()  {}
func (*StartTrigger) isTrigger()  {}
func (*NoticeTrigger) isTrigger() {}
func (*TopicTrigger) isTrigger()  {}

// Position is where the trigger stands in the file.
func (t *EventTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *StateTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *TimeTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *SunTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *EveryTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *StartTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *NoticeTrigger) Position() Pos { return t.Pos }

// Position is where the trigger stands in the file.
func (t *TopicTrigger) Position() Pos { return t.Pos }
