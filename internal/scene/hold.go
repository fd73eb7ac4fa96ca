package scene

import (
	"fmt"
	"slices"
	"strings"
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
	case *SunCondition:
		return e.hasPlace && e.place.Up(e.wall) == c.Up
	case *OncePerCondition:
		return len(p.queue) == 0 && (p.runs == 0 || !e.ranWithin(p, c.Period))
	case *AnyCondition:
		return slices.ContainsFunc(c.Of, func(c Condition) bool { return e.holds(p, c) })
	case *AllCondition:
		return !slices.ContainsFunc(c.Of, func(c Condition) bool { return !e.holds(p, c) })
	case *NotCondition:
		return !e.holds(p, c.Condition)
	}
	return false
}

// ranWithin reports whether the last run began in the present period. One that
// began far ahead of the clock began when the clock was wrong.
func (e *Engine) ranWithin(p *player, period Period) bool {
	return !p.began.Before(period.begin(e.wall, e.zone)) && p.began.Sub(e.wall) <= period.setBack()
}

// turns returns when the passing of time alone may next make a condition true or
// false, on the engine's own clock and after now; false if it cannot. once_per is
// about the start of a run and nothing that a run waits for.
func (e *Engine) turns(c Condition) (next time.Duration, ok bool) {
	sooner := func(at time.Duration, will bool) {
		if will && at > e.elapsed && (!ok || at < next) {
			next, ok = at, true
		}
	}
	switch c := c.(type) {
	case *StateCondition:
		if h := e.held[c]; h != nil && h.holds {
			sooner(h.due(), true)
		}
	case *BetweenCondition:
		sooner(e.when(c.From.NextOrChange(e.wall, e.zone), true))
		sooner(e.when(c.To.NextOrChange(e.wall, e.zone), true))
	case *DaysCondition:
		sooner(e.when(TimeOfDay(0).NextOrChange(e.wall, e.zone), true))
	case *SunCondition:
		sooner(e.when(e.sky.next(e.wall)))
	}
	for _, part := range parts(c) {
		sooner(e.turns(part))
	}
	return next, ok
}

// byClock reports whether a condition looks at the clock on the wall.
func byClock(c Condition) bool {
	switch c.(type) {
	case *BetweenCondition, *DaysCondition, *SunCondition:
		return true
	}
	return slices.ContainsFunc(parts(c), byClock)
}

// when puts a time by the clock on the wall on the engine's own clock.
func (e *Engine) when(at time.Time, ok bool) (time.Duration, bool) {
	return e.elapsed + at.Sub(e.wall), ok
}

// failing says in words that a condition does not hold, and what was found.
func (e *Engine) failing(p *player, c Condition) string {
	if once, ok := c.(*OncePerCondition); ok {
		return fmt.Sprintf("it has run this %s already (%s)", once.Period, e.found(p, c))
	}
	return describeCondition(c) + " does not hold (" + e.found(p, c) + ")"
}

// found says in words what a condition looks at: "found idle for 5s".
func (e *Engine) found(p *player, c Condition) string {
	switch c := c.(type) {
	case *StateCondition:
		value, _ := e.view.Value(c.Device, c.Attr)
		text := "found " + ValueText(value)
		if h := e.held[c]; h != nil && h.holds {
			text += " for " + devices.DurationText((e.elapsed - h.since).Round(time.Second))
		}
		return text
	case *OncePerCondition:
		if p.runs == 0 {
			return "not run since the bus was started"
		}
		return "last run " + p.began.In(e.zone).Format("Mon 15:04:05")
	case *AnyCondition, *AllCondition, *NotCondition:
		return e.foundParts(p, c)
	}
	return "it is " + e.wall.In(e.zone).Format("Mon 15:04:05")
}

// foundParts says what each part of a condition looks at, where that differs.
func (e *Engine) foundParts(p *player, c Condition) string {
	var all []string
	for _, part := range parts(c) {
		text := e.found(p, part)
		if sc, ok := part.(*StateCondition); ok && len(parts(c)) > 1 {
			text = sc.subject() + " " + text
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// watch lets changes of what s's until looks at wake s.
func (e *Engine) watch(s *strand) {
	for _, t := range e.watched(s) {
		t.watchers = append(t.watchers, s)
	}
}

// unwatch undoes watch.
func (e *Engine) unwatch(s *strand) {
	for _, t := range e.watched(s) {
		if i := slices.Index(t.watchers, s); i >= 0 {
			t.watchers = slices.Delete(t.watchers, i, i+1)
		}
	}
}

// watched returns what s's until looks at, each once; nothing if that is only the
// clock.
func (e *Engine) watched(s *strand) []*target {
	var all []*target
	looksAt(s.step().Action.(*Until).Condition, func(c *StateCondition) {
		if t := e.targets[c.Device]; !slices.Contains(all, t) {
			all = append(all, t)
		}
	})
	return all
}
