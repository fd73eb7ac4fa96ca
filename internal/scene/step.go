package scene

import "time"

// Step is one entry of "do".
type Step struct {
	// If must hold when the step's turn comes; otherwise it is passed over. nil
	// is always.
	If     Condition
	Action Action
	Pos    Pos
}

// Action is what a step does: one of Command, Wait, Until, Say, Run and Stop.
type Action interface{ isAction() }

// Command is { device, do, parameters... }.
type Command struct {
	Device string
	Do     string
	// Params are checked against the device's declaration and are what
	// encoding/json makes of them: bool, float64 or string (durations too).
	Params map[string]any
	// Confirm is how long to wait for the ack of one try; 0 is not to wait.
	Confirm time.Duration
	// Retry is how many more tries there are after silence.
	Retry int
}

// Wait is { wait = "20s" }.
type Wait struct{ For time.Duration }

// Until is { until = condition, timeout = "12m", on_timeout = … }. It passes at
// once if the condition already holds.
type Until struct {
	Condition Condition
	Timeout   time.Duration
	// OnTimeout is what happens then: "continue", or the name of a scene that is
	// run while this one fails.
	OnTimeout string
}

// OnTimeoutContinue goes on with the next step.
const OnTimeoutContinue = "continue"

// Say is { say = "Coffee is ready", level = "info" }.
type Say struct {
	Text Text
	// Level is "info", "warning" or "alarm".
	Level string
}

// Run is { run = "scene" }; it does not wait for the scene's end.
type Run struct{ Scene string }

// Stop is { stop = "scene" }.
type Stop struct{ Scene string }

func (*Command) isAction() {}
func (*Wait) isAction()    {}
func (*Until) isAction()   {}
func (*Say) isAction()     {}
func (*Run) isAction()     {}
func (*Stop) isAction()    {}

// Text is a sentence with values in it: "at {kitchen/coffee.water_ml} ml".
type Text []TextPart

// TextPart is a piece of plain text, or a value if Device is not "".
type TextPart struct {
	Plain        string
	Device, Attr string
}
