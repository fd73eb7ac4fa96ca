package scene

import (
	"slices"
	"time"

	"homebus/internal/message"
)

// phase is what a strand is waiting for.
type phase string

const (
	// ready: for nothing; the op at its place is to be done.
	ready phase = "ready"
	// waiting: for Due.
	waiting phase = "wait"
	// watching: for the condition of an until, up to Deadline.
	watching phase = "until"
	// confirming: for the ack of Command, up to Due.
	confirming phase = "confirm"
	// joining: for the strands that it has begun.
	joining phase = "together"
	// over: for nothing any more.
	over phase = "over"
)

// strand is one sequence of steps in a run: a run begins with one, and each
// together adds some, which end before it goes on. Times are on the engine's own
// clock, which counts from the engine's beginning and does not jump.
type strand struct {
	// ID counts the strands of a run from 1, and Parent is the one that began this;
	// 0 for the first.
	ID     int `json:"id"`
	Parent int `json:"parent,omitempty"`
	// Place is where it is in the scene's program.
	Place int `json:"place"`
	// Loops holds how often each repeat around the place is still to be done, the
	// present time included, the innermost last.
	Loops []int `json:"loops,omitempty"`
	Phase phase `json:"phase"`
	// Due is when it is to be looked at again.
	Due time.Duration `json:"due,omitempty"`
	// Until is when it will wait no longer, by the clock on the wall.
	Until time.Time `json:"until,omitzero"`
	// Deadline is when an until times out.
	Deadline time.Duration `json:"deadline,omitempty"`
	// Command is the id of the command whose ack is awaited, and Tries how often
	// it was sent.
	Command string `json:"command,omitempty"`
	Tries   int    `json:"tries,omitempty"`

	run   *run
	alarm *alarm // at Due
}

// op returns where the strand is.
func (s *strand) op() *op { return &s.run.player.program[s.Place] }

// step returns the step that the strand is at, which is at one.
func (s *strand) step() *Step { return s.op().step }

// stepName names that step for people: "step 2".
func (s *strand) stepName() string { return s.op().name }

// sleep lets s rest in a phase until due, or until a message wakes it.
func (e *Engine) sleep(s *strand, p phase, due time.Duration) {
	s.Phase, s.Due = p, due
	if s.alarm == nil {
		e.lastRank++
		s.alarm = &alarm{rank: e.lastRank, strand: s, pos: -1}
	}
	e.alarms.set(s.alarm, int64(due))
}

// wake ends s's rest; its present step has been done.
func (e *Engine) wake(s *strand) {
	e.rest(s)
	s.Place = s.op().to
}

// rest takes s out of everything that could wake it.
func (e *Engine) rest(s *strand) {
	e.alarms.clear(s.alarm)
	switch s.Phase {
	case watching:
		e.unwatch(s)
	case confirming:
		delete(e.unconfirmed, s.Command)
		s.Command, s.Tries = "", 0
	}
	s.Phase, s.Due, s.Deadline, s.Until = ready, 0, 0, time.Time{}
}

// proceed goes on with s as far as it can, and says how far that was.
func (e *Engine) proceed(s *strand) {
	e.advance(s)
	if r := s.run; !r.over {
		e.tell(r.player, &r.Announced)
	}
}

// advance does one op of s after another until s has to wait, or is over.
func (e *Engine) advance(s *strand) {
	for s.Phase == ready {
		switch o := s.op(); o.kind {
		case opStep:
			e.takeStep(s, o)
		case opLoop:
			s.loop(o)
		case opJump:
			s.Place = o.to
		case opEnd:
			e.finish(s)
		}
	}
}

// takeStep begins a step, or passes it over.
func (e *Engine) takeStep(s *strand, o *op) {
	r := s.run
	if !r.mayStep(e.elapsed) {
		e.fail(s, tooBusy)
		return
	}
	if c := o.step.If; c != nil && !e.holds(r.player, c) {
		e.noteOfStep(s, DecidedPassOver, e.failing(r.player, c))
		s.Place = o.to
		return
	}
	switch a := o.step.Action.(type) {
	case *Repeat:
		s.repeat(o, a)
	case *Choose:
		e.choose(s, o, a)
	case *Together:
		e.together(s, o)
	default:
		if e.begin(s, a); s.Phase == ready {
			s.Place = o.to
		}
	}
}

// begin begins a step that holds no others. It leaves s ready if the step is done
// at once.
func (e *Engine) begin(s *strand, a Action) {
	switch a := a.(type) {
	case *Command:
		e.command(s, a)
	case *Wait:
		if a.For > 0 {
			s.Until = e.wall.Add(a.For)
			e.sleep(s, waiting, e.elapsed+a.For)
		}
	case *Until:
		e.until(s, a)
	case *Say:
		e.say(s, a)
	case *Publish:
		e.publishStep(s, message.Message{Topic: a.Topic, Payload: e.payload(a)}, "published "+shorten(a.Topic))
	case *Run:
		e.runOther(s, a.Scene)
	case *Stop:
		e.stopOther(s, a.Scene)
	case *Snapshot:
		e.snapshot(s, a)
	case *Restore:
		e.restore(s)
	}
}

// due continues s, whose time has come.
func (e *Engine) due(s *strand) {
	switch s.Phase {
	case waiting:
		e.wake(s)
		e.proceed(s)
	case watching:
		e.look(s)
	case confirming:
		e.unanswered(s)
	}
}

// finish ends s, which has done all its steps: the run with the first strand, and
// the wait of the strand that began s with the last of those.
func (e *Engine) finish(s *strand) {
	r := s.run
	if s.Parent == 0 {
		e.end(r, StateDone, "")
		return
	}
	s.Phase = over
	r.Strands = slices.DeleteFunc(r.Strands, func(x *strand) bool { return x == s })
	parent := r.strand(s.Parent)
	if parent.Phase == joining && !r.begunBy(parent) {
		e.wake(parent)
		e.advance(parent)
	}
}
