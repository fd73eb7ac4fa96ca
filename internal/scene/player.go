package scene

import (
	"fmt"
	"strconv"
	"time"

	"homebus/devices"
	"homebus/internal/message"
)

// player plays one scene: its runs, those that wait for their turn, and what it
// says about itself.
type player struct {
	scene    *Scene
	program  program
	triggers []*trigger // in the file's order
	// state, err and lastStep are of the last run that ended.
	state    string
	err      string
	lastStep int
	reason   string
	runs     int
	skipped  int
	began    time.Time // of the last run

	active []*run // in the order of their start
	queue  []start

	guard     guard
	done      doneCommands
	told      []byte        // what was last said on the scene's topic
	teller    *alarm        // says that starts were skipped, once that was not said for a while
	skipCause message.Meta  // of the last start that was skipped
	skipTold  time.Duration // when it was last said that a start was skipped
	attempt   *Attempt      // the last wish to start it; nil if there was none
	target    *target       // the scene as others look at it; nil if none does
	last      message.Meta  // of what was last said on the scene's topic
}

// newPlayer returns who plays a scene that has not run yet.
func newPlayer(s *Scene) *player {
	p := &player{state: StateIdle}
	p.study(s)
	return p
}

// study gives a player that does nothing its text.
func (p *player) study(s *Scene) {
	p.scene, p.program, p.triggers = s, compile(s.Do), nil
	for _, t := range s.When {
		p.triggers = append(p.triggers, newTrigger(t, p))
	}
}

// start is a wish to start a scene.
type start struct {
	reason string
	// cause is the message that led here; the zero Meta if none did. Its hops
	// are its own, without the link that the scene adds.
	cause message.Meta
	// step is the step of another scene that wishes it; "" if none does.
	step string
}

// remove takes a run that is over out of the active ones.
func (p *player) remove(r *run) {
	for i := range p.active {
		if p.active[i] == r {
			p.active = append(p.active[:i:i], p.active[i+1:]...)
			return
		}
	}
}

// start starts a scene if its mode, the bound on links and the bound on starts
// allow it. The error says why not; it has been noted, counted and said.
func (e *Engine) start(p *player, s start) error {
	err := e.admit(p, s)
	if err != nil {
		e.tried(p, s, Verdict{Why: err.Error()})
		p.skipped++
		e.noteNotRun(p, s, err.Error())
		if s.cause.Hops < maxHops { // at the end of a chain nothing follows
			e.tellSkipped(p, s.cause)
		}
		return err
	}
	if p.scene.Mode == Queued && len(p.active)+len(p.queue) > 0 {
		p.queue = append(p.queue, s)
		e.tried(p, s, Verdict{Runs: true, Why: "queued behind the runs before it"})
		e.decide(p, s.cause.ID, DecidedQueue, s.reason, "")
		s.cause.Hops++
		e.tell(p, &s.cause)
		return nil
	}
	e.tried(p, s, Verdict{Runs: true})
	e.launch(p, s)
	return nil
}

// admit says whether a start is allowed now.
func (e *Engine) admit(p *player, s start) error {
	if s.cause.Hops >= maxHops {
		e.warn(&p.guard.linked, s.cause, fmt.Sprintf("Scene %s was not run: scenes have started one another %d times in a row", p.scene.Name, maxHops))
		return fmt.Errorf("a chain of %d scenes led here", maxHops)
	}
	if err := p.full(); err != nil {
		return err
	}
	if !p.guard.admit(e.elapsed) {
		e.warn(&p.guard.held, s.cause, fmt.Sprintf("Scene %s is held: it was started more than %d times in %s", p.scene.Name, maxStarts, devices.DurationText(startsWindow)))
		return errHeld
	}
	return nil
}

// errHeld is why a scene that is started too often is not.
var errHeld = fmt.Errorf("held, for it was started more than %d times in %s", maxStarts, devices.DurationText(startsWindow))

// full says why the scene's mode does not allow another run now.
func (p *player) full() error {
	switch n := len(p.active); p.scene.Mode {
	case Single:
		if n > 0 {
			return fmt.Errorf("it is running (mode single)")
		}
	case Queued:
		if n+len(p.queue) >= max(p.scene.Max, 1) {
			return fmt.Errorf("%d runs are running or waiting (mode queued)", n+len(p.queue))
		}
	case Parallel:
		if n >= max(p.scene.Max, 1) {
			return fmt.Errorf("%d runs are running (mode parallel)", n)
		}
	}
	return nil
}

// launch begins a run.
func (e *Engine) launch(p *player, s start) {
	if p.scene.Mode == Restart {
		for _, r := range p.active {
			e.abandon(r)
			e.decide(p, s.cause.ID, DecidedRestart, strconv.Itoa(r.Number), "")
		}
		p.active = nil
	}
	p.runs++
	p.state, p.err, p.reason, p.began = StateRunning, "", s.reason, e.wall
	r := newRun(p)
	p.active = append(p.active, r)
	e.decide(p, s.cause.ID, DecidedStart, s.reason, "")
	s.cause.Hops++
	e.tell(p, &s.cause)
	r.Announced = p.last
	e.tellStep(s.step, p.last)
	e.proceed(r.Strands[0])
}

// next lets the first in the queue begin.
func (e *Engine) next(p *player) {
	if len(p.active) == 0 && len(p.queue) > 0 {
		s := p.queue[0]
		p.queue = p.queue[1:]
		e.launch(p, s)
	}
}

// stop ends all runs of a scene, and forgets those that wait. cause is the message
// that demands it, the zero Meta if none does; what the scene says of it is one link
// further.
func (e *Engine) stop(p *player, why string, cause message.Meta) {
	e.decide(p, cause.ID, DecidedStop, "", why)
	p.queue = nil
	cause.Hops = min(cause.Hops, maxHops-1) + 1 // a stranger may count up to any number
	for len(p.active) > 0 {
		e.endFor(p.active[0], StateStopped, "", &cause)
	}
}
