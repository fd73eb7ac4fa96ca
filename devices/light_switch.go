package devices

import (
	"fmt"
	"slices"
	"time"
)

// A light switch is a push-button that toggles. Contact bounce lasts a few
// milliseconds, some tens in bad switches (Ganssle, "A Guide to Debouncing",
// 2004); its other figures are design choices.
var _ = register(&Type{
	Name: "light-switch",
	Doc:  "A switch on the wall. It may drive a light as a wire would.",
	Attributes: []Attribute{
		{
			Value:   Value{Name: "state", Kind: Word, Values: []string{"off", "on"}, Doc: "where the contact stands; every press changes it"},
			Setters: []Setter{{Action: "on", When: "on"}, {Action: "off", When: "off"}},
			Given:   true,
		},
		powerAttribute(5),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "press", Doc: "press it as a finger does", Params: []Value{
			{Name: "count", Kind: Int, Min: 1, Max: 10, Default: 1, Doc: "presses, 200 ms apart"},
			{Name: "hold", Kind: Duration, Max: 60, Default: "0s", Doc: "how long each is held; a long press from 800 ms on"},
		}},
		{Name: "on", Doc: "set it to on, without a press"},
		{Name: "off", Doc: "set it to off, without a press"},
	},
	Events: []Event{
		{Name: "press", Doc: "at the first edge of each press"},
		{Name: "double_press", Doc: "besides, at a press within 400 ms of the one before"},
		{Name: "long_press", Doc: "besides, when a press has been held for 800 ms"},
	},
	Faults: []Fault{
		{Name: "stuck", Doc: "the contact does not move: nothing that is done to the switch has an effect"},
		{Name: "bounce", Doc: "each press is followed by one to three more within 30 ms"},
		{Name: "missed", Doc: "every other press goes unnoticed, the next one first"},
	},
	Config: []Value{
		{Name: "controls", Kind: DeviceID, Needs: []string{"toggle", "on", "off"}, Doc: "the light that it is wired to"},
		{Name: "watts", Kind: Number, Unit: "W", Max: 5, Default: 0.5, Doc: "what it draws itself"},
	},
	Natural: map[string]string{"off": "press", "on": "press"},
	Phases:  map[string]Phase{"off": Resting, "on": Lasting},
	build:   newSwitchModel,
})

// The switch's times.
const (
	doublePressWithin = 400 * time.Millisecond
	longPressAfter    = 800 * time.Millisecond
	pressInterval     = 200 * time.Millisecond
	bounceInterval    = 10 * time.Millisecond
)

type switchModel struct {
	setup
	on bool
	meter

	edges []edge    // what is to come, in the order of time
	held  time.Time // until when a finger is on it
	last  time.Time // when the contact last closed for a press; zero after a double press
	// the faults
	stuck, bounce, missed, missNext bool
}

// edge is something that the contact does at a time.
type edge struct {
	at   time.Time
	long bool // a press turns out to be long; otherwise the contact closes
}

func newSwitchModel(s setup) model {
	m := &switchModel{setup: s}
	m.meter.draw(s.now, s.config.number("watts"), 0)
	return m
}

func (m *switchModel) act(now time.Time, action string, args values, fx *effects) error {
	if action != "press" {
		m.set(action == "on", action, fx)
		return nil
	}
	if now.Before(m.held) {
		return fmt.Errorf("somebody is pressing the switch; it is free again in %s", m.held.Sub(now))
	}
	m.press(now, args.whole("count"), args.duration("hold"))
	slices.SortStableFunc(m.edges, func(a, b edge) int { return a.at.Compare(b.at) })
	m.step(now, fx)
	return nil
}

// press foresees the edges of some presses; the first comes at once.
func (m *switchModel) press(now time.Time, count int, hold time.Duration) {
	for range count {
		if m.missed {
			m.missNext = !m.missNext
		}
		if !m.stuck && !m.missNext {
			m.foresee(now, hold)
		}
		m.held = now.Add(hold)
		now = m.held.Add(pressInterval)
	}
}

func (m *switchModel) foresee(now time.Time, hold time.Duration) {
	m.edges = append(m.edges, edge{at: now})
	if m.bounce {
		for i := range 1 + m.random.IntN(3) {
			m.edges = append(m.edges, edge{at: now.Add(time.Duration(i+1) * bounceInterval)})
		}
	}
	if hold >= longPressAfter {
		m.edges = append(m.edges, edge{at: now.Add(longPressAfter), long: true})
	}
}

func (m *switchModel) step(now time.Time, fx *effects) {
	for len(m.edges) > 0 && !m.edges[0].at.After(now) {
		e := m.edges[0]
		m.edges = m.edges[1:]
		switch {
		case m.stuck:
		case e.long:
			fx.event("long_press")
		default:
			m.close(e.at, fx)
		}
	}
}

// close is the contact closing for a press.
func (m *switchModel) close(now time.Time, fx *effects) {
	fx.event("press")
	if !m.last.IsZero() && now.Sub(m.last) <= doublePressWithin {
		fx.event("double_press")
		m.last = time.Time{} // a third press is no second double press
	} else {
		m.last = now
	}
	m.set(!m.on, "toggle", fx)
}

// set moves the contact and drives what is wired to it.
func (m *switchModel) set(on bool, wired string, fx *effects) {
	if m.stuck {
		return
	}
	m.on = on
	fx.drive(m.config.text("controls"), wired)
}

func (m *switchModel) give(_ time.Time, _ string, value any) { m.on = value == "on" }

func (m *switchModel) fail(_ time.Time, fault string, on bool) {
	switch fault {
	case "stuck":
		m.stuck = on
	case "bounce":
		m.bounce = on
	case "missed":
		m.missed, m.missNext = on, false
	}
}

func (m *switchModel) due() time.Time {
	if len(m.edges) == 0 {
		return time.Time{}
	}
	return m.edges[0].at
}

func (m *switchModel) read() []any {
	return []any{onOff(m.on), m.meter.power, m.meter.energy}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
