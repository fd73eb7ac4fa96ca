package devices

import (
	"errors"
	"fmt"
	"time"
)

// A coffee maker heats the water of some cups and lets it run through the filter.
// 800 to 1200 W while it brews and 40 to 100 W for the plate, which cycles, are
// wattsizing.com's ("Coffee maker"); water takes 4186 J/kg K; brewing water of
// 93 °C is within the 92 to 96 °C of the Specialty Coffee Association. So 600 ml
// at 900 W and 85 % from 20 °C take 0.6 · 4186 · 73 / 765 = 240 s. The rest are
// design choices, made so that 4 to 8 cups take 5 to 11 minutes.
var _ = register(&Type{
	Name: "coffee-maker",
	Doc:  "A filter coffee maker with a tank, a pot and a warming plate.",
	Attributes: []Attribute{
		{
			Value: Value{Name: "state", Kind: Word, Values: []string{"idle", "heating", "brewing", "warming"}, Doc: "warming is when the coffee is ready"},
			Setters: []Setter{
				{Action: "brew", When: "heating"},
				{Action: "stop", When: "idle"},
			},
		},
		{
			Value:   Value{Name: "water_ml", Kind: Int, Unit: "ml", Max: tankSize, Doc: "water in the tank"},
			Setters: []Setter{{Action: "fill", Param: "water_ml"}},
			Given:   true,
		},
		{Value: Value{Name: "coffee_ml", Kind: Int, Unit: "ml", Max: potSize, Doc: "coffee in the pot"}, Given: true},
		{Value: Value{Name: "cups", Kind: Int, Max: mostCups, Doc: "how many cups it brews, or brewed last"}},
		{Value: Value{Name: "pot", Kind: Bool, Doc: "whether the pot is in its place"}, Says: map[bool]string{false: "no pot"}},
		progressAttribute(),
		remainingAttribute(),
		powerAttribute(1200),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "brew", Doc: "make coffee", Params: []Value{
			{Name: "cups", Kind: Int, Min: 1, Max: mostCups, Default: 4, Doc: "how many, of 125 ml"},
		}},
		{Name: "stop", Doc: "stop brewing, or warming"},
		{Name: "fill", Doc: "pour water into the tank", ByHand: true, Params: []Value{
			{Name: "water_ml", Kind: Int, Unit: "ml", Min: 1, Max: tankSize, Default: tankSize, Doc: "how much is in it then"},
		}},
		{Name: "pour", Doc: "pour coffee out of the pot", ByHand: true, Params: []Value{
			{Name: "cups", Kind: Int, Min: 1, Max: mostCups, Default: 1, Doc: "how many, of 125 ml"},
		}},
	},
	Faults: []Fault{
		{Name: "no-water", Doc: "the tank leaks: it is empty until the fault clears; it stops"},
		{Name: "no-pot", Doc: "the pot is not in its place; it stops"},
		{Name: "scale", Doc: "lime on the heater: 60 % of the heat reach the water, not 85 %"},
		{Name: "stuck", Doc: "the valve to the filter does not open: heating or brewing never ends"},
	},
	Config: []Value{
		{Name: "watts", Kind: Number, Unit: "W", Min: 800, Max: 1200, Default: 900.0, Doc: "power while heating"},
		{Name: "water_ml", Kind: Int, Unit: "ml", Max: tankSize, Default: 1000, Doc: "water in the tank at the start"},
		{Name: "keep_warm", Kind: Duration, Min: 1, Max: 24 * 3600, Default: "30m", Doc: "how long the plate is on"},
	},
	Natural:   map[string]string{"idle": "brew", "heating": "stop", "brewing": "stop", "warming": "pour"},
	Phases:    map[string]Phase{"idle": Resting, "heating": Working, "brewing": Working, "warming": Ready},
	Makes:     "Coffee",
	Take:      "pour it",
	MainsPlug: true,
	build:     newCoffeeMaker,
})

// The coffee maker's figures.
const (
	cup         = 125.0  // ml
	mostCups    = 10     // that is a full tank
	tankSize    = 1250.0 // ml
	potSize     = 1500.0 // ml
	heatOfWater = 4.186  // J/ml K
	brewingHeat = 93.0   // °C
	dripRate    = 4.0    // ml/s through the filter
	clean       = 0.85   // part of the heat that reaches the water
	scaled      = 0.60
	tankTau     = 1800.0 // s, how slowly warm water in the tank cools down
	plateLow    = 40.0   // W, also while brewing
	plateHigh   = 100.0  // W
	plateCycle  = time.Minute
)

type coffeeModel struct {
	config values
	meter
	course course

	state  string
	cups   int
	batch  float64 // ml that are still to run through the filter
	water  curve   // ml, the batch included
	coffee curve   // ml
	boiler curve   // °C of the batch
	tank   curve   // °C of the water when there is no batch

	stage time.Time // end of heating or brewing
	plate time.Time // when the plate changes its power
	off   time.Time // when the plate goes off
	// the faults
	noWater, noPot, scale, stuck bool
}

func newCoffeeMaker(s setup) model {
	return &coffeeModel{
		config: s.config, state: "idle",
		water: constant(float64(s.config.whole("water_ml"))), tank: constant(roomTemperature),
	}
}

func (c *coffeeModel) act(now time.Time, action string, args values, _ *effects) error {
	switch action {
	case "brew":
		return c.brew(now, args.whole("cups"))
	case "fill":
		return c.fill(now, float64(args.whole("water_ml")))
	case "pour":
		return c.pour(now, args.whole("cups"))
	default:
		c.idle(now)
		return nil
	}
}

func (c *coffeeModel) brew(now time.Time, cups int) error {
	water, coffee, wanted := c.water.at(now), c.coffee.at(now), float64(cups)*cup
	switch {
	case c.busy():
		return errors.New("already brewing")
	case c.noPot:
		return errors.New("no pot in the coffee maker")
	case c.noWater || water < 1:
		return errors.New("no water in the tank")
	case tooLittle(wanted, water):
		return fmt.Errorf("not enough water: %d cups take %.0f ml, and the tank holds %.0f ml", cups, wanted, water)
	case coffee+wanted > potSize:
		return fmt.Errorf("not enough room in the pot: it holds %.0f ml of coffee already", coffee)
	}
	c.idle(now)
	c.cups, c.batch = cups, min(wanted, water)
	c.boiler = constant(c.tank.at(now))
	c.heat(now)
	return nil
}

// tooLittle reports whether less is there than wanted, in ml; a drop does not count.
func tooLittle(wanted, there float64) bool { return there < wanted-0.5 }

func (c *coffeeModel) busy() bool { return c.state == "heating" || c.state == "brewing" }

// heat brings the batch from the heat that it has to brewing heat.
func (c *coffeeModel) heat(now time.Time) {
	efficiency := clean
	if c.scale {
		efficiency = scaled
	}
	watts, from := c.config.number("watts"), c.boiler.at(now)
	rate := watts * efficiency / (c.batch * heatOfWater) // K/s
	c.state = "heating"
	c.boiler = line(now, from, rate)
	c.meter.draw(now, watts, 0)
	s := (brewingHeat - from) / rate
	c.stage = now.Add(seconds(s))
	c.course.run(now, s+c.batch/dripRate)
}

// drip lets the batch run through the filter.
func (c *coffeeModel) drip(now time.Time) {
	s := c.batch / dripRate
	c.state = "brewing"
	c.boiler = constant(brewingHeat)
	c.water = line(now, c.water.at(now), -dripRate)
	c.coffee = line(now, c.coffee.at(now), dripRate)
	c.meter.draw(now, plateLow, 0)
	c.stage = now.Add(seconds(s))
	c.course.run(now, s)
}

// hold stops the course where it is, until the valve opens.
func (c *coffeeModel) hold(now time.Time) {
	c.settle(now)
	c.boiler = constant(c.boiler.at(now))
	c.course.hold(now)
	c.meter.draw(now, plateLow, 0)
	c.stage = time.Time{}
}

// settle ends the flow through the filter.
func (c *coffeeModel) settle(now time.Time) {
	c.batch -= c.coffee.at(now) - c.coffee.value
	c.water, c.coffee = constant(c.water.at(now)), constant(c.coffee.at(now))
}

// warm keeps the coffee warm.
func (c *coffeeModel) warm(now time.Time) {
	c.settle(now)
	c.batch = 0
	c.state = "warming"
	c.tank = approach(now, c.tank.at(now), roomTemperature, tankTau)
	c.course.finish()
	c.stage, c.plate, c.off = time.Time{}, now.Add(plateCycle), now.Add(c.config.duration("keep_warm"))
	c.meter.draw(now, plateHigh, 0)
}

// idle turns everything off; what is left of the batch is water in the tank.
func (c *coffeeModel) idle(now time.Time) {
	c.settle(now)
	if c.batch > 0 {
		c.mix(now, c.batch, c.boiler.at(now))
	}
	c.batch, c.state = 0, "idle"
	c.course.clear()
	c.stage, c.plate, c.off = time.Time{}, time.Time{}, time.Time{}
	c.meter.draw(now, 0, 0)
}

// mix gives the tank the heat of a part of its water, in ml and °C.
func (c *coffeeModel) mix(now time.Time, part, heat float64) {
	share := part / c.water.at(now)
	c.tank = approach(now, c.tank.at(now)*(1-share)+heat*share, roomTemperature, tankTau)
}

func (c *coffeeModel) fill(now time.Time, level float64) error {
	water := c.water.at(now)
	switch {
	case c.noWater:
		return errors.New("the tank leaks; no water stays in it")
	case c.busy():
		return errors.New("it is brewing; fill it when it is done")
	case level < water:
		return fmt.Errorf("the tank holds %.0f ml already", water)
	case level > water:
		c.water = constant(level)
		c.mix(now, level-water, roomTemperature)
	}
	return nil
}

func (c *coffeeModel) pour(now time.Time, cups int) error {
	coffee, wanted := c.coffee.at(now), float64(cups)*cup
	switch {
	case c.busy():
		return errors.New("it is brewing; pour when it is done")
	case coffee < 1:
		return errors.New("no coffee in the pot")
	case tooLittle(wanted, coffee):
		return fmt.Errorf("not enough coffee: %d cups take %.0f ml, and the pot holds %.0f ml", cups, wanted, coffee)
	case c.noPot:
		return errors.New("no pot in the coffee maker")
	}
	c.coffee = constant(max(0, coffee-wanted))
	return nil
}

// supply: it forgets what it was doing, and does not begin anew by itself.
func (c *coffeeModel) supply(now time.Time, on bool) {
	if !on {
		c.idle(now)
	}
}

func (c *coffeeModel) due() time.Time { return earlier(earlier(c.stage, c.plate), c.off) }

func (c *coffeeModel) step(now time.Time, _ *effects) {
	switch {
	case due(c.stage, now) && c.state == "brewing":
		c.warm(now)
	case due(c.stage, now) && c.stuck:
		c.hold(now)
	case due(c.stage, now):
		c.drip(now)
	case due(c.off, now):
		c.idle(now)
	default:
		c.plate = now.Add(plateCycle)
		c.meter.draw(now, plateLow+plateHigh-c.meter.power.at(now), 0)
	}
}

func (c *coffeeModel) give(now time.Time, attribute string, value any) {
	if c.busy() {
		c.idle(now)
	}
	switch attribute {
	case "water_ml":
		c.water, c.tank = constant(float64(value.(int))), constant(roomTemperature)
	case "coffee_ml":
		c.coffee = constant(float64(value.(int)))
	}
}

func (c *coffeeModel) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "no-water":
		c.noWater = on
	case "no-pot":
		c.noPot = on
	case "scale":
		c.scale = on
		if c.state == "heating" && !c.stage.IsZero() {
			c.heat(now)
		}
	case "stuck":
		c.stuck = on
		c.stick(now)
	}
	if c.busy() && (c.noWater || c.noPot) {
		c.idle(now)
	}
}

// stick follows the valve: brewing stops when it gets stuck, and what waited for
// it goes on when it opens again.
func (c *coffeeModel) stick(now time.Time) {
	switch {
	case c.stuck && c.state == "brewing":
		c.hold(now)
	case !c.stuck && c.busy() && c.stage.IsZero():
		c.drip(now)
	}
}

func (c *coffeeModel) read() []any {
	water := c.water
	if c.noWater {
		water = constant(0)
	}
	return []any{
		c.state, water, c.coffee, c.cups, !c.noPot,
		c.course.progress, c.course.remaining, c.meter.power, c.meter.energy,
	}
}
