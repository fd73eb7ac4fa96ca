package devices

import "time"

// A motion sensor sees warm bodies move, by passive infrared. It says "motion" at
// the first and for as long as it is told to after the last (hold; 5 to 60 s is
// usual): motion seen meanwhile prolongs that, as the common HC-SR501 module does in
// its repeatable mode. That module is blind for 2.5 s (its manual: "lock time");
// two minutes are that exaggerated, so that the sensor says "clear" while somebody
// still moves. The other figures are design choices.
var _ = register(&Type{
	Name: "motion-sensor",
	Doc:  "A sensor that sees somebody move.",
	Attributes: []Attribute{
		{
			Value:   Value{Name: "state", Kind: Word, Values: []string{"clear", "motion"}, Doc: "motion until nothing has moved for a while (hold)"},
			Setters: []Setter{{Action: "trigger", When: "motion"}},
			Given:   true,
		},
		batteryAttribute(),
	},
	Actions: []Action{
		{Name: "trigger", Doc: "walk past it", ByHand: true},
		changeBattery,
	},
	Events: []Event{
		{Name: "motion", Doc: "each time that it sees somebody move, also while the state is motion already"},
	},
	Faults: []Fault{
		{Name: "blind-time", Doc: "it sees nothing for 2 minutes after each time that it has seen something"},
		{Name: "false-trigger", Doc: "it sees motion where there is none, 1 to 15 minutes after the last time"},
		{Name: "low-battery", Doc: "the battery is nearly empty; every other motion goes unnoticed, the next one first"},
	},
	Config: []Value{
		{Name: "hold", Kind: Duration, Min: 1, Max: 3600, Default: "60s", Doc: "how long the state is motion after the last"},
		batteryLife,
	},
	Natural: map[string]string{"clear": "trigger", "motion": "trigger"},
	Phases:  map[string]Phase{"clear": Resting, "motion": Lasting},
	build:   newMotionSensor,
})

// The motion sensor's figures.
const (
	blindFor     = 2 * time.Minute
	falseAtLeast = time.Minute
	falseAtMost  = 15 * time.Minute
)

type motionSensor struct {
	setup
	battery battery

	clears time.Time // when the state becomes clear; zero if it is
	last   time.Time // when it last saw something; zero if it never has
	// the faults
	blind    bool
	falsely  time.Time // when it will see what is not there; zero without the fault
	missNext bool
}

func newMotionSensor(s setup) model {
	return &motionSensor{setup: s, battery: newBattery(s.now, s.config.duration("battery_life"))}
}

func (m *motionSensor) act(now time.Time, action string, _ values, fx *effects) error {
	if action == changeBattery.Name {
		m.battery.change(now)
		return nil
	}
	if m.sees(now) {
		m.see(now, fx)
	}
	return nil
}

// sees reports whether it notices somebody who moves now.
func (m *motionSensor) sees(now time.Time) bool {
	if m.battery.flat(now) || m.blind && !m.last.IsZero() && now.Before(m.last.Add(blindFor)) {
		return false
	}
	missed := m.missNext
	m.missNext = m.battery.low && !missed
	return !missed
}

func (m *motionSensor) see(now time.Time, fx *effects) {
	fx.event("motion")
	m.last = now
	m.hold(now)
}

func (m *motionSensor) hold(now time.Time) { m.clears = now.Add(m.config.duration("hold")) }

func (m *motionSensor) due() time.Time { return earlier(m.clears, m.falsely) }

func (m *motionSensor) step(now time.Time, fx *effects) {
	if due(m.falsely, now) {
		if !m.battery.flat(now) {
			m.see(now, fx)
		}
		m.foreseeFalse(now)
	}
	if due(m.clears, now) {
		m.clears = time.Time{}
	}
}

// foreseeFalse draws when it will next see what is not there.
func (m *motionSensor) foreseeFalse(now time.Time) {
	wait := falseAtLeast + time.Duration(m.random.Int64N(int64(falseAtMost-falseAtLeast)))
	m.falsely = now.Add(wait)
}

func (m *motionSensor) give(now time.Time, _ string, value any) {
	m.clears = time.Time{}
	if value == "motion" {
		m.last = now
		m.hold(now)
	}
}

func (m *motionSensor) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "blind-time":
		m.blind = on
	case "false-trigger":
		m.falsely = time.Time{}
		if on {
			m.foreseeFalse(now)
		}
	case "low-battery":
		m.battery.setLow(now, on)
		m.missNext = on
	}
}

func (m *motionSensor) read() []any {
	state := "clear"
	if !m.clears.IsZero() {
		state = "motion"
	}
	return []any{state, m.battery.charge()}
}
