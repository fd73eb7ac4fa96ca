package devices

import (
	"errors"
	"fmt"
	"time"
)

// A washing machine runs programmes, which washing_programs.go has as tables, with
// the sources of their figures. It draws nothing while the laundry soaks, so that its
// power alone does not say whether it is done.
//
// Done or idle it draws 9.7 W, and 1.2 W once nobody has touched it for 15 minutes
// (wotid.com, "Monitoring my washing machine power consumption": measured at a Fisher
// & Paykel; the 1.2 W are in its correction). It is delivered at 1.2 W, and after
// each loss of power it begins at 9.7 W. Paused or blocked it waits for somebody, and
// draws 9.7 W for as long as that lasts. What follows are design choices.
//
// Starting it includes putting laundry in. Paused, it goes on when it is started
// again. Stopped, it drains, and the laundry can be taken out. Without power it
// keeps its place in the programme, and goes on when it is back.
//
// Laundry that does not spread does not come up to speed: the drum turns slowly for
// two minutes to spread it, up to three times for each spin; then it spins slowly,
// for as long as it would have. Water that does not drain stops the programme
// before the next spin, or in it; it goes on once the water drains.
var _ = register(&Type{
	Name: "washing-machine",
	Doc:  "A washing machine. A simulated person takes the laundry out.",
	Attributes: []Attribute{
		{
			Value: Value{
				Name: "state", Kind: Word,
				Values: []string{"idle", "filling", "heating", "washing", "rinsing", "spinning", "done", "paused", "blocked"},
				Doc:    "done until the laundry is taken out; blocked while the water does not drain",
			},
			Setters: []Setter{
				{Action: "start", When: "filling"},
				{Action: "pause", When: "paused"},
				{Action: "stop", When: "idle"},
			},
		},
		{
			Value:   Value{Name: "program", Kind: Word, Values: programNames(), Doc: "what it runs, or ran last"},
			Setters: []Setter{{Action: "start", Param: "program"}},
			Given:   true,
		},
		{Value: Value{Name: "loaded", Kind: Bool, Doc: "whether laundry is in it"}, Says: map[bool]string{true: "loaded", false: "empty"}},
		progressAttribute(),
		remainingAttribute(),
		powerAttribute(2500),
		energyAttribute(),
	},
	Actions: []Action{
		{Name: "start", Doc: "put laundry in and wash it, or go on after a pause", Params: []Value{
			{Name: "program", Kind: Word, Values: programNames(), Doc: "the one that it ran last if not given"},
		}},
		{Name: "pause", Doc: "stop where it is, until it is started again"},
		{Name: "stop", Doc: "give up the programme and drain"},
		{Name: "unload", Doc: "take the laundry out", ByHand: true},
	},
	Faults: []Fault{
		{Name: "unbalanced", Doc: "the laundry does not spread: it tries three times for two minutes, then spins slowly"},
		{Name: "drain-blocked", Doc: "the water does not drain: it stops with water in the drum when it would spin, and goes on when this clears"},
	},
	Config: []Value{
		{Name: "program", Kind: Word, Values: programNames(), Default: programs[0].name, Doc: "what it runs if nobody says"},
		{Name: "unload_after", Kind: Duration, Max: 7 * 24 * 3600, Default: "1h", Doc: "when the simulated person takes the laundry out; 0s for never"},
	},
	Natural: map[string]string{
		"idle": "start", "filling": "pause", "heating": "pause", "washing": "pause", "rinsing": "pause", "spinning": "pause",
		"done": "unload", "paused": "start", "blocked": "stop",
	},
	Phases: map[string]Phase{
		"idle": Resting, "filling": Working, "heating": Working, "washing": Working, "rinsing": Working, "spinning": Working,
		"done": Ready, "paused": Lasting, "blocked": Alarm,
	},
	Makes:     "Laundry",
	Take:      "take it out",
	Cry:       "Washing machine does not drain",
	MainsPlug: true,
	build:     newWasher,
})

// The washing machine's figures.
const (
	awakeWatts  = 9.7
	asleepWatts = 1.2
	asleepAfter = 15 * time.Minute

	spreadFor     = 2 * time.Minute
	mostSpreads   = 3     // for each spin
	slowSpinWatts = 130.0 // at half the speed
)

type washer struct {
	config values
	meter
	course course

	state   string
	loaded  bool
	program *washProgram
	phase   int           // of the program
	left    time.Duration // of the phase, from since on
	spread  time.Duration // of an attempt to spread the laundry before that
	spreads int           // attempts in this phase
	since   time.Time     // it runs; zero if it does not
	givenUp bool          // stopped, and the water has not drained

	end     time.Time // of what it does now
	sleep   time.Time // when it goes to standby
	collect time.Time // when the simulated person comes
	dead    bool      // no power
	// the faults
	unbalanced, drainBlocked bool
}

func newWasher(s setup) model {
	w := &washer{config: s.config, state: "idle", program: programNamed(s.config.text("program"))}
	w.draw(s.now, asleepWatts, 0)
	return w
}

func (w *washer) act(now time.Time, action string, args values, _ *effects) error {
	switch action {
	case "start":
		return w.start(now, args.text("program"))
	case "pause":
		return w.pause(now)
	case "stop":
		w.stop(now)
		return nil
	default:
		return w.unload(now)
	}
}

func (w *washer) start(now time.Time, program string) error {
	switch {
	case w.running():
		return errors.New("already washing")
	case w.state == "blocked":
		return errors.New("the water does not drain")
	case w.state == "done":
		return errors.New("the laundry is still in the machine; take it out first")
	case w.state == "paused" && program != "" && program != w.program.name:
		return fmt.Errorf("%s is paused; go on with it, or stop it first", w.program.name)
	case w.state == "idle":
		if program != "" {
			w.program = programNamed(program)
		}
		w.loaded = true
		w.course.clear()
		w.enter(0)
	}
	w.run(now)
	return nil
}

// running reports whether the programme goes on.
func (w *washer) running() bool {
	return w.state != "idle" && w.state != "done" && w.state != "paused" && w.state != "blocked"
}

// enter comes to a phase of the programme.
func (w *washer) enter(phase int) {
	w.phase, w.left = phase, w.program.phases[phase].length
	w.spread, w.spreads = 0, 0
}

// run goes on from where the programme is.
func (w *washer) run(now time.Time) {
	p := &w.program.phases[w.phase]
	if p.spins && w.drainBlocked {
		w.wait(now, "blocked")
		return
	}
	w.sleep, w.state = time.Time{}, p.state
	if w.dead {
		w.course.hold(now)
		w.draw(now, 0, 0)
		return
	}
	if w.struggles(p) && w.spread == 0 && w.spreads < mostSpreads && w.left > 0 {
		w.spread = spreadFor
		w.spreads++
	}
	watts, long := p.watts, w.left
	switch {
	case w.spread > 0:
		watts, long = turningWatts, w.spread
	case w.struggles(p):
		watts = slowSpinWatts
	}
	w.since, w.end = now, now.Add(long)
	w.course.run(now, w.remaining().Seconds())
	w.draw(now, watts, 0)
}

// struggles reports whether the drum cannot come up to the speed of a phase.
func (w *washer) struggles(p *washPhase) bool { return p.spins && w.unbalanced }

// remaining is what is left of the programme.
func (w *washer) remaining() time.Duration {
	left := w.spread + w.left
	for _, p := range w.program.phases[w.phase+1:] {
		left += p.length
	}
	return left
}

// halt notes how far the programme has come.
func (w *washer) halt(now time.Time) {
	if w.since.IsZero() {
		return
	}
	gone := now.Sub(w.since)
	if w.spread > 0 {
		w.spread -= gone
	} else {
		w.left -= gone
	}
	w.since, w.end = time.Time{}, time.Time{}
	w.course.hold(now)
}

// wait stands still, for somebody to come, in the state given.
func (w *washer) wait(now time.Time, state string) {
	w.halt(now)
	w.state = state
	w.wake(now)
}

// wake draws what the panel takes when it shows something; at the end of a
// programme it goes out after a while.
func (w *washer) wake(now time.Time) {
	w.sleep = time.Time{}
	switch {
	case w.dead:
		w.draw(now, 0, 0)
		return
	case w.state == "idle" || w.state == "done":
		w.sleep = now.Add(asleepAfter)
	}
	w.draw(now, awakeWatts, 0)
}

func (w *washer) pause(now time.Time) error {
	switch {
	case w.state == "blocked":
		return errors.New("the water does not drain")
	case w.state == "paused":
		return nil
	case !w.running():
		return errors.New("it is not washing")
	}
	w.wait(now, "paused")
	return nil
}

func (w *washer) stop(now time.Time) {
	switch {
	case w.state == "idle" || w.state == "done":
		return
	case w.drainBlocked:
		w.givenUp = true
		w.wait(now, "blocked")
	default:
		w.wait(now, "idle")
	}
	w.course.clear()
}

func (w *washer) unload(now time.Time) error {
	switch {
	case w.state == "blocked":
		return errors.New("there is water in the drum")
	case w.state != "idle" && w.state != "done":
		return errors.New("the door is locked while it washes; stop it first")
	case !w.loaded:
		return errors.New("no laundry in the machine")
	}
	w.loaded = false
	w.collect = time.Time{}
	w.course.clear()
	w.wait(now, "idle")
	return nil
}

// supply: it keeps its place in the programme, as most machines do.
func (w *washer) supply(now time.Time, on bool) {
	w.dead = !on
	if w.running() {
		w.halt(now)
		w.run(now)
		return
	}
	w.wake(now)
}

func (w *washer) due() time.Time { return earlier(earlier(w.end, w.sleep), w.collect) }

func (w *washer) step(now time.Time, _ *effects) {
	switch {
	case due(w.end, now):
		w.next(now)
	case due(w.sleep, now):
		w.sleep = time.Time{}
		w.draw(now, asleepWatts, 0)
	default:
		w.collect = time.Time{}
		_ = w.unload(now) // refused if somebody has done so
	}
}

// next does what comes after what has ended.
func (w *washer) next(now time.Time) {
	spreading := w.spread > 0
	w.halt(now)
	switch {
	case spreading:
		w.run(now)
	case w.phase+1 < len(w.program.phases):
		w.enter(w.phase + 1)
		w.run(now)
	default:
		w.finish(now)
	}
}

func (w *washer) finish(now time.Time) {
	w.wait(now, "done")
	w.course.finish()
	if wait := w.config.duration("unload_after"); wait > 0 {
		w.collect = now.Add(wait)
	}
}

// give sets the programme; one that runs is given up.
func (w *washer) give(now time.Time, _ string, value any) {
	if w.state != "idle" && w.state != "done" {
		w.wait(now, "idle")
		w.course.clear()
	}
	w.program = programNamed(value.(string))
}

func (w *washer) fail(now time.Time, fault string, on bool) {
	switch fault {
	case "unbalanced":
		w.unbalanced = on
	case "drain-blocked":
		w.drainBlocked = on
	}
	switch {
	case w.running():
		w.halt(now)
		w.run(now)
	case w.state == "blocked" && !w.drainBlocked && w.givenUp:
		w.givenUp = false
		w.wait(now, "idle")
	case w.state == "blocked" && !w.drainBlocked:
		w.run(now)
	}
}

func (w *washer) read() []any {
	return []any{
		w.state, w.program.name, w.loaded,
		w.course.progress, w.course.remaining, w.meter.power, w.meter.energy,
	}
}
