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

// Inner returns the steps that the step holds, in the file's order; nil for most.
func (s *Step) Inner() []*Step {
	var all []*Step
	add := func(steps []Step) {
		for i := range steps {
			all = append(all, &steps[i])
		}
	}
	switch a := s.Action.(type) {
	case *Repeat:
		add(a.Do)
	case *Choose:
		for _, option := range a.Options {
			add(option.Do)
		}
		add(a.Else)
	case *Together:
		for _, strand := range a.Strands {
			add(strand)
		}
	}
	return all
}

// Action is what a step does: one of Command, Wait, Until, Say, Run, Stop, Publish,
// Snapshot and Restore, or one that holds others: Repeat, Choose and Together.
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

// Publish is { publish = "any/topic", payload = … }, of a step and of a test: a
// message that is none of ours.
type Publish struct {
	Topic, Payload string
	// Text is the payload of a step with values in it, nil if there are none; InJSON says
	// that they stand in texts of JSON.
	Text   Text
	InJSON bool
}

// Snapshot is { snapshot = ["living/light"] }: the run keeps how these devices are,
// until a later snapshot of them or its end.
type Snapshot struct {
	// Devices are ids of devices that can be brought back; see devices.Type.Restore.
	Devices []string
}

// Restore is { restore = true }: what the run's snapshots keep is brought back.
type Restore struct{}

// Repeat is { repeat = 3, do = [ … ] }.
type Repeat struct {
	// Times is from 0 to 1000.
	Times int
	Do    []Step
}

// Choose is { choose = [ { if = …, do = [ … ] } ], else = [ … ] }: the first option
// whose condition holds.
type Choose struct {
	Options []Option
	Else    []Step
}

// Option is one entry of a Choose.
type Option struct {
	If Condition
	Do []Step
}

// Together is { together = [ … ] }: its strands begin together, in the file's order,
// and it is over when the last of them is. If a step of one fails, so does the scene.
type Together struct {
	// Strands are sequences of steps; most are of one step.
	Strands [][]Step
}

func (*Command) isAction()  {}
func (*Wait) isAction()     {}
func (*Until) isAction()    {}
func (*Say) isAction()      {}
func (*Run) isAction()      {}
func (*Stop) isAction()     {}
func (*Publish) isAction()  {}
func (*Snapshot) isAction() {}
func (*Restore) isAction()  {}
func (*Repeat) isAction()   {}
func (*Choose) isAction()   {}
func (*Together) isAction() {}

// Text is a sentence with values in it: "at {kitchen/coffee.water_ml} ml".
type Text []TextPart

// TextPart is a piece of plain text, or a value if Device is not "".
type TextPart struct {
	Plain        string
	Device, Attr string
}
