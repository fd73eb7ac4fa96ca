package scene

import (
	"time"

	"homebus/internal/message"
)

// phase is what a run is waiting for.
type phase string

const (
	// ready: for nothing; its step is to be begun.
	ready phase = "ready"
	// waiting: for Due.
	waiting phase = "wait"
	// watching: for the condition of an until, up to Deadline.
	watching phase = "until"
	// confirming: for the ack of Command, up to Due.
	confirming phase = "confirm"
	// over: for nothing any more.
	over phase = "over"
)

// run is one run of a scene, as data: its exported fields say all there is to
// know, so that it can be shown, saved and restored. Times are on the engine's
// own clock, which counts from the engine's beginning and does not jump.
type run struct {
	Scene  string `json:"scene"`
	Number int    `json:"number"`
	// Announced is the meta of the message that said it runs: the cause of all
	// that it publishes.
	Announced message.Meta `json:"announced"`
	// Step counts from 0.
	Step  int   `json:"step"`
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

	player *player // of Scene
	alarm  *alarm  // at Due
}

// step returns the step that the run is at.
func (r *run) step() *Step { return &r.player.scene.Do[r.Step] }

// sleep lets r rest in a phase until due, or until a message wakes it.
func (e *Engine) sleep(r *run, p phase, due time.Duration) {
	r.Phase, r.Due = p, due
	if r.alarm == nil {
		e.lastRank++
		r.alarm = &alarm{rank: e.lastRank, run: r, pos: -1}
	}
	e.alarms.set(r.alarm, int64(due))
}

// wake ends r's rest; its present step has been done.
func (e *Engine) wake(r *run) {
	e.rest(r)
	r.Step++
}

// rest takes r out of everything that could wake it.
func (e *Engine) rest(r *run) {
	e.alarms.clear(r.alarm)
	switch r.Phase {
	case watching:
		e.unwatch(r)
	case confirming:
		delete(e.unconfirmed, r.Command)
		r.Command, r.Tries = "", 0
	}
	r.Phase, r.Due, r.Deadline, r.Until = ready, 0, 0, time.Time{}
}

// proceed does one step of r after another until r has to wait, or is over.
func (e *Engine) proceed(r *run) {
	for r.Phase == ready {
		if r.Step >= len(r.player.scene.Do) {
			e.end(r, StateDone, "")
			return
		}
		if c := r.step().If; c != nil && !e.holds(r.player, c) {
			e.note(r.player, r.Announced.ID, r.stepName()+" passed over: "+e.failing(r.player, c))
			r.Step++
			continue
		}
		if e.begin(r); r.Phase == ready {
			r.Step++
		}
	}
	if r.Phase != over {
		e.tell(r.player, &r.Announced)
	}
}

// begin begins the step of r. It leaves r ready if the step is done at once.
func (e *Engine) begin(r *run) {
	switch a := r.step().Action.(type) {
	case *Command:
		e.command(r, a)
	case *Wait:
		if a.For > 0 {
			r.Until = e.wall.Add(a.For)
			e.sleep(r, waiting, e.elapsed+a.For)
		}
	case *Until:
		e.until(r, a)
	case *Say:
		e.say(r, a)
	case *Run:
		e.runOther(r, a.Scene)
	case *Stop:
		e.stopOther(r, a.Scene)
	}
}

// due continues r, whose time has come.
func (e *Engine) due(r *run) {
	switch r.Phase {
	case waiting:
		e.wake(r)
		e.proceed(r)
	case watching:
		e.look(r)
	case confirming:
		e.unanswered(r)
	}
}

// end ends r and lets the next in the queue begin.
func (e *Engine) end(r *run, state, why string) {
	p := r.player
	e.rest(r)
	r.Phase = over
	p.remove(r)
	p.state, p.err = state, why
	p.lastStep = min(r.Step+1, len(p.scene.Do))
	text := "run " + state
	if why != "" {
		text += ": " + why
	}
	e.note(p, r.Announced.ID, text)
	e.tell(p, &r.Announced)
	e.work = append(e.work, work{next: p})
}
