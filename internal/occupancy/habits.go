package occupancy

import (
	"fmt"
	"time"

	"homebus/internal/daytime"
)

// claims reports days for which there are two habits.
func (p *Person) claims() []Mistake {
	var all []Mistake
	for i := range p.Habits {
		for j := range i {
			a, b := p.Habits[i].Days, p.Habits[j].Days
			switch {
			case a == 0 && b == 0:
				all = append(all, Mistake{Habit: i, Other: j, Key: "days", What: "there is another table for every day"})
			case a&b != 0:
				all = append(all, Mistake{Habit: i, Other: j, Key: "days", What: fmt.Sprintf("there is another table for %s", a&b)})
			default:
				continue
			}
			break
		}
	}
	return all
}

// nights reports days that end when the next one has begun.
func (p *Person) nights() []Mistake {
	for d := range daytime.DayNames {
		today, tomorrow := time.Weekday(d), time.Weekday((d+1)%len(daytime.DayNames))
		a, b := p.on(today), p.on(tomorrow)
		if a == nil || b == nil || a == b {
			continue
		}
		last, first := a.last(), b.first()
		if last == none || first == none {
			continue
		}
		end := time.Duration(a.given()[last]-day)*time.Second + a.Jitter
		if end >= time.Duration(b.given()[first])*time.Second-b.Jitter {
			return []Mistake{{Habit: p.index(a), Other: p.index(b), Key: momentKeys[last],
				What: fmt.Sprintf("%s after %s is too late for %s on %s", a.say(last), daytime.DayNames[today], b.say(first), daytime.DayNames[tomorrow])}}
		}
	}
	return nil
}

func (p *Person) index(h *Habit) int {
	for i := range p.Habits {
		if h == &p.Habits[i] {
			return i
		}
	}
	return none
}
