package devices

import "time"

// HouseMeter is the id of the meter of the house, which every house with an
// appliance on mains power has, whether its file names it or not.
const HouseMeter = "house/power"

// PowerMeter is the type of the house's meter.
const PowerMeter = "power-meter"

// A power meter measures what all appliances draw together; what a smart plug
// feeds counts once. Its energy is the exact integral of its power. Its days begin
// at midnight in the home's zone. The budget is a wish of the house, not a fuse:
// nothing trips.
var _ = register(&Type{
	Name: PowerMeter,
	Doc:  "The meter of the house: what all its appliances draw together.",
	Attributes: []Attribute{
		{Value: Value{Name: "state", Kind: Word, Values: []string{"ok", "over"}, Doc: "over while more is drawn than the budget"}},
		{
			Value:  Value{Name: "power_w", Kind: Number, Unit: "W", Doc: "power drawn now by all"},
			Digits: 2, Ratio: 0.01, Step: 0.1,
		},
		{
			Value:  Value{Name: "energy_today_kwh", Kind: Number, Unit: "kWh", Doc: "energy used by all since midnight, home time"},
			Digits: 5, Step: 0.01,
		},
		{Value: Value{Name: "energy_kwh", Kind: Number, Unit: "kWh", Doc: "energy used by all since the start"}, Digits: 5},
	},
	Config: []Value{
		{Name: "budget_w", Kind: Number, Unit: "W", Min: 1, Max: 100_000, Doc: "what may be drawn at most; no limit if not given"},
	},
	Phases: map[string]Phase{"ok": Resting, "over": Alarm},
	Cry:    "Too much power",
	build:  newPowerMeter,
})

type powerMeterModel struct {
	meter    meter
	zone     *time.Location
	budget   limit // 0 for none
	over     bool
	crosses  time.Time // when the power passes the budget
	midnight time.Time // the next
	today    float64   // Wh on the meter when the day began
}

func newPowerMeter(s setup) model {
	m := &powerMeterModel{zone: s.zone, midnight: nextMidnight(s.now, s.zone)}
	if s.config.has("budget_w") {
		m.budget = limit(s.config.number("budget_w"))
	}
	m.meter.draw(s.now, 0, 0)
	return m
}

// nextMidnight returns the first instant of the next day in a zone. Where a day
// begins at 01:00, because the clocks go forward at midnight, time.Date may say
// 23:00 of the day before.
func nextMidnight(now time.Time, zone *time.Location) time.Time {
	year, month, day := now.In(zone).Date()
	next := time.Date(year, month, day+1, 0, 0, 0, 0, zone)
	for next.Day() == day {
		next = next.Add(time.Hour)
	}
	return next
}

// measure adds what one of all draws now.
func (m *powerMeterModel) measure(now time.Time, was, is curve) {
	total := m.meter.power.minus(now, was).plus(now, is)
	m.meter.draw(now, total.value, total.rate)
	m.foresee(now)
}

// foresee compares with the budget, now and when the power will pass it.
func (m *powerMeterModel) foresee(now time.Time) {
	if m.budget == 0 {
		return
	}
	m.over = m.budget.passed(now, m.meter.power)
	m.crosses = m.budget.passes(now, m.meter.power)
}

func (m *powerMeterModel) due() time.Time { return earlier(m.midnight, m.crosses) }

func (m *powerMeterModel) step(now time.Time, _ *effects) {
	if due(m.midnight, now) {
		m.midnight = nextMidnight(now, m.zone)
		m.meter.draw(now, m.meter.power.at(now), m.meter.power.rate)
		m.today = m.meter.energy.value
	}
	m.foresee(now)
}

func (m *powerMeterModel) act(time.Time, string, values, *effects) error { return nil }
func (m *powerMeterModel) give(time.Time, string, any)                   {}
func (m *powerMeterModel) fail(time.Time, string, bool)                  {}

func (m *powerMeterModel) read() []any {
	state := "ok"
	if m.over {
		state = "over"
	}
	today := m.meter.energy
	today.value -= m.today
	return []any{state, m.meter.power, today.scaled(1e-3), m.meter.energy.scaled(1e-3)}
}
