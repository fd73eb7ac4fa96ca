package home

import "time"

// powerHistory is how many minutes of power are kept.
const powerHistory = 120

// Power is what the home draws and has used.
type Power struct {
	// Watts is the sum over the appliances that can be reached and whose values
	// are fresh.
	Watts float64
	// TodayWh is the energy since midnight in the home's zone. What an appliance
	// had counted before it was first heard is taken as today's; a counter that
	// goes back has begun anew.
	TodayWh float64
	// History holds the highest Watts of each of the last minutes by the house's
	// clock, the present one last.
	History []float64

	day    string
	minute time.Time
}

func (p *Power) tick(at Moment, h *Home) {
	if day := at.House.In(h.Zone).Format(time.DateOnly); day != p.day {
		if p.day != "" {
			p.TodayWh = 0
		}
		p.day = day
	}
	p.Watts = 0
	for _, a := range h.Appliances() {
		if w, ok := a.Number("power_w"); ok && a.Fresh && !a.Offline {
			p.Watts += w
		}
	}
	p.record(at)
}

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

// count adds what the appliance has used since its last report.
func (p *Power) count(a *Appliance) {
	wh, ok := a.Number("energy_wh")
	if !ok || wh < 0 {
		return
	}
	used := wh
	if a.counted && wh >= a.energy {
		used = wh - a.energy
	}
	p.TodayWh += used
	a.energy, a.counted = wh, true
}
