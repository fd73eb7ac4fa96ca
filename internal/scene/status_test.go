package scene

import (
	"encoding/json"
	"testing"

	"homebus/internal/message"
)

// What conditions see without the bus is what everybody else reads on it, and
// what the loader lets a file ask for.
func TestAStatusIsTheSameOnTheBusAndWithin(t *testing.T) {
	for _, s := range []Status{
		{State: StateIdle, Steps: 3},
		{State: StateRunning, Step: 2, Steps: 3, Runs: 4, Reason: "x", Doing: "wait 1s", Skipped: 1, Active: 2, Queued: 3},
		{State: StateFailed, Step: 2, Steps: 3, Runs: 4, Reason: "x", Error: "y"},
	} {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var outside, within View
		if err := outside.Handle(message.Message{Topic: "scene/a", Payload: b}); err != nil {
			t.Fatal(err)
		}
		within.thing("scene/a").setReport(s.report())
		for _, a := range sceneType.Attributes {
			out, known := outside.Value("scene/a", a.Name)
			in, knownIn := within.Value("scene/a", a.Name)
			if known != knownIn || known && !same(out, in) {
				t.Errorf("%s of %+v: %v %v on the bus, %v %v within", a.Name, s, out, known, in, knownIn)
			}
		}
	}
}
