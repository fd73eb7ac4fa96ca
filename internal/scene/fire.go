package scene

import (
	"cmp"
	"slices"
	"time"

	"homebus/internal/message"
)

// listening appends to fired the triggers that what was said on a topic fires.
func (e *Engine) listening(fired []*trigger, s *source, m message.Message) []*trigger {
	if s.raw != nil {
		fired = s.raw.to(fired, string(m.Payload))
	}
	if s.events != nil {
		if name, ok := e.eventName(m); ok {
			fired = s.events.to(fired, name)
		}
	}
	if s.notices != nil {
		if said, ok := e.notice(m); ok {
			heard := s.notices.to(nil, said.Text)
			fired = append(fired, slices.DeleteFunc(heard, func(t *trigger) bool {
				level := t.Trigger.(*NoticeTrigger).Level
				return level != "" && level != said.Level
			})...)
		}
	}
	return fired
}

// eventName reads the payload of an event topic.
func (e *Engine) eventName(m message.Message) (string, bool) {
	var said struct {
		Event string `json:"event"`
	}
	if err := decodeObject(m.Payload, &said); err != nil {
		e.notUnderstood(m, err)
		return "", false
	}
	return said.Event, true
}

// notice reads the payload of a notice.
func (e *Engine) notice(m message.Message) (said notice, ok bool) {
	if err := decodeObject(m.Payload, &said); err != nil {
		e.notUnderstood(m, err)
		return said, false
	}
	return said, true
}

// notUnderstood notes a message of which nothing follows.
func (e *Engine) notUnderstood(m message.Message, why error) {
	e.note(nil, m.ID(), m.Topic+" not understood: "+why.Error())
	if e.misread != nil {
		e.misread(m.Topic, why)
	}
}

// effect is what one message brings about.
type effect struct {
	fired []*trigger
	woken []*strand
}

// learn takes a report or a word on being online.
func (e *Engine) learn(s *source, m message.Message) effect {
	old := s.target.thing.facts
	if !e.take(s, m) {
		return effect{}
	}
	return e.changed(s.target, old, m.Meta)
}

// take takes note of a report or a word on being online, and reports whether it could be
// understood.
func (e *Engine) take(s *source, m message.Message) bool {
	t := s.target
	take := t.thing.takeReport
	if s.online {
		take = t.thing.takeOnline
	}
	if err := take(m.Payload); err != nil {
		e.notUnderstood(m, err)
		return false
	}
	t.heard = e.elapsed
	if !s.online {
		t.reported, t.restored = e.elapsed, nil
	}
	return true
}

// changed returns what follows from a change of a target, after looking at the
// conditions that must last.
func (e *Engine) changed(s *target, old facts, cause *message.Meta) effect {
	for _, h := range s.held {
		v, known := s.thing.value(h.condition.Attr)
		h.update(v, known, e.elapsed)
	}
	var f effect
	for _, t := range s.triggers {
		on := t.Trigger.(*StateTrigger)
		switch {
		case !on.isAt(s.thing.facts):
			e.alarms.clear(&t.alarm)
		case !on.fires(old, s.thing.facts):
		case on.For > 0:
			t.cause = metaOf(cause)
			e.alarms.set(&t.alarm, int64(e.elapsed+on.For))
		default:
			f.fired = append(f.fired, t)
		}
	}
	for _, w := range slices.Clone(s.watchers) {
		u := w.step().Action.(*Until)
		if e.holds(w.run.player, u.Condition) {
			e.wake(w)
			f.woken = append(f.woken, w)
		} else {
			e.sleep(w, watching, e.lookAgain(w, u))
		}
	}
	return f
}

// isAt reports whether the attribute is as the trigger waits for.
func (t *StateTrigger) isAt(f facts) bool {
	v, known := f.value(t.Attr)
	c := Comparison{Is: t.Becomes, Above: t.Above, Below: t.Below}
	return c.holds(v, known)
}

// fires reports whether the step from old to new is the change that the trigger
// waits for. A first value is no change, and neither is what a device says on
// its return, unless the trigger asks for just that.
func (t *StateTrigger) fires(old, new facts) bool {
	was, known := old.value(t.Attr) // nil, which is the same as nothing, if it is unknown
	if !t.isAt(new) || t.isAt(old) {
		return false
	}
	switch {
	case t.Becomes == nil && !known:
		return false // which has crossed nothing
	case old.away:
		return same(was, offline) && same(t.From, offline)
	case new.away:
		if !old.heard {
			return false
		}
	case old.report == nil:
		return false
	}
	return t.From == nil || same(was, t.From)
}

// fire lets an effect come about: first the triggers in the file's order, of
// which one message starts a scene once, then the runs that waited.
func (e *Engine) fire(f effect, cause *message.Meta) {
	if len(f.fired) > 1 {
		slices.SortFunc(f.fired, func(a, b *trigger) int { return cmp.Compare(a.alarm.rank, b.alarm.rank) })
		f.fired = slices.CompactFunc(f.fired, func(a, b *trigger) bool { return a.player == b.player })
	}
	for _, t := range f.fired {
		e.work = append(e.work, work{trigger: t, cause: metaOf(cause)})
	}
	for _, s := range f.woken {
		e.work = append(e.work, work{strand: s})
	}
}

// metaOf returns what is kept of the meta of a cause, the zero one for none: a
// stranger's meta can be of any size.
func metaOf(m *message.Meta) message.Meta {
	if m == nil {
		return message.Meta{}
	}
	return message.Meta{ID: keptID(m.ID), Hops: m.Hops}
}

// keptID returns an id, "" for one that is too long to be kept.
func keptID(id string) string {
	if len(id) > message.MaxID {
		return ""
	}
	return id
}

// triggered starts the scene of a trigger that has fired, if all that it demands
// holds.
func (e *Engine) triggered(w work) {
	p := w.trigger.player
	w.cause.Hops = e.links.left(w.cause.Hops, e.elapsed)
	s := start{reason: reason(w.trigger.Trigger), cause: w.cause}
	if v := e.unmet(p); v != nil {
		e.tried(p, s, *v)
		e.noteNotRun(p, s, v.Why)
		return
	}
	_ = e.start(p, s) // noted and counted by start
}

// triggerDue fires a trigger whose time has come.
func (e *Engine) triggerDue(t *trigger, late time.Duration) {
	on, timed := t.Trigger.(timed)
	if !timed {
		e.alarms.clear(&t.alarm)
		e.work = append(e.work, work{trigger: t, cause: t.cause})
		return
	}
	if late > tolerance {
		s, why := start{reason: reason(on)}, "the clock jumped over it"
		e.tried(t.player, s, Verdict{Why: why})
		e.noteNotRun(t.player, s, why)
		e.arm(t)
		return
	}
	t.fired = time.Unix(t.alarm.due, 0)
	e.work = append(e.work, work{trigger: t})
	e.armAfter(t, e.wall) // not for this instant again, if it was late
}

// arm sets the alarm of a timed trigger to the next time that it comes, which may
// be this very instant.
func (e *Engine) arm(t *trigger) { e.armAfter(t, e.wall.Add(-1)) }

// armAfter is arm for times after since, and not for one that it has fired for.
func (e *Engine) armAfter(t *trigger, since time.Time) {
	on := t.Trigger.(timed)
	if t.fired.After(since) && t.fired.Sub(since) <= on.setBack() {
		since = t.fired
	}
	if at, ok := on.next(e, since); ok {
		e.daily.set(&t.alarm, at.Unix())
	} else {
		e.daily.clear(&t.alarm)
	}
}
