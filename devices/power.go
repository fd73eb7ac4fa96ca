package devices

import (
	"fmt"
	"time"
)

// metered is a model that knows what it draws.
type metered interface {
	// draws returns the power drawn, a line in W.
	draws() curve
}

// supplied is a model with a mains plug.
type supplied interface {
	// supply says that the power is gone, or back. Without it the model draws
	// nothing, and is asked to do nothing that takes power.
	supply(now time.Time, on bool)
}

// feeding is a model that gives another appliance its power, or does not.
type feeding interface{ feeds() bool }

// measuring is a model that measures what others draw, together.
type measuring interface {
	// measure says that one of them, which drew was, draws is from now on.
	measure(now time.Time, was, is curve)
}

// limit is how much power may flow, in W.
type limit float64

// limitSlack is what counts for nothing above a limit, W: so that a line that comes
// to it is on one side or on the other, whatever is rounded.
const limitSlack = 1e-6

// passed reports whether more than that flows.
func (l limit) passed(now time.Time, watts curve) bool {
	return watts.at(now) > float64(l)+limitSlack
}

// passes returns when a line next comes to be above the limit, or no longer is; the
// zero time for never.
func (l limit) passes(now time.Time, watts curve) time.Time {
	rises, to := watts.rate > 0, float64(l)
	if rises == l.passed(now, watts) {
		return time.Time{} // there it is already
	}
	if rises {
		to += 2 * limitSlack
	}
	s := watts.reaches(now, to)
	if s > maxAhead.Seconds() {
		return time.Time{}
	}
	return watts.since.Add(seconds(s))
}

// supply turns the power of an appliance on or off, for the reasons that by has.
func (a *appliance) supply(now time.Time, on bool, by *appliance) {
	before := resolve(a.model.read(), now)
	a.setSupply(now, on)
	a.cause = by.cause
	a.schedule(now)
	begun := !a.last.at.IsZero() // else it is announced, and nothing comes before that
	if begun && !before.equal(resolve(a.model.read(), now)) {
		a.report(now)
	}
}

func (a *appliance) setSupply(now time.Time, on bool) {
	a.dead = !on
	a.model.(supplied).supply(now, on)
}

// measure passes on that the power of an appliance on this meter changes. A plug that
// trips says so before what is plugged in says that it has lost its power, just as one
// that is turned off.
func (a *appliance) measure(now time.Time, of *appliance, was, is curve) {
	word := a.model.read()[0]
	a.model.(measuring).measure(now, was, is)
	a.cause = of.cause
	a.schedule(now)
	begun := !a.last.at.IsZero()
	if begun && a.model.read()[0] != word {
		a.report(now)
	}
}

// unpowered says why an appliance cannot do what takes power: of a row of feeders,
// the one that has power and gives none.
func (a *appliance) unpowered() error {
	by := a.feeder
	for by.dead {
		by = by.feeder
	}
	return fmt.Errorf("no power: %s is %s", by.id, by.model.read()[0])
}

// beginPower has the power be where the configuration says, before anybody says
// anything.
func (f *Fleet) beginPower(now time.Time) {
	for _, a := range f.order {
		for on, change := a.loadChanges(); change; on, change = a.loadChanges() {
			a.load.setSupply(now, on)
			a = a.load // which may feed another
		}
	}
	for _, last := range f.order {
		if last.load != nil {
			continue
		}
		for a := last; a != nil; a = a.feeder { // from the end of each row, which all before it measure
			f.meter(now, a)
		}
	}
}

// loadChanges reports whether the appliance that a feeds, if any, is to get its
// power back or to lose it.
func (a *appliance) loadChanges() (on, change bool) {
	if a.load == nil {
		return false, false
	}
	on = a.model.(feeding).feeds()
	return on, on == a.load.dead
}

// passPower draws the conclusions from what an appliance did for those that it
// feeds, and for those that measure it.
func (f *Fleet) passPower(now time.Time, a *appliance) {
	if on, change := a.loadChanges(); change {
		a.load.supply(now, on, a)
		f.passPower(now, a.load)
		f.rewake(a.load)
	}
	f.meter(now, a)
}

// meter tells whoever measures an appliance what it draws now.
func (f *Fleet) meter(now time.Time, a *appliance) {
	m, ok := a.model.(metered)
	if !ok {
		return
	}
	was, is := a.drawn, m.draws().rounded()
	if was.sameLine(is) {
		return
	}
	a.drawn = is
	if a.feeder != nil {
		a.feeder.measure(now, a, was, is)
		f.passPower(now, a.feeder) // it may have tripped
		f.rewake(a.feeder)
		return
	}
	for _, m := range f.meters {
		m.measure(now, a, was, is)
		f.rewake(m)
	}
}
