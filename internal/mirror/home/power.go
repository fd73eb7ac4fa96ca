package home

import (
	"fmt"
	"time"

	"homebus/devices"
)

// powerHistory is how many minutes of power are kept.
const powerHistory = 120

// Power is what the home draws and has used. While the meter of the house can be
// believed it is what the meter says and, besides, what those draw that are not of
// the plan and so not on that meter; without a plan nobody knows who is not, and it
// is the meter's alone. Otherwise it is the sum over the appliances, in which what a
// plug feeds and measures is the plug's.
type Power struct {
	// Watts is what is drawn now, as far as it can be known.
	Watts float64
	// TodayWh is the energy since midnight in the home's zone. What an appliance
	// had counted before it was first heard is taken as today's; a counter that
	// goes back has begun anew.
	TodayWh float64
	// History holds the highest Watts of each of the last minutes by the house's
	// clock, the present one last.
	History []float64
	// Metered says that Watts and TodayWh are from the meter of the house.
	Metered bool

	over   bool
	day    string
	minute time.Time
	// What appliances have counted since midnight, Wh: those that the meter
	// measures, and others.
	measured, others float64
	// ahead is how much more than measured the meter had at its last report, Wh.
	ahead float64
}

// Over reports whether the meter of the house says that too much is drawn.
func (p *Power) Over() bool { return p.over }

// Watts prints a power: "917 W", "1.04 kW".
func Watts(w float64) string {
	if w >= 1000 {
		return fmt.Sprintf("%.2f kW", w/1000)
	}
	return fmt.Sprintf("%.0f W", w)
}

// tick lets time pass.
func (p *Power) tick(at Moment, h *Home) {
	if day := at.House.In(h.Zone).Format(time.DateOnly); day != p.day {
		if p.day != "" {
			p.measured, p.others, p.ahead = 0, 0, 0
		}
		p.day = day
	}
	p.Watts, p.Metered = h.meter.draws()
	p.over = h.meter.Live() && h.meter.Phase() == PhaseAlarm
	for _, a := range h.Appliances() {
		if !a.isMeter() && !a.isOnPlug() && !(p.Metered && h.measures(a)) {
			watts, _ := a.draws()
			p.Watts += watts
		}
	}
	p.TodayWh = max(p.measured+p.ahead, 0) + p.others
	if wh, ok := h.meter.today(); ok && p.Metered {
		p.TodayWh = wh + p.others
	}
	p.record(at)
}

// draws returns the power that an appliance draws, if that is known at present.
func (a *Appliance) draws() (watts float64, ok bool) {
	watts, ok = a.Number("power_w")
	if !ok || !a.Live() {
		return 0, false
	}
	return watts, true
}

// today returns the energy that a meter has measured since midnight, Wh.
func (a *Appliance) today() (wh float64, ok bool) {
	kwh, ok := a.Number("energy_today_kwh")
	return kwh * 1000, ok
}

// isMeter reports whether it measures what others draw.
func (a *Appliance) isMeter() bool { return a.Type != nil && a.Type.Name == devices.PowerMeter }

// isOnPlug reports whether the power that it draws is in that of another.
func (a *Appliance) isOnPlug() bool {
	if a.feeder == nil {
		return false
	}
	_, ok := a.feeder.draws()
	return ok
}

// measures reports whether the meter of the house measures it.
func (h *Home) measures(a *Appliance) bool { return a.planned || !h.hasPlan }

func (p *Power) record(at Moment) {
	minute := at.House.Truncate(time.Minute)
	switch {
	case len(p.History) == 0 || minute.Sub(p.minute) >= powerHistory*time.Minute || minute.Before(p.minute):
		p.History = append(p.History[:0], p.Watts)
		p.minute = minute
	case minute.Equal(p.minute):
		last := len(p.History) - 1
		p.History[last] = max(p.History[last], p.Watts)
	default:
		for p.minute.Before(minute) {
			p.History = append(p.History, p.Watts)
			p.minute = p.minute.Add(time.Minute)
		}
		p.History = append(p.History[:0], p.History[max(0, len(p.History)-powerHistory):]...)
	}
}

// count adds what an appliance has used since its last report.
func (p *Power) count(h *Home, a *Appliance) {
	if a == h.meter {
		if wh, ok := a.today(); ok {
			p.ahead = wh - p.measured
		}
		return
	}
	wh, ok := a.counter()
	if !ok || a.isMeter() || a.feeder != nil && a.feeder.hasCounter() {
		return
	}
	used := wh
	if a.counted && wh >= a.energy {
		used = wh - a.energy
	}
	if h.measures(a) {
		p.measured += used
	} else {
		p.others += used
	}
	a.energy, a.counted = wh, true
}

// counter returns the energy that an appliance has counted, Wh.
func (a *Appliance) counter() (wh float64, ok bool) {
	if wh, ok = a.Number("energy_wh"); !ok {
		wh, ok = a.Number("energy_kwh")
		wh *= 1000
	}
	return wh, ok && wh >= 0
}

// hasCounter reports whether an appliance of the plan counts energy, whether it has
// said so yet or not.
func (a *Appliance) hasCounter() bool {
	if a.Type == nil {
		return false
	}
	_, wh := a.Type.Attribute("energy_wh")
	_, kwh := a.Type.Attribute("energy_kwh")
	return wh || kwh
}
