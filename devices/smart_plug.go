package devices

import (
	"errors"
	"fmt"
	"time"
)

// A smart plug feeds one appliance and measures it. 230 V is the nominal voltage
// of public supply in Europe (EN 60038) and 16 A what a domestic socket there
// carries (CEE 7): together the 3680 W above which it trips. The 1 W that it draws
// itself is a design choice. What it feeds is taken for a resistance: its current
// is power over voltage.
var _ = register(&Type{
	Name: "smart-plug",
	Doc:  "A plug that can be switched and measures what is plugged into it.",
	Attributes: []Attribute{
		{
			Value:   Value{Name: "state", Kind: Word, Values: []string{"off", "on", "tripped"}, Doc: "tripped after an overload, until it is switched"},
			Setters: []Setter{{Action: "on", When: "on"}, {Action: "off", When: "off"}},
			Given:   true,
		},
		powerAttribute(mostPlugWatts),
		{Value: Value{Name: "voltage_v", Kind: Number, Unit: "V", Max: 250, Doc: "voltage of the mains; 0 without power"}},
		{Value: Value{Name: "current_a", Kind: Number, Unit: "A", Max: 100, Doc: "current drawn now"}, Digits: 3},
		{Value: Value{Name: "energy_kwh", Kind: Number, Unit: "kWh", Doc: "energy used since the counter was last set to 0"}, Digits: 5, Step: 0.01},
	},
	Actions: []Action{
		{Name: "on", Doc: "feed what is plugged in"},
		{Name: "off", Doc: "cut off what is plugged in"},
		{Name: "toggle", Doc: "off if it is on, otherwise on"},
		{Name: "reset_energy", Doc: "set the energy counter to 0"},
	},
	Faults: []Fault{
		{Name: "stale-reading", Doc: "power, voltage, current and energy stay as they were read last"},
		{Name: "counter-reset", Doc: "the energy counter falls to 0, once"},
		{Name: "relay-welded", Doc: "the contact does not open: it says off, and feeds on"},
	},
	Config: []Value{
		{Name: "load", Kind: DeviceID, Feeds: true, Doc: "the appliance that is plugged in"},
		{Name: "on", Kind: Bool, Default: true, Doc: "whether it is on at the start"},
		{Name: "max_watts", Kind: Number, Unit: "W", Min: 1, Max: 3680, Default: 3680.0, Doc: "more than that trips it"},
		{Name: "watts", Kind: Number, Unit: "W", Max: 5, Default: 1.0, Doc: "what it draws itself"},
	},
	Natural:   map[string]string{"off": "toggle", "on": "toggle", "tripped": "on"},
	Phases:    map[string]Phase{"off": Resting, "on": Lasting, "tripped": Alarm},
	Cry:       "Plug tripped",
	Restores:  "whether it is on or off; one that had tripped stays as it is",
	MainsPlug: true,
	restore:   restoreWord,
	build:     newSmartPlug,
})

// The smart plug's figures.
const (
	mainsVoltage  = 230.0 // V
	mostPlugWatts = 20000 // W, what a load can draw for the instant until it trips
)

type smartPlug struct {
	meter
	config values
	state  string
	load   curve // W, what is plugged in would draw, and draws if fed
	trips  time.Time
	dead   bool
	// the faults
	welded bool
	frozen []any // the readings that stay; nil if they go on
}

func newSmartPlug(s setup) model {
	p := &smartPlug{config: s.config, state: onOff(s.config.flag("on"))}
	p.flow(s.now)
	return p
}

func (p *smartPlug) act(now time.Time, action string, _ values, _ *effects) error {
	if action == "reset_energy" {
		if p.frozen != nil {
			return errors.New("the meter does not answer")
		}
		p.energy = constant(0)
		p.flow(now)
		return nil
	}
	on := action == "on" || action == "toggle" && p.state != "on"
	if on && p.overloaded(now) {
		return fmt.Errorf("what is plugged in draws more than %s W", plain(float64(p.limit())))
	}
	p.state = onOff(on)
	p.flow(now)
	return nil
}

// feeds reports whether what is plugged in has power.
func (p *smartPlug) feeds() bool { return !p.dead && (p.state == "on" || p.welded) }

// measure takes what the load draws.
func (p *smartPlug) measure(now time.Time, _, is curve) {
	p.load = is
	p.guard(now)
	p.flow(now)
}

// guard trips the plug if it is on, can, and has to.
func (p *smartPlug) guard(now time.Time) {
	if p.state == "on" && !p.welded && p.overloaded(now) {
		p.state = "tripped"
	}
}

func (p *smartPlug) limit() limit { return limit(p.config.number("max_watts")) }

func (p *smartPlug) overloaded(now time.Time) bool { return p.limit().passed(now, p.load) }

// flow sets what flows from now on, and foresees when it will be too much.
func (p *smartPlug) flow(now time.Time) {
	p.trips = time.Time{}
	switch {
	case p.dead:
		p.draw(now, 0, 0)
		return
	case !p.feeds():
		p.draw(now, p.config.number("watts"), 0)
		return
	}
	p.draw(now, p.load.at(now)+p.config.number("watts"), p.load.rate)
	if p.load.rate > 0 {
		p.trips = p.limit().passes(now, p.load)
	}
}

func (p *smartPlug) supply(now time.Time, on bool) {
	p.dead = !on
	p.flow(now)
}

func (p *smartPlug) due() time.Time { return p.trips }

func (p *smartPlug) step(now time.Time, _ *effects) {
	p.guard(now)
	p.flow(now)
}

func (p *smartPlug) give(now time.Time, _ string, value any) {
	p.state = value.(string)
	p.flow(now)
}

func (p *smartPlug) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "stale-reading":
		p.frozen = nil
		if on {
			p.frozen = p.stilled(now)
		}
	case "counter-reset":
		if on {
			p.energy = constant(0)
		}
	case "relay-welded":
		p.welded = on
		p.guard(now)
	}
	p.flow(now)
}

// stilled returns the readings as they are now, for ever.
func (p *smartPlug) stilled(now time.Time) []any {
	still := p.readings()
	for i, x := range still {
		still[i] = constant(x.(curve).at(now))
	}
	return still
}

func (p *smartPlug) readings() []any {
	voltage := mainsVoltage
	if p.dead {
		voltage = 0
	}
	return []any{p.power, constant(voltage), p.power.scaled(1 / mainsVoltage), p.energy.scaled(1e-3)}
}

func (p *smartPlug) read() []any {
	readings := p.frozen
	if readings == nil {
		readings = p.readings()
	}
	return append([]any{p.state}, readings...)
}
