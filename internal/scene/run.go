package scene

import (
	"fmt"
	"time"

	"homebus/internal/message"
)

// run is one run of a scene, as data: its exported fields say all there is to
// know, so that it can be shown, saved and restored.
type run struct {
	Scene  string `json:"scene"`
	Number int    `json:"number"`
	// Announced is the meta of the message that said it runs: the cause of all
	// that it publishes.
	Announced message.Meta `json:"announced"`
	// Strands are its sequences of steps; the first is that which every run has.
	Strands []*strand `json:"strands"`
	// Begun counts the strands that there have been.
	Begun int `json:"begun"`
	// Saved is what its snapshots have kept, for restore.
	Saved []saved `json:"saved,omitempty"`
	// Steps counts the steps taken At one instant.
	Steps int           `json:"steps"`
	At    time.Duration `json:"at"`

	over   bool
	player *player // of Scene
}

// newRun returns the next run of a scene, at its first step.
func newRun(p *player) *run {
	r := &run{Scene: p.scene.Name, Number: p.runs, player: p}
	r.newStrand(0, 0)
	return r
}

// newStrand adds a strand that begins at a place of the program.
func (r *run) newStrand(parent, place int) *strand {
	r.Begun++
	s := &strand{ID: r.Begun, Parent: parent, Place: place, Phase: ready, run: r}
	r.Strands = append(r.Strands, s)
	return s
}

// strand returns the strand with the id, which there is.
func (r *run) strand(id int) *strand {
	for _, s := range r.Strands {
		if s.ID == id {
			return s
		}
	}
	panic(fmt.Sprintf("scene: a run of %s has no strand %d", r.Scene, id))
}

// begunBy reports whether a strand that s has begun goes on.
func (r *run) begunBy(s *strand) bool {
	for _, other := range r.Strands {
		if other.Parent == s.ID {
			return true
		}
	}
	return false
}

// A run takes at most maxSteps steps at one instant: repeats that lie in one
// another could demand any number.
const maxSteps = 1000

var tooBusy = fmt.Sprintf("more than %d steps without a wait", maxSteps)

// mayStep reports whether one more step is allowed now, and counts it.
func (r *run) mayStep(now time.Duration) bool {
	if r.At != now {
		r.At, r.Steps = now, 0
	}
	r.Steps++
	return r.Steps <= maxSteps
}

// abandon takes all of r out of everything that could wake it, and ends it.
func (e *Engine) abandon(r *run) {
	for _, s := range r.Strands {
		e.rest(s)
		s.Phase = over
	}
	r.over = true
}

// end ends r, which has come to that by itself.
func (e *Engine) end(r *run, state, why string) { e.endFor(r, state, why, &r.Announced) }

// endFor ends r because of a message, and lets the next in the queue begin.
func (e *Engine) endFor(r *run, state, why string, cause *message.Meta) {
	p := r.player
	p.lastStep = min(r.top()+1, len(p.scene.Do))
	e.abandon(r)
	p.remove(r)
	p.state, p.err = state, why
	e.decide(p, r.Announced.ID, DecidedEnd, state, why)
	e.tell(p, cause)
	e.work = append(e.work, work{next: p})
}

// top returns the index in Scene.Do of the step that r is at; how many there are at
// its end.
func (r *run) top() int { return r.Strands[0].op().top }
