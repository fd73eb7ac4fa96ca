package devices

import "time"

// A thermostat with its heater and the room that they heat:
//
//	C·dT/dt = P − UA·(T − T_out)
//
// C of the room is 165 kJ/K for a square metre of floor (ISO 13790, class medium)
// times 20 m². UA is a design choice of 40 W/K, with which the heater of 2000 W (a
// design choice too) holds 20 °C down to −30 °C. An open window adds 170 W/K: 10
// changes an hour of 50 m³ of air, at 0.34 Wh/m³K (EN 12831).
//
// It heats from 0.15 K below its target to 0.15 K above it, and for 3 minutes at
// least, which spares the relay; who turns it off, or pulls its plug, turns it off at
// once. When its power is back it goes on as it was set.
//
// Outdoors it is coldest at 05:00 and warmest at 15:00 in the home's zone, as on
// ASHRAE's design days (Handbook of Fundamentals, fractions of the daily range), and
// each hour the temperature goes straight from one of these figures to the next. So
// the room is an exponential towards a line from hour to hour: closed form, and all
// that happens is foreseen.
var _ = register(&Type{
	Name: "thermostat",
	Doc:  "A thermostat with an electric heater, and the room that they heat.",
	Attributes: []Attribute{
		{
			Value:   Value{Name: "state", Kind: Word, Values: []string{"off", "idle", "heating"}, Doc: "what it tells its relay; idle while it is warm enough"},
			Setters: []Setter{{Action: "off", When: "off"}},
		},
		{
			Value:   Value{Name: "target_c", Kind: Number, Unit: "°C", Min: coldestTarget, Max: warmestTarget, Doc: "how warm it shall be"},
			Setters: []Setter{{Action: "set", Param: "target_c"}},
			Given:   true, Digits: 1,
		},
		{
			Value: Value{Name: "temperature_c", Kind: Number, Unit: "°C", Min: -40, Max: 80, Doc: "how warm it is, as its sensor reads it"},
			Given: true, Digits: 1, Step: 0.2,
		},
		{Value: Value{Name: "outdoor_c", Kind: Number, Unit: "°C", Min: -60, Max: 60, Doc: "how warm it is outdoors"}, Digits: 1, Step: 0.2},
		powerAttribute(mostHeaterWatts),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "set", Doc: "keep the room as warm as that", Params: []Value{
			{Name: "target_c", Kind: Number, Unit: "°C", Min: coldestTarget, Max: warmestTarget, Doc: "how warm; as it stands if not given"},
		}},
		{Name: "off", Doc: "do not heat", Params: []Value{
			{Name: "target_c", Kind: Number, Unit: "°C", Min: coldestTarget, Max: warmestTarget, Doc: "how warm it shall be once it is set again; as it stands if not given"},
		}},
	},
	Faults: []Fault{
		{Name: "window-open", Doc: "a window is open: the room loses 170 W/K more"},
		{Name: "sensor-drift", Doc: "the sensor reads more and more too much, by 0.2 K an hour"},
		{Name: "relay-stuck", Doc: "the relay stays as it is: the heater heats, or does not, whatever the state says"},
	},
	Config: []Value{
		{Name: "watts", Kind: Number, Unit: "W", Min: 100, Max: mostHeaterWatts, Default: 2000.0, Doc: "power of the heater"},
		{Name: "on", Kind: Bool, Default: true, Doc: "whether it is on at the start"},
		{Name: "target_c", Kind: Number, Unit: "°C", Min: coldestTarget, Max: warmestTarget, Default: 20.0, Doc: "how warm it shall be"},
		{Name: "min_on", Kind: Duration, Max: 3600, Default: "3m", Doc: "how long it heats at least"},
		{Name: "room_c", Kind: Number, Unit: "°C", Min: -20, Max: 40, Default: roomTemperature, Doc: "how warm the room is at the start"},
		{Name: "heat_loss_w_per_k", Kind: Number, Unit: "W/K", Min: 1, Max: 1000, Default: 40.0, Doc: "what the room loses for each kelvin that it is colder outdoors"},
		{Name: "heat_capacity_kj_per_k", Kind: Number, Unit: "kJ/K", Min: 10, Max: 1e6, Default: 3300.0, Doc: "what warms the room by a kelvin"},
		{Name: "outdoor_c", Kind: Number, Unit: "°C", Min: -40, Max: 40, Default: 5.0, Doc: "how warm it is outdoors, on average over the day"},
		{Name: "outdoor_swing_k", Kind: Number, Unit: "K", Max: 30, Default: 8.0, Doc: "how much warmer the warmest hour outdoors is than the coldest; 0 for always the same"},
	},
	Natural:   map[string]string{"off": "set", "idle": "off", "heating": "off"},
	Phases:    map[string]Phase{"off": Resting, "idle": Resting, "heating": Working},
	Restores:  "its target, and whether it is off",
	MainsPlug: true,
	restore:   restoreThermostat,
	build:     newThermostat,
})

// The thermostat's figures.
const (
	coldestTarget   = 5.0        // °C
	warmestTarget   = 30.0       // °C
	halfHysteresis  = 0.15       // K, to each side of the target
	mostHeaterWatts = 3500.0     // W, what a plug carries
	windowLoss      = 170.0      // W/K
	sensorDrift     = 0.2 / 3600 // K/s
)

// rangeFractions are ASHRAE's: how much of the daily range it is colder than in the
// warmest hour, at each full hour from midnight on.
var rangeFractions = [24]float64{
	0.82, 0.87, 0.92, 0.96, 0.99, 1.00, 0.98, 0.93, 0.84, 0.71, 0.56, 0.39,
	0.23, 0.11, 0.03, 0.00, 0.03, 0.10, 0.21, 0.34, 0.47, 0.58, 0.68, 0.76,
}

// meanFraction is the mean of these, and so that of the day.
const meanFraction = 13.51 / 24

type thermostatModel struct {
	meter
	config values
	zone   *time.Location

	on, dead bool
	heating  bool // it tells its relay to be closed
	target   float64
	room     curve // °C
	outdoor  curve // °C, a line
	excess   curve // K, a line: what the sensor reads too much

	least    time.Time // until when it heats at least
	switches time.Time // when it turns the heater on or off
	hour     time.Time // when the outdoor temperature takes another course
	// the faults
	windowOpen, stuck bool
	welded            bool // it is stuck closed
}

func newThermostat(s setup) model {
	t := &thermostatModel{
		config: s.config, zone: s.zone,
		on: s.config.flag("on"), target: s.config.number("target_c"),
		room: constant(s.config.number("room_c")),
	}
	next := nextHour(s.now, s.zone)
	last := next.Add(-time.Hour)
	from, to := t.outdoorAt(last), t.outdoorAt(next)
	t.moveOutdoors(s.now, from+(to-from)*s.now.Sub(last).Hours())
	t.regulate(s.now)
	return t
}

// outdoorAt returns how warm it is outdoors at a full hour.
func (t *thermostatModel) outdoorAt(hour time.Time) float64 {
	mean, swing := t.config.number("outdoor_c"), t.config.number("outdoor_swing_k")
	return mean + swing*(meanFraction-rangeFractions[hour.In(t.zone).Hour()])
}

// moveOutdoors has the outdoor temperature go from what it is to what it will be at
// the next full hour.
func (t *thermostatModel) moveOutdoors(now time.Time, is float64) {
	if t.config.number("outdoor_swing_k") == 0 {
		t.outdoor = constant(is)
		return
	}
	t.hour = nextHour(now, t.zone)
	t.outdoor = line(now, is, (t.outdoorAt(t.hour)-is)/t.hour.Sub(now).Seconds())
}

// nextHour returns the next full hour of the clock in a zone.
func nextHour(now time.Time, zone *time.Location) time.Time {
	_, minute, second := now.In(zone).Clock()
	past := time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(now.Nanosecond())
	return now.Add(time.Hour - past)
}

func (t *thermostatModel) act(now time.Time, action string, args values, _ *effects) error {
	t.on = action == "set"
	if args.has("target_c") {
		t.target = args.number("target_c")
	}
	t.regulate(now)
	return nil
}

// regulate heats or not, as the sensor reads.
func (t *thermostatModel) regulate(now time.Time) {
	reading := t.reading().at(now)
	switch {
	case !t.on || t.dead:
		t.heating = false
	case !t.heating && reading <= t.target-halfHysteresis:
		t.turn(now, true)
	case t.heating && reading >= t.target+halfHysteresis && !now.Before(t.least):
		t.turn(now, false)
	}
	t.follow(now)
}

func (t *thermostatModel) turn(now time.Time, on bool) {
	t.heating = on
	if on {
		t.least = now.Add(t.config.duration("min_on"))
	}
}

// follow sets the course of the room from now on, and foresees when the heater must
// be turned on or off.
func (t *thermostatModel) follow(now time.Time) {
	watts, loss := 0.0, t.config.number("heat_loss_w_per_k")
	if t.heats() {
		watts = t.config.number("watts")
	}
	if t.windowOpen {
		loss += windowLoss
	}
	t.room = pursue(now, t.room.at(now), t.outdoor.at(now)+watts/loss, t.outdoor.rate,
		t.config.number("heat_capacity_kj_per_k")*1000/loss)
	t.meter.draw(now, watts, 0)
	t.foresee(now)
}

func (t *thermostatModel) foresee(now time.Time) {
	switch {
	case !t.on || t.dead:
		t.switches = time.Time{}
	case t.heating:
		t.switches = t.reading().rises(later(now, t.least), t.target+halfHysteresis)
	default:
		t.switches = t.reading().falls(now, t.target-halfHysteresis)
	}
}

// heats reports whether current flows through the heater.
func (t *thermostatModel) heats() bool {
	return !t.dead && (t.heating && !t.stuck || t.welded)
}

// reading is what the sensor reads.
func (t *thermostatModel) reading() curve { return t.room.onTop(t.excess) }

func (t *thermostatModel) supply(now time.Time, on bool) {
	t.dead = !on
	t.regulate(now)
}

func (t *thermostatModel) due() time.Time { return earlier(t.hour, t.switches) }

func (t *thermostatModel) step(now time.Time, _ *effects) {
	if due(t.hour, now) {
		t.moveOutdoors(now, t.outdoor.at(now))
	}
	if due(t.switches, now) {
		t.turn(now, !t.heating)
	}
	t.follow(now)
}

func (t *thermostatModel) give(now time.Time, attribute string, value any) {
	switch attribute {
	case "target_c":
		t.target = value.(float64)
	case "temperature_c":
		t.room = constant(value.(float64) - t.excess.at(now))
	}
	t.regulate(now)
}

func (t *thermostatModel) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "window-open":
		t.windowOpen = on
	case "sensor-drift":
		t.excess = constant(0)
		if on {
			t.excess = line(now, 0, sensorDrift)
		}
	case "relay-stuck":
		did := t.heats()
		t.stuck, t.welded = on, on && did
		if t.heats() && !did {
			t.turn(now, true) // it closes only now
		}
	}
	t.regulate(now)
}

// restoreThermostat sets the target, without a moment of heating for one that was off.
func restoreThermostat(was values, _ time.Duration, _ *Type) []Order {
	switch {
	case was.text("state") == "off":
		return []Order{order("off", "target_c", was["target_c"])}
	case was.has("state"), was.has("target_c"):
		return []Order{order("set", "target_c", was["target_c"])}
	}
	return nil
}

func (t *thermostatModel) state() string {
	switch {
	case !t.on || t.dead:
		return "off"
	case t.heating:
		return "heating"
	}
	return "idle"
}

func (t *thermostatModel) read() []any {
	return []any{t.state(), constant(t.target), t.reading(), t.outdoor, t.meter.power, t.meter.energy}
}
