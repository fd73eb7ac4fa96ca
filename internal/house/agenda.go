package house

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/topics"
)

// agenda makes of the messages and decisions of a house what its scenes did, a day
// at a time. It interprets nothing of the file: what it knows is what the engine
// said.
//
// All of one instant is looked at together, for a decision names the announcement
// of its run before that is delivered.
type agenda struct {
	now       time.Time
	messages  []Entry
	decisions []scene.Decision

	runs    map[string]*planRun // that go on, by the id of their announcement
	order   []*planRun          // the same, in the order of their start
	started map[string]int      // how many runs of a scene there have been
	sent    map[string]*planRun // the commands of runs that go on, by their ids
	clashes clashes

	entries []*planEntry // of the day
	noted   int          // on that day
}

// planRun is a run of a scene.
type planRun struct {
	id     string
	scene  string
	number int
	reason string
	at     time.Time
	// entry is what it does on the present day; nil if it has done nothing there.
	entry *planEntry
	doing string // what it waits for, in words
	over  bool
	sent  []string // the ids of its commands
}

// planEntry is what one run of a scene does on one day, or why there was no run.
type planEntry struct {
	at     time.Time
	scene  string // "" if none is concerned
	reason string
	// since is when the run began, if that was not on this day.
	since time.Time
	// notRun says why there was no run.
	notRun string
	// note says what else the scenes decided.
	note string
	// doing is what the run first waited for.
	doing string
	acts  []planAct
}

// planAct is one thing that a run did.
type planAct struct {
	at   time.Time
	text string
}

// maxNoted bounds what is kept of one day.
const maxNoted = 1_000_000

var errTooBusy = errors.New("the scenes do more than 1,000,000 things on one day, which is no plan that anybody reads")

func newAgenda() *agenda {
	return &agenda{
		runs: make(map[string]*planRun), started: make(map[string]int),
		sent: make(map[string]*planRun),
	}
}

// heard takes a message of the house.
func (a *agenda) heard(e Entry) {
	t, ok := topics.Parse(e.Message.Topic)
	if !ok || t.Kind != topics.KindScene && t.Kind != topics.KindCommand && t.Kind != topics.KindAck {
		return
	}
	a.arrive(e.At)
	a.messages = append(a.messages, e)
}

// decided takes a decision of the scenes.
func (a *agenda) decided(d scene.Decision) {
	a.arrive(d.At)
	a.decisions = append(a.decisions, d)
}

// arrive takes what is known of the instant before, if that is over.
func (a *agenda) arrive(now time.Time) {
	if now.After(a.now) {
		a.settle()
		a.now = now
	}
}

// settle takes what is known of the present instant.
func (a *agenda) settle() {
	begun := a.announced()
	for _, d := range a.decisions {
		a.take(d, begun)
	}
	for _, e := range a.messages {
		if r := a.runs[causeOf(e.Message)]; r != nil {
			a.clashes.hear(e, r)
		}
	}
	a.messages, a.decisions = a.messages[:0], a.decisions[:0]
	a.forget()
}

// announced finds the runs that begin, by their scenes, in the order of their
// beginning; what runs wait for; and which commands, and answers to them, are
// theirs.
func (a *agenda) announced() map[string][]*planRun {
	begun := make(map[string][]*planRun)
	for _, e := range a.messages {
		t, _ := topics.Parse(e.Message.Topic)
		switch t.Kind {
		case topics.KindScene:
			if r := a.status(e, t.Name); r != nil {
				begun[r.scene] = append(begun[r.scene], r)
			}
		case topics.KindCommand:
			a.belongs(e.Message, a.runs[causeOf(e.Message)])
		case topics.KindAck:
			a.belongs(e.Message, a.sent[causeOf(e.Message)])
		}
	}
	return begun
}

// status takes what a scene says of itself, and returns its run if that begins
// with this message.
func (a *agenda) status(e Entry, name string) *planRun {
	var status scene.Status
	if json.Unmarshal(e.Message.Payload, &status) != nil {
		return nil
	}
	if r := a.runs[causeOf(e.Message)]; r != nil && r.scene == name && status.Active <= 1 { // else it may speak of another run
		r.doing = status.Doing
	}
	if status.Runs <= a.started[name] {
		return nil
	}
	a.started[name] = status.Runs
	r := &planRun{id: e.Message.ID(), scene: name, number: status.Runs, reason: status.Reason, at: e.At}
	a.runs[r.id] = r
	a.order = append(a.order, r)
	return r
}

// belongs notes that a message is of a run, if it is of one.
func (a *agenda) belongs(m message.Message, r *planRun) {
	if r != nil {
		a.sent[m.ID()] = r
		r.sent = append(r.sent, m.ID())
	}
}

// causeOf returns the id of the message that led to m, "" for none.
func causeOf(m message.Message) string {
	if m.Meta == nil {
		return ""
	}
	return m.Meta.Cause
}

// take takes a decision; begun are the runs that begin at this instant.
func (a *agenda) take(d scene.Decision, begun map[string][]*planRun) {
	switch d.Kind {
	case scene.DecidedStart:
		if next := begun[d.Scene]; len(next) > 0 {
			begun[d.Scene] = next[1:]
			a.today(next[0], d.At)
		}
	case scene.DecidedQueue, scene.DecidedStop: // told when it begins, and by the step that stops it
	case scene.DecidedRestart:
		a.restarted(d.Scene, d.Name)
	case scene.DecidedNotRun:
		a.add(&planEntry{at: d.At, scene: d.Scene, reason: d.Name, notRun: d.What})
	default:
		r := cmp.Or(a.runs[d.Cause], a.sent[d.Cause])
		if r == nil || r.scene != d.Scene {
			a.add(&planEntry{at: d.At, scene: d.Scene, note: d.Text()})
			return
		}
		a.ofRun(r, d)
	}
}

// ofRun takes a decision of a run.
func (a *agenda) ofRun(r *planRun, d scene.Decision) {
	switch d.Kind {
	case scene.DecidedStep:
		a.act(r, d.At, d.What)
	case scene.DecidedEnd:
		r.over = true
		switch {
		case d.What != "":
			a.act(r, d.At, d.Name+": "+d.What)
		case d.Name != scene.StateDone:
			a.act(r, d.At, d.Name)
		}
	default:
		a.act(r, d.At, d.Text())
	}
}

// restarted ends the run of a scene that the next one has replaced.
func (a *agenda) restarted(name, number string) {
	for _, r := range a.order {
		if r.scene == name && strconv.Itoa(r.number) == number {
			r.over = true
		}
	}
}

// today returns the entry of a run on the present day, which begins with this if
// there is none.
func (a *agenda) today(r *planRun, now time.Time) *planEntry {
	if r.entry == nil {
		r.entry = &planEntry{at: now, scene: r.scene, reason: r.reason}
		if now.After(r.at) {
			r.entry.since = r.at
		}
		a.add(r.entry)
	}
	return r.entry
}

func (a *agenda) add(e *planEntry) {
	if a.noted++; a.noted <= maxNoted {
		a.entries = append(a.entries, e)
	}
}

func (a *agenda) act(r *planRun, now time.Time, text string) {
	e := a.today(r, now)
	if a.noted++; a.noted <= maxNoted {
		e.acts = append(e.acts, planAct{now, text})
	}
}

// forget forgets the runs that are over, and notes what the others first wait for.
func (a *agenda) forget() {
	a.order = slices.DeleteFunc(a.order, func(r *planRun) bool {
		switch {
		case r.over:
			delete(a.runs, r.id)
			for _, id := range r.sent {
				delete(a.sent, id)
			}
		case r.entry != nil && r.entry.doing == "":
			r.entry.doing = r.doing
		}
		return r.over
	})
}

// day returns what happened since the last call.
func (a *agenda) day() ([]*planEntry, []*clash) {
	a.settle()
	entries, met := a.entries, a.clashes.day()
	a.entries, a.noted = nil, 0
	for _, r := range a.order {
		r.entry = nil
	}
	return entries, met
}

// err says why there can be no plan.
func (a *agenda) err() error {
	if a.noted > maxNoted {
		return errTooBusy
	}
	return nil
}
