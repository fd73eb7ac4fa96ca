package devices

import (
	"slices"
	"time"
)

// washProgram is what a washing machine does, one phase after the other.
type washProgram struct {
	name   string
	phases []washPhase
}

// washPhase is a part of a programme.
type washPhase struct {
	state  string
	length time.Duration
	watts  float64
	spins  bool // and drains
}

// The programmes; the first is what a machine runs if nobody says.
//
// cotton-60 is the 60 °C cotton cycle of a Bosch Serie 4, as Ben Tasker has measured
// it ("How much more efficient is a Washing Machine's Eco cycle?", bentasker.co.uk):
// 2 h 42 min and 1.12 kWh in all; the heater is on for 22 min, with two breaks of
// 2 min; then about 80 W for 1 h 11 min, until the first short spin; three spins at
// 270 W, and the last at 430 W.
//
// What is in between is not told there: that it draws nothing in the breaks and in
// four soaks of 2 min, how it fills and rinses, and how long each spin is, are design
// choices that fill the time up. The 2440 W with the heater on follow: they are what
// the rest leaves of 1.12 kWh, rounded, so that the sum is 1.121 kWh.
//
// The other two are design choices: from 20 °C, water of 40 °C takes half the heat of
// water of 60 °C, so 11 min; quick-30 has half the water, a quarter of the heat, so
// 3 min, and short spins.
var programs = []*washProgram{
	{"cotton-60", slices.Concat(
		filling(4),
		heating(8), soaking("heating"), heating(7), soaking("heating"), heating(7),
		washing(71),
		rinsing(), rinsing(),
		finalSpin(3, 8),
	)},
	{"cotton-40", slices.Concat(
		filling(4),
		heating(6), soaking("heating"), heating(5),
		washing(60),
		rinsing(), rinsing(),
		finalSpin(3, 8),
	)},
	{"quick-30", slices.Concat(
		filling(2),
		heating(3),
		washing(10),
		shortRinsing(),
		finalSpin(1, 4),
	)},
}

// What the parts of a programme draw, in W.
const (
	heatingWatts   = 2440.0
	washingWatts   = 80.0
	fillingWatts   = 25.0
	turningWatts   = 60.0
	spinWatts      = 270.0
	fastSpinWatts  = 430.0
	soakingMinutes = 2
)

func phase(state string, minutes int, watts float64) []washPhase {
	return []washPhase{{state: state, length: time.Duration(minutes) * time.Minute, watts: watts}}
}

func spin(state string, minutes int) []washPhase {
	p := phase(state, minutes, spinWatts)
	p[0].spins = true
	return p
}

func filling(minutes int) []washPhase { return phase("filling", minutes, fillingWatts) }
func heating(minutes int) []washPhase { return phase("heating", minutes, heatingWatts) }
func washing(minutes int) []washPhase { return phase("washing", minutes, washingWatts) }

// soaking is a pause in which nothing is drawn.
func soaking(state string) []washPhase { return phase(state, soakingMinutes, 0) }

// rinsing is 24 minutes; the short spin before the fresh water is a part of it.
func rinsing() []washPhase {
	turning := func(minutes int) []washPhase { return phase("rinsing", minutes, turningWatts) }
	return slices.Concat(
		spin("rinsing", 3),
		phase("rinsing", 3, fillingWatts),
		turning(5), soaking("rinsing"), turning(5), soaking("rinsing"), turning(4),
	)
}

// shortRinsing is 8 minutes, likewise.
func shortRinsing() []washPhase {
	turning := phase("rinsing", 2, turningWatts)
	return slices.Concat(spin("rinsing", 1), phase("rinsing", 1, fillingWatts), turning, soaking("rinsing"), turning)
}

// finalSpin spins slowly and fast, and loosens the laundry for 2 minutes.
func finalSpin(slow, fast int) []washPhase {
	last := phase("spinning", fast, fastSpinWatts)
	last[0].spins = true
	return slices.Concat(spin("spinning", slow), last, phase("spinning", 2, turningWatts))
}

func programNames() []string {
	names := make([]string, len(programs))
	for i, p := range programs {
		names[i] = p.name
	}
	return names
}

// programNamed returns a programme that there is.
func programNamed(name string) *washProgram {
	i := slices.IndexFunc(programs, func(p *washProgram) bool { return p.name == name })
	return programs[i]
}
