package devices

import (
	"math/rand/v2"
	"time"
)

// roomTemperature is how warm the house is, in °C.
const roomTemperature = 20.0

// setup is what a model is built from.
type setup struct {
	now    time.Time
	config values
	zone   *time.Location // of the home
	// random is the appliance's own, from the fleet's seed and the id.
	random *rand.Rand
}

// model is the behaviour of one appliance: pure, one owner. Between two calls
// that take a time nothing changes but what its curves say, so that it does not
// matter how often anybody looks. Times never go back.
type model interface {
	// act does an action of the declaration, with checked arguments, or refuses
	// with a reason that a person understands.
	act(now time.Time, action string, args values, fx *effects) error
	// give sets an attribute that the declaration lets a test set.
	give(now time.Time, attribute string, value any)
	// fail sets or clears a fault of the type's own.
	fail(now time.Time, fault string, on bool)
	// due returns when step must be called next; the zero time for never.
	due() time.Time
	// step does what is due; now is the time that due returned.
	step(now time.Time, fx *effects)
	// read returns the attributes in the order of the declaration: a bool, an
	// int, a string or a quantity each.
	read() []any
}

// effects collects what an act or a step brings about besides a new state.
type effects struct {
	events []string
	wires  []wire
}

// wire is an action at another appliance, as if by a wire between the two.
type wire struct{ target, action string }

func (fx *effects) event(name string) { fx.events = append(fx.events, name) }

// drive acts on another appliance; a target of "" is no wire.
func (fx *effects) drive(target, action string) {
	if target != "" {
		fx.wires = append(fx.wires, wire{target, action})
	}
}
