package devices

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/message"
)

func TestTheHouseIsMetered(t *testing.T) {
	h := newTestHouse(t, append(demoFlat(), Spec{ID: HouseMeter, Type: PowerMeter, Config: map[string]any{"budget_w": 1000}})...)
	h.expect("0s", HouseMeter, map[string]any{"state": "ok", "power_w": 0.5, "energy_today_kwh": 0.0})
	h.done("10s", testToaster, `{"do":"start","browning":4}`)
	h.expect("12s", HouseMeter, map[string]any{"state": "ok", "power_w": 900.5})
	h.done("20s", testCoffee, `{"do":"brew","cups":4}`)
	h.expect("20s", HouseMeter, map[string]any{"state": "over", "power_w": 1800.5}) // at once
	h.expect("150s", HouseMeter, map[string]any{"state": "ok", "power_w": 900.5})
	h.refused("151s", HouseMeter, `{"do":"reset"}`, "a power-meter takes no commands")
	h.at("2h")
	sum := 0.0
	for _, spec := range demoFlat() {
		wh, _ := readingOf(h.fleet.byID[spec.ID], "energy_wh", h.now)
		sum += wh
	}
	if kwh, _ := readingOf(h.fleet.byID[HouseMeter], "energy_kwh", h.now); math.Abs(1000*kwh-sum) > 1e-6 {
		t.Errorf("the house used %v Wh, its appliances %v", 1000*kwh, sum)
	}
}

// A fade passes the budget while nobody does anything.
func TestTheBudgetIsPassedInMidFade(t *testing.T) {
	h := newTestHouse(t,
		Spec{ID: testLight, Type: "dimmable-light", Config: map[string]any{"watts": 100}},
		Spec{ID: HouseMeter, Type: PowerMeter, Config: map[string]any{"budget_w": 60}})
	h.done("0s", testLight, `{"do":"on","brightness":100,"over":"100s"}`)
	h.done("200s", testLight, `{"do":"off","over":"100s"}`)
	h.at("10m")
	over := h.when(HouseMeter, "over", 0)
	if ok := h.when(HouseMeter, "ok", over); over.Round(time.Millisecond) != time.Minute || ok.Round(time.Millisecond) != 240*time.Second {
		t.Errorf("over at %s, ok at %s; want 1m0s and 4m0s", over, ok)
	}
}

// However slow a fade is, and however large the budget, what passes it is noticed
// when it does: up, and down again.
func TestABudgetIsPassedSlowly(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		budget := rapid.Float64Range(1, 100_000).Draw(rt, "budget")
		watts, over := rapid.Float64Range(0.1, 100).Draw(rt, "watts"), rapid.Int64Range(1, 24*3600).Draw(rt, "over")
		rate := watts / float64(over)
		m := newPowerMeter(setup{now: start, zone: time.UTC, config: values{"budget_w": budget}}).(*powerMeterModel)
		m.measure(start, constant(0), constant(budget-rapid.Float64Range(0, 0.9).Draw(rt, "below")*watts))
		for _, way := range []float64{1, -1} {
			now := start
			if way < 0 {
				now = start.Add(time.Duration(over) * time.Second)
			}
			m.measure(now, m.meter.power, line(now, m.meter.power.at(now), way*rate))
			if m.over != (way < 0) {
				rt.Fatalf("over %v before it is passed", m.over)
			}
			for range 3 { // it may come to the budget, and then beyond it
				if !m.crosses.IsZero() {
					m.step(m.crosses, nil)
				}
			}
			if m.over != (way > 0) {
				rt.Fatalf("over %v after it is passed", m.over)
			}
		}
	})
}

// Days begin at midnight at home, and have 23 to 25 hours.
func TestTodayBeginsAtMidnight(t *testing.T) {
	zone := must(time.LoadLocation("Europe/Berlin"))
	for _, tt := range []struct {
		day   time.Time
		hours float64
	}{
		{time.Date(2026, 11, 20, 0, 0, 0, 0, zone), 24},
		{time.Date(2026, 3, 29, 0, 0, 0, 0, zone), 23},
		{time.Date(2026, 10, 25, 0, 0, 0, 0, zone), 25},
	} {
		f := must(NewFleet([]Spec{
			{ID: "hall/light", Type: "dimmable-light", Config: map[string]any{"watts": 100}},
			{ID: HouseMeter, Type: PowerMeter},
		}, tt.day.Add(-5*time.Hour), Options{IDs: &message.Counted{}, Zone: zone}))
		must(f.Touch(tt.day.Add(-5*time.Hour), "hall/light", "on", nil))
		next := time.Date(2026, tt.day.Month(), tt.day.Day()+1, 0, 0, 0, 0, zone)
		f.Tick(next.Add(-time.Nanosecond))
		m := f.byID[HouseMeter]
		if kwh, _ := readingOf(m, "energy_today_kwh", next.Add(-time.Nanosecond)); math.Abs(kwh-0.1*tt.hours) > 1e-9 {
			t.Errorf("%s: %v kWh in %v hours", tt.day, kwh, tt.hours)
		}
		f.Tick(next)
		if kwh, _ := readingOf(m, "energy_today_kwh", next); kwh != 0 {
			t.Errorf("%s: %v kWh at midnight", tt.day, kwh)
		}
	}
}

func TestNextMidnight(t *testing.T) {
	paulo := must(time.LoadLocation("America/Sao_Paulo"))
	for _, tt := range []struct{ now, want time.Time }{
		{time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC), time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)},
		{time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)},
		// the clocks went from 24:00 to 01:00
		{time.Date(2018, 11, 3, 12, 0, 0, 0, paulo), time.Date(2018, 11, 4, 1, 0, 0, 0, paulo)},
	} {
		if got := nextMidnight(tt.now, tt.now.Location()); !got.Equal(tt.want) {
			t.Errorf("after %s comes %s, want %s", tt.now, got, tt.want)
		}
	}
}

// What is added and taken away again leaves nothing, however often.
func TestTheMeterReturnsToZero(t *testing.T) {
	h := newTestHouse(t,
		Spec{ID: testLight, Type: "dimmable-light", Config: map[string]any{"watts": 33.3}},
		Spec{ID: HouseMeter, Type: PowerMeter})
	now := start
	for i := range 10_000 {
		now = now.Add(time.Duration(i) * 7 * time.Millisecond)
		must(h.fleet.Touch(now, testLight, "on", map[string]any{"brightness": i%100 + 1, "over": "7s"}))
		now = now.Add(3 * time.Second)
		must(h.fleet.Touch(now, testLight, "off", nil))
	}
	if w, _ := readingOf(h.fleet.byID[HouseMeter], "power_w", now); w != 0 {
		t.Errorf("%v W are left", w)
	}
}

// Nor do slow fades leave anything, which are looked at long after they began.
func TestSlowFadesLeaveNothing(t *testing.T) {
	h := newTestHouse(t,
		Spec{ID: testPlug, Type: "smart-plug", Config: map[string]any{"load": testLight, "watts": 0}},
		Spec{ID: testLight, Type: "dimmable-light", Config: map[string]any{"watts": 37.3}},
		Spec{ID: HouseMeter, Type: PowerMeter})
	now := start
	for range 100 {
		must(h.fleet.Touch(now, testLight, "on", map[string]any{"brightness": 97, "over": "23h13m7s"}))
		now = now.Add(24 * time.Hour)
		must(h.fleet.Touch(now, testLight, "off", nil))
	}
	for _, id := range []string{testPlug, HouseMeter} {
		if w, _ := readingOf(h.fleet.byID[id], "power_w", now); math.Abs(w) > 1e-6 {
			t.Errorf("%s: %v W are left", id, w)
		}
	}
}
