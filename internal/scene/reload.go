package scene

import (
	"cmp"
	"slices"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// Reload goes on with another file, of the same home.
//
// A scene that the new file has just so (see Compare) goes on undisturbed: its runs and
// what they wait for, those that wait for their turn, what it counts and remembers. The
// runs of a scene that has changed end as stopped, and those that wait are forgotten;
// what it has counted, once_per and the ids of requests remain. Its triggers are new, as
// those of a new scene are: nothing fires because it is so already, and {start = true}
// is about the bus. A scene that is gone is stopped, and its topic deleted.
//
// What is known of devices remains as long as something looks at them. What is looked
// at anew has to be heard first; see Unheard.
func (e *Engine) Reload(now time.Time, f *File) []message.Message {
	e.arrive(now)
	e.ring(false) // what was due before now comes first
	home := whereaboutsOf(e.zone, e.hasPlace, e.place)
	e.settleIn(f)
	recast, gone := e.recast(f)
	e.reindex()
	e.rerank()
	if whereaboutsOf(e.zone, e.hasPlace, e.place) != home {
		e.move()
	}
	for _, p := range gone {
		e.publish(message.Message{Topic: topics.Scene(p.scene.Name)}, nil)
	}
	for _, p := range recast {
		e.tell(p, nil)
	}
	e.settle()
	return e.flush()
}

// recast lets the scenes of f be played: by whoever played them before, if they were
// there. It returns who plays what is new or changed, and whose scenes are gone, whose
// work is over.
func (e *Engine) recast(f *File) (recast, gone []*player) {
	scenes := make(map[string]*Scene, len(f.Scenes))
	for _, s := range f.Scenes {
		scenes[s.Name] = s
	}
	changed := make(map[*player]bool)
	for _, p := range e.players {
		s := scenes[p.scene.Name]
		switch {
		case s == nil:
			e.dismiss(p, "it is not in the file any more")
			e.alarms.clear(p.teller)
			delete(e.byName, p.scene.Name)
			gone = append(gone, p)
			changed[p] = true
		case !alike(p.scene, s):
			e.dismiss(p, "its text has changed")
			p.learn(s)
			changed[p] = true
		}
	}
	e.players = nil
	for _, s := range f.Scenes {
		p := e.byName[s.Name]
		if p == nil {
			p = newPlayer(s)
			e.byName[s.Name] = p
			changed[p] = true
		}
		if e.players = append(e.players, p); changed[p] {
			recast = append(recast, p)
		}
	}
	// What the end of runs has fired of these is not to be.
	e.work = slices.DeleteFunc(e.work, func(w work) bool { return w.trigger != nil && changed[w.trigger.player] })
	return recast, gone
}

// dismiss ends what a player is doing, and what could begin.
func (e *Engine) dismiss(p *player, why string) {
	if len(p.active)+len(p.queue) > 0 {
		e.stop(p, why, message.Meta{})
	} else {
		e.note(p, "", "loaded again: "+why)
	}
	for _, t := range p.triggers {
		if _, timed := t.Trigger.(timed); timed {
			e.daily.clear(&t.alarm)
		} else {
			e.alarms.clear(&t.alarm)
		}
	}
}

// learn has a player that does nothing play another text. A time of day that has fired
// does not fire again, should the clock be set back, if it is in both.
func (p *player) learn(s *Scene) {
	was := p.triggers
	p.study(s)
	p.lastStep = min(p.lastStep, len(s.Do))
	for _, t := range p.triggers {
		i := slices.IndexFunc(was, func(old *trigger) bool { return alike(old.Trigger, t.Trigger) })
		if i >= 0 {
			t.fired = was[i].fired
		}
	}
}

// reindex finds out anew what each part of the file waits for, and keeps what was known
// to those that have remained. What nothing looks at any more is forgotten.
func (e *Engine) reindex() {
	targets, watches := e.targets, e.held
	e.sources, e.targets, e.starters = make(map[string]*source), make(map[string]*target), nil
	e.held = make(map[*StateCondition]*held)
	e.index()
	for id, t := range e.targets {
		if was := targets[id]; was != nil { // all is as it was but who asks
			asking := *t
			*t = *was
			t.triggers, t.held = asking.triggers, asking.held
		}
		for i, h := range t.held {
			if kept := watches[h.condition]; kept != nil {
				t.held[i], e.held[h.condition] = kept, kept
			}
		}
	}
	for _, p := range e.players {
		if t := p.target; t != nil && targets[t.id] == nil && p.told != nil {
			status := e.status(p)
			t.thing.setReport(status.report())
		}
	}
	for id, t := range e.targets {
		for _, h := range t.held {
			if watches[h.condition] == nil {
				e.catchUp(h, t, targets[id])
			}
		}
	}
	for id := range e.view.things {
		if e.targets[id] == nil {
			delete(e.view.things, id)
		}
	}
}

// catchUp lets a new watch know for how long its condition has held: as another did,
// or else at least since the device's last report, or else from now on.
func (e *Engine) catchUp(h *held, t, was *target) {
	if was != nil {
		for _, other := range was.held {
			if c := other.condition; c.Attr == h.condition.Attr && alike(c.Test, h.condition.Test) {
				h.holds, h.known, h.since = other.holds, other.known, other.since
				return
			}
		}
	}
	h.since = e.elapsed
	if was != nil && t.thing.heard && t.heard > 0 {
		h.since = t.heard
	}
	value, known := t.thing.value(h.condition.Attr)
	h.update(value, known, h.since)
}

// rerank puts the alarms in the order of the new file: triggers first, as they stand in
// it, and then the others as they were.
func (e *Engine) rerank() {
	e.lastRank = 0
	next := func() uint64 { e.lastRank++; return e.lastRank }
	var others []*alarm
	for _, p := range e.players {
		for _, t := range p.triggers {
			t.alarm.rank = next()
		}
		if p.teller != nil {
			others = append(others, p.teller)
		}
		for _, r := range p.active {
			for _, s := range r.Strands {
				if s.alarm != nil {
					others = append(others, s.alarm)
				}
			}
		}
	}
	slices.SortFunc(others, func(a, b *alarm) int { return cmp.Compare(a.rank, b.rank) })
	for _, a := range others {
		a.rank = next()
	}
	e.alarms.reorder()
	e.daily.reorder()
}

// move goes by the clocks and the sun of another place.
func (e *Engine) move() {
	for _, p := range e.players {
		for _, t := range p.triggers {
			if _, ok := t.Trigger.(timed); ok {
				e.arm(t)
			}
		}
		for _, r := range p.active {
			for _, s := range r.Strands {
				if s.Phase == watching { // for what may be so there
					e.sleep(s, watching, e.elapsed)
				}
			}
		}
	}
}

// Running returns the names of the scenes that have runs, or starts that wait for their
// turn, in the order of the file.
func (e *Engine) Running() []string {
	var names []string
	for _, p := range e.players {
		if len(p.active)+len(p.queue) > 0 {
			names = append(names, p.scene.Name)
		}
	}
	return names
}

// Unheard returns the topics, in byte order, of devices that something looks at and of
// which nothing has been heard. Who can, gives their last values to Recall after a
// Reload.
func (e *Engine) Unheard() []string {
	var topics []string
	for topic, s := range e.sources {
		if s.target != nil && !s.target.thing.heard {
			topics = append(topics, topic)
		}
	}
	slices.Sort(topics)
	return topics
}

// Recall takes a message that was the last value of its topic before the engine asked
// for it: what it tells is known from then on, but nothing has happened.
func (e *Engine) Recall(now time.Time, m message.Message) []message.Message {
	e.arrive(now)
	e.ring(false)
	if s := e.sources[m.Topic]; s != nil && s.target != nil && e.take(s, m) {
		e.fire(e.changed(s.target, s.target.thing.facts, m.Meta), m.Meta) // from what is to what is
	}
	e.settle()
	return e.flush()
}
