package scene

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// The states of a scene.
const (
	StateIdle    = "idle"
	StateRunning = "running"
	StateDone    = "done"
	StateFailed  = "failed"
	StateStopped = "stopped"
)

// Status is the payload of scene/NAME: retained, and published when it changes.
type Status struct {
	// State is StateIdle before the first run, StateRunning while there is a run,
	// and otherwise how the last run ended.
	State string `json:"state"`
	// Step is the step that the newest run is at, or ended at, from 1; 0 before
	// the first run. Steps is how many there are.
	Step  int `json:"step"`
	Steps int `json:"steps"`
	// Runs counts starts, since the bus was started.
	Runs int `json:"runs"`
	// Skipped counts starts that the mode or a bound did not allow.
	Skipped int `json:"skipped"`
	// Active is how many runs there are, Queued how many wait for their turn.
	Active int `json:"active"`
	Queued int `json:"queued"`
	// Reason is what started the last run: "bathroom/switch press".
	Reason string `json:"reason,omitempty"`
	// Doing is what the newest run waits for, in words, and Until when it will
	// wait no longer.
	Doing string     `json:"doing,omitempty"`
	Until *time.Time `json:"until,omitempty"`
	// Started is when the last run began.
	Started *time.Time `json:"started,omitempty"`
	// Error says why the last run failed.
	Error string `json:"error,omitempty"`
}

// report returns the status as conditions see it: what sceneType declares. As in
// the message, a text that is empty is not there.
func (s *Status) report() *report {
	values := map[string]any{
		attrState: s.State, "step": s.Step, "steps": s.Steps, "runs": s.Runs,
		"skipped": s.Skipped, "active": s.Active, "queued": s.Queued,
	}
	for key, text := range map[string]string{"reason": s.Reason, "doing": s.Doing, "error": s.Error} {
		if text != "" {
			values[key] = text
		}
	}
	return &report{values: values}
}

// status returns what a scene has to say about itself.
func (e *Engine) status(p *player) Status {
	s := Status{
		State: p.state, Step: p.lastStep, Steps: len(p.scene.Do), Runs: p.runs,
		Skipped: p.skipped, Active: len(p.active), Queued: len(p.queue), Reason: p.reason, Error: p.err,
	}
	if p.runs > 0 {
		began := p.began.In(e.zone)
		s.Started = &began
	}
	n := len(p.active)
	if n == 0 {
		return s
	}
	r := p.active[n-1]
	s.State, s.Step = StateRunning, min(r.top()+1, s.Steps)
	s.Doing = r.doing()
	if until := r.until(); !until.IsZero() {
		until = until.In(e.zone)
		s.Until = &until
	}
	return s
}

// mostDoings bounds how many strands a status tells of.
const mostDoings = 3

// doing says what the strands of r wait for; "" if for nothing.
func (r *run) doing() string {
	var all []string
	for _, s := range r.Strands {
		if s.waits() {
			all = append(all, describeAction(s.step().Action))
		}
	}
	if more := len(all) - mostDoings; more > 0 {
		all = append(all[:mostDoings], fmt.Sprintf("%d more", more))
	}
	return strings.Join(all, " and ")
}

// until returns when all strands of r will wait no longer; zero if none waits.
func (r *run) until() time.Time {
	var last time.Time
	for _, s := range r.Strands {
		if s.waits() && s.Until.After(last) {
			last = s.Until
		}
	}
	return last
}

// waits reports whether s waits for something itself, and not for other strands.
func (s *strand) waits() bool {
	return s.Phase == waiting || s.Phase == watching || s.Phase == confirming
}

// tell publishes the state of a scene if it has changed since it was last told.
func (e *Engine) tell(p *player, cause *message.Meta) {
	status := e.status(p)
	m := message.New(topics.Scene(p.scene.Name), &status)
	if bytes.Equal(m.Payload, p.told) {
		return
	}
	p.told = m.Payload
	e.alarms.clear(p.teller)
	p.last = e.publish(m, cause)
	if s := p.target; s != nil {
		old := s.thing.facts
		s.thing.setReport(status.report())
		e.fire(e.changed(s, old, &p.last), &p.last)
	}
}

// skipPause is how often at most it is said that starts were skipped.
const skipPause = time.Second

// tellSkipped says that a start was skipped, now or a little later.
func (e *Engine) tellSkipped(p *player, cause message.Meta) {
	cause.Hops++
	p.skipCause = cause
	if p.teller == nil {
		e.lastRank++
		p.teller = &alarm{rank: e.lastRank, player: p, pos: -1}
	} else if at := p.skipTold + skipPause; at > e.elapsed {
		if p.teller.pos < 0 {
			e.alarms.set(p.teller, int64(at))
		}
		return
	}
	p.skipTold = e.elapsed
	e.tell(p, &cause)
}
