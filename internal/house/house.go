package house

import (
	"fmt"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/occupancy"
	"homebus/internal/presence"
	"homebus/internal/scene"
	"homebus/topics"
)

// House is a home in virtual time. One owner; not safe for concurrent use.
type House struct {
	now      time.Time
	people   *occupancy.Script
	fleet    *devices.Fleet
	engine   *scene.Engine
	view     scene.View
	journal  journal
	queue    []queued
	living   map[string]bool // the ids of the fleet
	absent   absent
	hub      message.Stamper // speaks last wills, and for who is offline
	stranger message.Stamper // whoever acts from outside
	heard    func(Entry)
}

// queued is a message on its way.
type queued struct {
	message.Message
	byScenes bool
}

// Options are what a House needs besides its file.
type Options struct {
	// Start is when the story begins.
	Start time.Time
	// Seed is of all ids and of everything random.
	Seed uint64
	// Occupancy has the people of the file live there; else nobody does.
	Occupancy bool
	// Journal bounds how many messages are remembered, the newest; 1000 if 0.
	Journal int
	// Heard is called with every message after its delivery, if not nil. It must
	// not change the House.
	Heard func(Entry)
	// Decided is called with every decision of the scenes when it is made, before
	// the messages that come of it are delivered, if not nil. It must not change the
	// House.
	Decided func(scene.Decision)
	// Stepped is told of each message of a step of a scene before that is delivered,
	// if not nil; see scene.EngineOptions.
	Stepped func(id, step string)
}

const (
	defaultJournal = 1000
	// maxAtOnce bounds the events of one instant. Scenes and appliances come to
	// rest long before; what does not is a mistake in them.
	maxAtOnce = 100_000
)

// New builds the home of a file. Nobody in it has said anything yet: Give may
// set things up, and Begin begins.
func New(f *scene.File, o Options) (*House, error) {
	if o.Journal <= 0 {
		o.Journal = defaultJournal
	}
	ids := &message.Counted{Seed: o.Seed}
	fleet, err := devices.NewFleet(f.Specs(), o.Start, devices.Options{Seed: o.Seed, IDs: ids, Zone: f.Home.Zone})
	if err != nil {
		return nil, fmt.Errorf("build the appliances of %s: %w", f.Path, err)
	}
	living := make(map[string]bool)
	for _, id := range fleet.IDs() {
		living[id] = true
	}
	return &House{
		now:      o.Start,
		people:   newPeople(f, o),
		fleet:    fleet,
		living:   living,
		absent:   make(absent),
		engine:   scene.NewEngine(f, o.Start, scene.EngineOptions{IDs: ids, Decided: o.Decided, Stepped: o.Stepped}),
		journal:  journal{bound: o.Journal},
		hub:      message.Stamper{From: "bus", IDs: ids},
		stranger: message.Stamper{From: "test", IDs: ids},
		heard:    o.Heard,
	}, nil
}

// Give sets attributes of an appliance directly, as a test's "given" does.
func (h *House) Give(id string, attrs map[string]any) error {
	out, err := h.fleet.Give(h.now, id, attrs)
	if err != nil {
		return err
	}
	if h.begun() {
		h.take(out)
		return h.settle()
	}
	return nil
}

// Begin lets scenes and appliances say their first words, and everything that is
// due at the first instant happen.
func (h *House) Begin() error {
	h.decided(h.engine.Start(h.now))
	h.take(h.fleet.Announce(h.now))
	return h.Advance(h.now)
}

func (h *House) begun() bool { return h.journal.total > 0 }

// Now returns the virtual time.
func (h *House) Now() time.Time { return h.now }

// Publish sends a message as it is, and lets everything happen that follows at
// this instant.
func (h *House) Publish(m message.Message) error {
	h.send(m)
	return h.Advance(h.now)
}

// Act sends a message of somebody outside, from "test".
func (h *House) Act(m message.Message) error {
	return h.Publish(h.stranger.Stamp(h.now, m, nil))
}

// Do does what a person at an appliance does: by a command from "test", so that
// all that follows names its cause; by hand where a command is not heard. What
// the appliance refuses is not done.
func (h *House) Do(d *scene.Do) error {
	if h.fleet.Hears(d.Device) {
		c := &scene.Command{Device: d.Device, Do: d.Do, Params: d.Params}
		return h.Act(c.Message())
	}
	out, _ := h.fleet.Touch(h.now, d.Device, d.Do, d.Params) // a refusal, as it would be to a command
	h.take(out)
	return h.Advance(h.now)
}

// Advance lets time pass until to, including all that happens then. The error is
// of a house that does not come to rest.
func (h *House) Advance(to time.Time) error {
	if err := h.settle(); err != nil {
		return err
	}
	for ticks := 0; ; ticks++ {
		next, in, ok := h.next()
		if !ok || next.After(to) {
			break
		}
		if next.After(h.now) {
			h.now, ticks = next, 0
		}
		if ticks > maxAtOnce {
			return h.restless()
		}
		h.tick(in)
		if err := h.settle(); err != nil {
			return err
		}
	}
	if to.After(h.now) {
		h.now = to
	}
	return nil
}

// advance is Advance in pieces, before each of which it asks whether to go on; the error
// is that answer then.
func (h *House) advance(to time.Time, ask func() error) error {
	const piece = time.Minute
	for {
		if err := ask(); err != nil {
			return err
		}
		next := h.now.Add(piece)
		if !next.Before(to) {
			return h.Advance(to)
		}
		if err := h.Advance(next); err != nil {
			return err
		}
	}
}

// part is who acts in a house by itself: at one instant people come before
// appliances, and appliances before scenes.
type part int

const (
	people part = iota
	appliances
	scenes
)

// next returns when something is due, and in which part.
func (h *House) next() (at time.Time, in part, ok bool) {
	at, ok = h.people.Next()
	if f, due := h.fleet.Next(); due && (!ok || f.Before(at)) {
		at, in, ok = f, appliances, true
	}
	if e, due := h.engine.Next(); due && (!ok || e.Before(at)) {
		at, in, ok = e, scenes, true
	}
	return at, in, ok
}

// tick lets a part do what is due.
func (h *House) tick(in part) {
	switch in {
	case people:
		h.live()
	case appliances:
		h.take(h.fleet.Tick(h.now))
	case scenes:
		h.decided(h.engine.Tick(h.now))
	}
}

// settle delivers what is queued, and what comes of it.
func (h *House) settle() error {
	for n := 0; len(h.queue) > 0; n++ {
		if n > maxAtOnce {
			return h.restless()
		}
		next := h.queue[0]
		h.queue = h.queue[1:]
		h.deliver(next)
	}
	h.queue = nil
	return nil
}

func (h *House) restless() error {
	last := h.journal.newest(1)
	if len(last) == 0 {
		return fmt.Errorf("the house does not come to rest at %s", h.now.Format(time.DateTime))
	}
	return fmt.Errorf("the house does not come to rest at %s: more than %d messages; the last is on %s",
		h.now.Format(time.DateTime), maxAtOnce, last[0].Message.Topic)
}

// deliver gives a message to all who hear it.
func (h *House) deliver(q queued) {
	m := q.Message
	t, ok := topics.Parse(m.Topic)
	h.journal.add(Entry{At: h.now, Message: m})
	_ = h.view.Handle(m) // a payload that is no state changes nothing
	h.take(h.fleet.Handle(h.now, m))
	h.decided(h.engine.Handle(h.now, m))
	if ok {
		h.absent.hear(t, m.Payload)
	}
	if ok && !q.byScenes { // to them silence is silence
		h.refuse(t, m)
	}
	if h.heard != nil {
		h.heard(Entry{At: h.now, Message: m})
	}
}

// send queues a message.
func (h *House) send(m message.Message) { h.queue = append(h.queue, queued{Message: m}) }

// decided queues what the scenes want said.
func (h *House) decided(messages []message.Message) {
	for _, m := range messages {
		h.queue = append(h.queue, queued{m, true})
	}
}

// take does what appliances bring about.
func (h *House) take(outs []devices.Output) {
	for _, o := range outs {
		switch o.Link {
		case devices.LinkLost:
			h.send(h.hub.Stamp(h.now, lastWill(o.Device), nil))
		case devices.LinkBack:
			h.take(h.fleet.Announce(h.now, o.Device))
		default:
			h.send(o.Message)
		}
	}
}

// lastWill is what a hub says for an appliance that is lost.
func lastWill(id string) message.Message {
	return message.New(topics.Of(topics.KindOnline, id), presence.Lost)
}

// View returns the home as its messages have told it so far. It changes as time
// passes; the caller only reads it.
func (h *House) View() *scene.View { return &h.view }

// Decisions returns what the scenes decided last, the oldest first.
func (h *House) Decisions() []scene.Decision { return h.engine.Decisions() }

// Journal returns the newest messages in causal order, at most n and at most as
// many as Options.Journal.
func (h *House) Journal(n int) []Entry { return h.journal.newest(n) }

// Messages returns how many messages were delivered in all.
func (h *House) Messages() int { return h.journal.total }
