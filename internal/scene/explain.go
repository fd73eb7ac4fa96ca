package scene

import (
	"fmt"
	"time"

	"homebus/devices"
)

// WhyNot is why a scene does not run: what became of its last trigger, and what would
// become of one now. It holds foreign text.
type WhyNot struct {
	Scene string `json:"scene"`
	// Last is what last was to start it, by a trigger, a person or another scene; nil if
	// nothing was since the bus was started.
	Last *Attempt `json:"last,omitempty"`
	// Triggers are what starts it, in words; none if only people and other scenes do.
	Triggers []string `json:"triggers,omitempty"`
	// Now is what a trigger would bring about now.
	Now Verdict `json:"now"`
}

// Attempt is something that was to start a scene.
type Attempt struct {
	// Reason is what it was, in words: "bathroom/switch press".
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
	// Cause is the id of the message that it was; "" if it had none, or was none.
	Cause string `json:"cause,omitempty"`
	Verdict
}

// Verdict is whether a scene runs, or why not.
type Verdict struct {
	Runs bool `json:"runs"`
	// Place is the condition that did not hold: "only_if 2"; "" if it was none.
	Place string `json:"place,omitempty"`
	// Why is why it does not run, with the values found: "kitchen/coffee is idle does not
	// hold (found brewing)"; or, if it does, how: "queued".
	Why string `json:"why,omitempty"`
}

// WhyNot explains a scene as of the last call of Handle or Tick; false if there is none of
// that name.
func (e *Engine) WhyNot(name string) (WhyNot, bool) {
	p := e.byName[name]
	if p == nil {
		return WhyNot{}, false
	}
	w := WhyNot{Scene: name, Last: p.attempt, Now: e.verdict(p)}
	for _, t := range p.scene.When {
		w.Triggers = append(w.Triggers, inFull(t))
	}
	if w.Last != nil {
		last := *w.Last
		last.At = last.At.In(e.zone)
		w.Last = &last
	}
	return w, true
}

// inFull says in words all that a trigger asks for: its reason, which a run gives, and what
// else must be so for that: "home/mode away, from home, for 10m", "07:30 on sat, sun".
func inFull(t Trigger) string {
	words := reason(t)
	switch t := t.(type) {
	case *StateTrigger:
		if t.From != nil {
			words += ", from " + ValueText(t.From)
		}
		if t.For > 0 {
			words += ", for " + devices.DurationText(t.For)
		}
	case *TimeTrigger:
		words += onDays(t.Days)
	case *SunTrigger:
		if t.NotBefore != nil {
			words += ", not before " + t.NotBefore.String()
		}
		if t.NotAfter != nil {
			words += ", not after " + t.NotAfter.String()
		}
		words += onDays(t.Days)
	}
	return words
}

func onDays(days Days) string {
	if days == 0 {
		return ""
	}
	return " on " + days.String()
}

// SceneNames returns the names of the scenes, in the file's order.
func (e *Engine) SceneNames() []string {
	return names(e.players, func(p *player) string { return p.scene.Name })
}

// verdict says what a trigger would bring about now.
func (e *Engine) verdict(p *player) Verdict {
	if v := e.unmet(p); v != nil {
		return *v
	}
	if err := p.full(); err != nil {
		return Verdict{Why: err.Error()}
	}
	if p.guard.holds(e.elapsed) {
		return Verdict{Why: errHeld.Error()}
	}
	return Verdict{Runs: true}
}

// unmet returns the first condition of a scene that does not hold; nil if all do.
func (e *Engine) unmet(p *player) *Verdict {
	for i, c := range p.scene.OnlyIf {
		if !e.holds(p, c) {
			return &Verdict{Place: fmt.Sprintf("only_if %d", i+1), Why: e.failing(p, c)}
		}
	}
	return nil
}

// tried remembers what became of a wish to start a scene, for whoever asks why not.
func (e *Engine) tried(p *player, s start, v Verdict) {
	p.attempt = &Attempt{Reason: s.reason, At: e.wall, Cause: keptID(s.cause.ID), Verdict: v}
}
