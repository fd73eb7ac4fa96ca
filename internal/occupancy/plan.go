package occupancy

import (
	"math/rand/v2"
	"time"
)

// plan is when somebody does what on one day, in seconds since its midnight.
type plan struct {
	at [moments]int
	// home says that the person does not leave.
	home bool
}

// window is when a moment usually is, in seconds since midnight.
type window struct{ from, to int }

func between(fromHour, fromMinute, toHour, toMinute int) window {
	return window{fromHour*3600 + fromMinute*60, toHour*3600 + toMinute*60}
}

// Where no time is given; all a design choice.
var (
	workday = [moments]window{between(6, 15, 7, 15), between(7, 30, 8, 30), between(16, 30, 18, 30), between(22, 15, 23, 30)}
	weekend = [moments]window{between(8, 0, 9, 30), between(10, 30, 12, 30), between(14, 0, 18, 0), between(22, 45, 24, 15)}
)

const (
	// stayIn is on how many weekend days one stays at home: one of so many.
	stayIn = 3
	// night is how long a night is at least, and gap how long any other time between
	// two moments, of which at least one is made and where there is room.
	night = 5 * 3600
	gap   = 30 * 60
)

// plan makes the times of a day from its random source.
func (h *Habit) plan(random *rand.Rand, weekday time.Weekday) plan {
	p, usual := plan{at: h.given(), home: h.Home}, &workday
	if weekday == time.Saturday || weekday == time.Sunday {
		usual = &weekend
		out := h.Leave != nil || h.Return != nil
		p.home = random.IntN(stayIn) == 0 && !out || p.home
	}
	if jitter := int(h.Jitter / time.Second); jitter > 0 {
		for i := range p.at {
			if p.at[i] != none {
				p.at[i] = max(p.at[i]+random.IntN(2*jitter+1)-jitter, 0)
			}
		}
	}
	for i := range p.at {
		if p.at[i] == none && !p.skips(i) {
			p.at[i] = p.room(i).fit(usual[i]).draw(random)
		}
	}
	return p
}

// skips reports whether a moment is none of this day.
func (p *plan) skips(moment int) bool {
	return p.home && (moment == leave || moment == comeHome)
}

// room returns when a moment can be, all before it being known: between its
// neighbours, with room for those that are still to be made.
func (p *plan) room(moment int) window {
	before, after := p.before(moment)
	next, steps := moment+1, 1
	for ; next < moments && p.at[next] == none; next++ {
		if !p.skips(next) {
			steps++
		}
	}
	until, rest := p.at[wake]+day, night // wake is known but where it is itself looked for
	switch {
	case next < moments:
		until, rest = p.at[next], gap
	case moment == wake:
		until = before + day
	}
	room := window{before + after, until - rest - (steps-1)*gap}
	if room.from > room.to {
		room.from = before + (until-before)/(steps+1)
		room.to = room.from
	}
	return room
}

// before returns the moment before one, and how long after it that can be.
func (p *plan) before(moment int) (at, after int) {
	for i := moment - 1; i >= 0; i-- {
		if p.at[i] != none {
			return p.at[i], gap
		}
	}
	for i := moments - 1; i > moment; i-- { // of the day before
		if p.at[i] > day {
			return p.at[i] - day, night
		}
	}
	return 0, 0
}

// fit moves a window into a room, and cuts off what is too long for it.
func (room window) fit(w window) window {
	move := max(room.from-w.from, 0)
	if w.to+move > room.to {
		move = room.to - w.to
	}
	return window{max(w.from+move, room.from), w.to + move}
}

func (w window) draw(random *rand.Rand) int { return w.from + random.IntN(w.to-w.from+1) }
