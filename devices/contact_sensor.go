package devices

import "time"

// A contact sensor is a magnet on a door or window and a contact on its frame. Its
// figures are design choices: it bounces as the contact of a bad switch does (see
// light-switch).
//
// A missed change leaves it wrong until the next one that it notices. Every third
// is missed, not every other: else it would never notice an opening, or never a
// closing.
var _ = register(&Type{
	Name: "contact-sensor",
	Doc:  "A sensor on a door or window: whether that is open.",
	Attributes: []Attribute{
		{
			Value:   Value{Name: "state", Kind: Word, Values: []string{"closed", "open"}, Doc: "what the sensor has noticed of the door or window"},
			Setters: []Setter{{Action: "open", When: "open"}, {Action: "close", When: "closed"}},
			Given:   true,
		},
		{Value: Value{Name: "tamper", Kind: Bool, Doc: "whether its case is open"}, Says: map[bool]string{true: "tampered with"}},
		batteryAttribute(),
	},
	Actions: []Action{
		{Name: "open", Doc: "open the door or window", ByHand: true},
		{Name: "close", Doc: "close the door or window", ByHand: true},
		changeBattery,
	},
	Faults: []Fault{
		{Name: "bounce", Doc: "each change is followed by one to three more back and forth within 30 ms"},
		{Name: "missed", Doc: "every third change goes unnoticed, the next one first"},
		{Name: "tamper", Doc: "somebody has opened its case; it works on"},
	},
	Config:  []Value{batteryLife},
	Natural: map[string]string{"closed": "open", "open": "close"},
	Phases:  map[string]Phase{"closed": Resting, "open": Lasting},
	build:   newContactSensor,
})

// The contact sensor's figures.
const (
	contactBounce = 5 * time.Millisecond // from one edge to the next
	missesOneOf   = 3                    // changes
)

type contactSensor struct {
	setup
	battery battery

	open   bool        // the door or window
	closed bool        // the contact, as the sensor has it
	edges  []time.Time // when the contact still moves, in the order of time
	// the faults
	bounce, missed, tamper bool

	changes int // since it misses some
}

func newContactSensor(s setup) model {
	return &contactSensor{setup: s, closed: true, battery: newBattery(s.now, s.config.duration("battery_life"))}
}

func (c *contactSensor) act(now time.Time, action string, _ values, _ *effects) error {
	if action == changeBattery.Name {
		c.battery.change(now)
		c.look()
		return nil
	}
	if open := action == "open"; open != c.open {
		c.open = open
		c.notice(now)
	}
	return nil
}

// notice is what a change of the door or window does to the sensor.
func (c *contactSensor) notice(now time.Time) {
	if c.battery.flat(now) {
		return
	}
	if c.missed {
		c.changes++
		if c.changes%missesOneOf == 1 {
			return
		}
	}
	c.look()
	if c.bounce {
		for i := range 2 * (1 + c.random.IntN(3)) {
			c.edges = append(c.edges, now.Add(time.Duration(i+1)*contactBounce))
		}
	}
}

// look has the contact stand as the door or window does.
func (c *contactSensor) look() { c.closed, c.edges = !c.open, nil }

func (c *contactSensor) due() time.Time {
	if len(c.edges) == 0 {
		return time.Time{}
	}
	return c.edges[0]
}

func (c *contactSensor) step(time.Time, *effects) {
	c.closed, c.edges = !c.closed, c.edges[1:]
}

func (c *contactSensor) give(_ time.Time, _ string, value any) {
	c.open = value == "open"
	c.look()
}

func (c *contactSensor) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "bounce":
		c.bounce = on
	case "tamper":
		c.tamper = on
	case "missed":
		c.missed, c.changes = on, 0
		if !on && !c.battery.flat(now) {
			c.look()
		}
	}
}

func (c *contactSensor) read() []any {
	state := "open"
	if c.closed {
		state = "closed"
	}
	return []any{state, c.tamper, c.battery.charge()}
}
