package devices

import (
	"errors"
	"time"
)

// battery is what an appliance without a plug lives on. Its charge falls by time,
// as a line from 100 to 0 % in its life, and by what is drained besides. At 0 it is
// flat, and stays so until somebody changes it: the appliance can do nothing that
// takes power (see flat). It needs no step of its own.
//
// The life of a battery and what is called low are design choices: makers of door
// and motion sensors promise one to two years, and most warn at 5 to 15 %.
type battery struct {
	life time.Duration
	left curve // %
	low  bool
}

// The battery's figures.
const (
	fullCharge = 100.0 // %
	lowCharge  = 5.0   // %
)

// errFlat refuses what takes power.
var errFlat = errors.New("the battery is flat; change it")

// batteryLife is the configuration key of every appliance that has a battery.
var batteryLife = Value{
	Name: "battery_life", Kind: Duration, Min: 3600, Max: 10 * 365 * 24 * 3600, Default: "17520h",
	Doc: "how long a battery lasts if nothing moves; two years are 17520h",
}

// changeBattery is the action for a flat one; a model answers it with change.
var changeBattery = Action{Name: "change_battery", Doc: "put a new battery in", ByHand: true}

func batteryAttribute() Attribute {
	return Attribute{
		Value: Value{Name: "battery", Kind: Int, Unit: "%", Max: fullCharge, Doc: "charge of the battery"},
		Step:  1,
	}
}

// newBattery returns a full one that lasts as long as the key battery_life says.
func newBattery(now time.Time, life time.Duration) battery {
	b := battery{life: life}
	b.leave(now, fullCharge)
	return b
}

// charge is what to read for the attribute, in %.
func (b *battery) charge() curve { return b.left }

// flat reports whether nothing is left.
func (b *battery) flat(now time.Time) bool {
	return b.left.rate == 0 || b.left.at(now) <= 1e-9
}

// drain takes a part of the charge out at once, in %.
func (b *battery) drain(now time.Time, percent float64) {
	b.leave(now, max(0, b.left.at(now)-percent))
}

// change puts a new one in; as long as the fault is there, that is as low as the
// old one.
func (b *battery) change(now time.Time) {
	if b.low {
		b.leave(now, lowCharge)
		return
	}
	b.leave(now, fullCharge)
}

// setLow sets or clears the fault low-battery: with it there are 5 % left at most,
// and when it clears, somebody has put a new battery in.
func (b *battery) setLow(now time.Time, on bool) {
	switch {
	case on && !b.low:
		b.leave(now, min(lowCharge, b.left.at(now)))
	case !on && b.low:
		b.leave(now, fullCharge)
	}
	b.low = on
}

// leave sets the charge; it goes on falling from there.
func (b *battery) leave(now time.Time, percent float64) {
	b.left = stretch(now, percent, -fullCharge/b.life.Seconds(), 0)
}
