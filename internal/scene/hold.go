package scene

import (
	"slices"
	"time"

	"homebus/devices"
)

// holds reports whether a condition of a scene is true now.
func (e *Engine) holds(p *player, c Condition) bool {
	switch c := c.(type) {
	case *StateCondition:
		if h := e.held[c]; h != nil {
			return h.at(e.elapsed)
		}
		return e.view.Holds(c)
	case *BetweenCondition:
		return c.holds(e.wall, e.zone)
	case *DaysCondition:
		return c.Days.Has(e.wall.In(e.zone).Weekday())
	case *OncePerCondition:
		return len(p.queue) == 0 && (p.runs == 0 || !e.ranWithin(p, c.Period))
	}
	return false
}

// ranWithin reports whether the last run began in the present period. One that
// began far ahead of the clock began when the clock was wrong.
func (e *Engine) ranWithin(p *player, period Period) bool {
	return !p.began.Before(period.begin(e.wall, e.zone)) && p.began.Sub(e.wall) <= maxSetBack
}

// mayHold returns when the passing of time may next make a condition true, on
// the engine's own clock; false if it cannot. once_per is about the start of a run
// and nothing that a run waits for.
func (e *Engine) mayHold(c Condition) (time.Duration, bool) {
	switch c := c.(type) {
	case *StateCondition:
		if h := e.held[c]; h != nil && h.holds {
			return h.due(), true
		}
	case *BetweenCondition:
		return e.nextTime(c.From)
	case *DaysCondition:
		return e.nextTime(0)
	}
	return 0, false
}

func (e *Engine) nextTime(t TimeOfDay) (time.Duration, bool) {
	at, ok := t.After(e.wall, 0, e.zone)
	return e.elapsed + at.Sub(e.wall), ok
}

// failing says in words that a condition does not hold, and what was found.
func (e *Engine) failing(p *player, c Condition) string {
	text := describeCondition(c) + " does not hold"
	switch c := c.(type) {
	case *StateCondition:
		found, _ := e.view.Value(c.Device, c.Attr)
		text += " (found " + ValueText(found)
		if h := e.held[c]; h != nil && h.holds {
			text += " for " + devices.DurationText((e.elapsed - h.since).Round(time.Second))
		}
		return text + ")"
	case *OncePerCondition:
		return text + " (last run " + p.began.In(e.zone).Format("Mon 15:04:05") + ")"
	}
	return text + " (it is " + e.wall.In(e.zone).Format("Mon 15:04:05") + ")"
}

// watch lets changes of the target of r's until wake r.
func (e *Engine) watch(r *run) {
	if s := e.watched(r); s != nil {
		s.watchers = append(s.watchers, r)
	}
}

// unwatch undoes watch.
func (e *Engine) unwatch(r *run) {
	if s := e.watched(r); s != nil {
		if i := slices.Index(s.watchers, r); i >= 0 {
			s.watchers = slices.Delete(s.watchers, i, i+1)
		}
	}
}

// watched returns what r's until looks at; nil if that is only the clock.
func (e *Engine) watched(r *run) *target {
	if c, ok := r.step().Action.(*Until).Condition.(*StateCondition); ok {
		return e.targets[c.Device]
	}
	return nil
}
