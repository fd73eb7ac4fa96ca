package scene

import "time"

// Decision is one thing that the engine decided, for people who ask why.
type Decision struct {
	At time.Time
	// Scene is the scene concerned; "" if none is.
	Scene string
	// Cause is the id of the message that led to it; "" if there is none.
	Cause string
	// Kind says what was decided, Name about what, and What says more of it; see the
	// kinds.
	Kind       DecisionKind
	Name, What string
}

// DecisionKind says what a decision is about.
type DecisionKind int

// The kinds of decisions. Name and What are "" where nothing is said of them.
const (
	// DecidedOther is all else; What is all that there is to say.
	DecidedOther DecisionKind = iota
	// DecidedStart: a run begins. Name is the reason.
	DecidedStart
	// DecidedQueue: a start waits for its turn. Name is the reason.
	DecidedQueue
	// DecidedNotRun: a start was not allowed, or a condition did not hold. Name is
	// the reason, What says why not.
	DecidedNotRun
	// DecidedRestart: a run is over because the next begins. Name is its number.
	DecidedRestart
	// DecidedStop: the scene was stopped. What says by whom.
	DecidedStop
	// DecidedStep: a step was done. Name is "step 2", What says what was done.
	DecidedStep
	// DecidedPassOver: the condition of a step did not hold. Name is "step 2", What
	// says why not.
	DecidedPassOver
	// DecidedTimeout: a step waited in vain, and the run goes on. Name is "step 2",
	// What says what did not come true.
	DecidedTimeout
	// DecidedEnd: a run is over. Name is its state, such as StateDone; What says why
	// it failed.
	DecidedEnd
)

// Text says what was decided and why: "not run (07:30): kitchen/toaster loaded is
// true does not hold (found false)".
func (d Decision) Text() string {
	switch d.Kind {
	case DecidedStart:
		return "started: " + d.Name
	case DecidedQueue:
		return "queued (" + d.Name + ")"
	case DecidedNotRun:
		return "not run (" + d.Name + "): " + d.What
	case DecidedRestart:
		return "run " + d.Name + " ended by a restart"
	case DecidedStop:
		return "stopped: " + d.What
	case DecidedStep:
		return d.Name + ": " + d.What
	case DecidedPassOver:
		return d.Name + " passed over: " + d.What
	case DecidedTimeout:
		return d.Name + " timed out, continued: " + d.What
	case DecidedEnd:
		if d.What != "" {
			return "run " + d.Name + ": " + d.What
		}
		return "run " + d.Name
	}
	return d.What
}

// Step returns the step that the decision is about: "step 2.1"; "" if it is about
// none.
func (d Decision) Step() string {
	switch d.Kind {
	case DecidedStep, DecidedPassOver, DecidedTimeout:
		return d.Name
	}
	return ""
}

// note remembers a decision of no other kind; p is nil where no scene is concerned.
func (e *Engine) note(p *player, cause, what string) {
	e.decide(p, cause, DecidedOther, "", what)
}

// noteNotRun remembers that a start was not allowed.
func (e *Engine) noteNotRun(p *player, s start, why string) {
	e.decide(p, s.cause.ID, DecidedNotRun, s.reason, why)
}

// noteStep remembers what the step that s is at has done.
func (e *Engine) noteStep(s *strand, what string) { e.noteOfStep(s, DecidedStep, what) }

// noteOfStep remembers a decision of some kind about the step that s is at.
func (e *Engine) noteOfStep(s *strand, kind DecisionKind, what string) {
	e.decide(s.run.player, s.run.Announced.ID, kind, s.stepName(), what)
}

// decide remembers a decision, and tells who listens.
func (e *Engine) decide(p *player, cause string, kind DecisionKind, name, what string) {
	d := Decision{At: e.wall, Cause: keptID(cause), Kind: kind, Name: name, What: what}
	if p != nil {
		d.Scene = p.scene.Name
	}
	e.trace.add(d)
	if e.decided != nil {
		e.decided(d)
	}
}
