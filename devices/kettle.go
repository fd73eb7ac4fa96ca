package devices

import (
	"errors"
	"fmt"
	"time"
)

// A kettle boils water. Water takes 4186 J/kg K, and so 1 litre at 3 kW and 90 %
// from 20 °C takes 4186 · 80 / 2700 = 124 s; 2257 kJ/kg are its heat of evaporation
// at 100 °C (CRC Handbook of Chemistry and Physics). 3 kW are what a British plug
// carries (13 A at 230 V, BS 1363). The rest are design choices.
//
// Steam that reaches the switch cuts it out at 100 °C. Water that is not heated
// cools by Newton's law, with 0.8 W/K: a full kettle loses 20 of its 80 K in 25
// minutes, one with less water sooner. The water counts as boiled until it is poured
// or filled up, or has cooled to 80 °C.
var _ = register(&Type{
	Name: "kettle",
	Doc:  "An electric kettle of one litre.",
	Attributes: []Attribute{
		{
			Value: Value{Name: "state", Kind: Word, Values: []string{"idle", "heating", "boiled"}, Doc: "boiled until it is poured or filled up, or has cooled to 80 °C"},
			Setters: []Setter{
				{Action: "boil", When: "heating"},
				{Action: "stop", When: "idle"},
			},
		},
		{
			Value:   Value{Name: "water_ml", Kind: Int, Unit: "ml", Max: kettleSize, Doc: "water in the kettle"},
			Setters: []Setter{{Action: "fill", Param: "water_ml"}},
			Given:   true, Step: 10,
		},
		{
			Value: Value{Name: "temperature_c", Kind: Number, Unit: "°C", Max: boilingHeat, Doc: "how hot the water is"},
			Given: true, Digits: 1, Step: 0.2,
		},
		progressAttribute(),
		remainingAttribute(),
		powerAttribute(mostKettleWatts),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "boil", Doc: "heat the water until it boils"},
		{Name: "stop", Doc: "stop heating; the water keeps its heat"},
		{Name: "fill", Doc: "pour cold water into it", ByHand: true, Params: []Value{
			{Name: "water_ml", Kind: Int, Unit: "ml", Min: 1, Max: kettleSize, Default: kettleSize, Doc: "how much is in it then"},
		}},
		{Name: "pour", Doc: "pour water out of it", ByHand: true, Params: []Value{
			{Name: "water_ml", Kind: Int, Unit: "ml", Min: 1, Max: kettleSize, Default: mug, Doc: "how much"},
		}},
	},
	Faults: []Fault{
		{Name: "dry", Doc: "it takes itself for empty: it cuts out, and does not heat"},
		{Name: "lid-open", Doc: "the steam does not reach its switch: it boils until it is empty"},
	},
	Config: []Value{
		{Name: "watts", Kind: Number, Unit: "W", Min: 500, Max: mostKettleWatts, Default: mostKettleWatts, Doc: "power while heating"},
		{Name: "water_ml", Kind: Int, Unit: "ml", Max: kettleSize, Default: kettleSize, Doc: "water in it at the start"},
	},
	Natural:   map[string]string{"idle": "boil", "heating": "stop", "boiled": "pour"},
	Phases:    map[string]Phase{"idle": Resting, "heating": Working, "boiled": Ready},
	Makes:     "Hot water",
	Take:      "pour it",
	MainsPlug: true,
	build:     newKettle,
})

// The kettle's figures.
const (
	kettleSize      = 1000   // ml
	leastWater      = 250.0  // ml that it boils
	mug             = 250    // ml
	mostKettleWatts = 3000.0 // W
	heatThatArrives = 0.9    // part of the heat that reaches the water
	boilingHeat     = 100.0  // °C
	boiledUntil     = 80.0   // °C
	heatOfSteam     = 2257.0 // J/ml
	kettleLoss      = 0.8    // W/K
	// an empty kettle keeps as much heat as that much water, ml
	kettleItself = 100.0
)

type kettleModel struct {
	config values
	meter
	course course

	state string
	water curve // ml
	heat  curve // °C

	stage time.Time // when the water boils, or when it has boiled away
	cold  time.Time // when it no longer counts as boiled
	// the faults
	dry, lidOpen bool
}

func newKettle(s setup) model {
	return &kettleModel{
		config: s.config, state: "idle",
		water: constant(float64(s.config.whole("water_ml"))), heat: constant(roomTemperature),
	}
}

func (k *kettleModel) act(now time.Time, action string, args values, _ *effects) error {
	switch action {
	case "boil":
		return k.boil(now)
	case "fill":
		return k.fill(now, float64(args.whole("water_ml")))
	case "pour":
		return k.pour(now, float64(args.whole("water_ml")))
	default:
		if k.state != "idle" {
			k.end(now, "idle")
		}
		return nil
	}
}

func (k *kettleModel) boil(now time.Time) error {
	water := k.water.at(now)
	switch {
	case k.state == "heating":
		return errors.New("already heating")
	case k.dry:
		return errors.New("the dry protection has cut out: it finds no water in the kettle")
	case water < 1:
		return errors.New("no water in the kettle")
	case tooLittle(leastWater, water):
		return fmt.Errorf("not enough water: the kettle holds %.0f ml and boils %.0f ml at least", water, leastWater)
	}
	from, rate := k.heat.at(now), k.heatFlow()/(water*heatOfWater) // °C, K/s
	s := (boilingHeat - from) / rate
	k.state, k.cold = "heating", time.Time{}
	k.heat = line(now, from, rate)
	k.stage = now.Add(seconds(s))
	k.meter.draw(now, k.config.number("watts"), 0)
	k.course.clear()
	k.course.run(now, s)
	return nil
}

// heatFlow is the power that reaches the water, in W.
func (k *kettleModel) heatFlow() float64 { return k.config.number("watts") * heatThatArrives }

// steam boils the water away until the dry protection cuts out.
func (k *kettleModel) steam(now time.Time) {
	water, rate := k.water.at(now), k.heatFlow()/heatOfSteam // ml, ml/s
	k.heat = constant(boilingHeat)
	k.water = line(now, water, -rate)
	k.stage = now.Add(seconds(water / rate))
	k.course.finish()
}

// steaming reports whether the water is boiling away.
func (k *kettleModel) steaming() bool { return k.water.rate != 0 }

// end ends the heating in the state given.
func (k *kettleModel) end(now time.Time, state string) {
	k.state = state
	k.water = constant(k.water.at(now))
	k.cool(now, k.heat.at(now))
	k.meter.draw(now, 0, 0)
	k.stage, k.cold = time.Time{}, time.Time{}
	k.course.clear()
	if state == "boiled" {
		k.course.finish()
		k.cold = k.heat.falls(now, boiledUntil)
	}
}

// cool lets the water cool down from the heat given.
func (k *kettleModel) cool(now time.Time, from float64) {
	tau := max(k.water.at(now), kettleItself) * heatOfWater / kettleLoss
	k.heat = approach(now, from, roomTemperature, tau)
}

func (k *kettleModel) fill(now time.Time, level float64) error {
	water := k.water.at(now)
	switch {
	case k.state == "heating":
		return errors.New("it is heating; stop it first")
	case level < water:
		return fmt.Errorf("the kettle holds %.0f ml already", water)
	case level > water:
		heat := (water*k.heat.at(now) + (level-water)*roomTemperature) / level
		k.end(now, "idle")
		k.water = constant(level)
		k.cool(now, heat)
	}
	return nil
}

func (k *kettleModel) pour(now time.Time, wanted float64) error {
	water := k.water.at(now)
	switch {
	case k.state == "heating":
		return errors.New("it is heating; stop it first")
	case water < 1:
		return errors.New("no water in the kettle")
	case tooLittle(wanted, water):
		return fmt.Errorf("the kettle holds %.0f ml only", water)
	}
	k.water = constant(max(0, water-wanted))
	k.end(now, "idle")
	return nil
}

// supply: its switch falls back without power, and does not come on again by
// itself.
func (k *kettleModel) supply(now time.Time, on bool) {
	if !on && k.state == "heating" {
		k.end(now, "idle")
	}
}

func (k *kettleModel) due() time.Time { return earlier(k.stage, k.cold) }

func (k *kettleModel) step(now time.Time, _ *effects) {
	switch {
	case due(k.cold, now):
		k.end(now, "idle")
	case k.steaming():
		k.water = constant(0)
		k.end(now, "idle")
	case k.lidOpen:
		k.steam(now)
	default:
		k.heat = constant(boilingHeat)
		k.end(now, "boiled")
	}
}

func (k *kettleModel) give(now time.Time, attribute string, value any) {
	k.end(now, "idle")
	switch attribute {
	case "water_ml":
		k.water = constant(float64(value.(int)))
		k.cool(now, roomTemperature)
	case "temperature_c":
		k.cool(now, value.(float64))
	}
}

func (k *kettleModel) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "dry":
		k.dry = on
		if on && k.state == "heating" {
			k.end(now, "idle")
		}
	case "lid-open":
		k.lidOpen = on
		if !on && k.steaming() {
			k.end(now, "boiled")
		}
	}
}

func (k *kettleModel) read() []any {
	return []any{
		k.state, k.water, k.heat,
		k.course.progress, k.course.remaining, k.meter.power, k.meter.energy,
	}
}
