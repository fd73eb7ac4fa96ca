package devices

import (
	"container/heap"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"homebus/internal/message"
	"homebus/topics"
)

// Fleet is the appliances of one house, wired together. One owner; not safe for
// concurrent use.
//
// What is due is done in the order of time, and at one time in the order of the
// specs, each thing at its own time however late Tick comes: its messages then
// carry that time, not Tick's.
type Fleet struct {
	order    []*appliance
	byID     map[string]*appliance
	schedule schedule
	meters   []*appliance // measure all that no other appliance feeds
	out      outbox
	now      time.Time
}

// Options are what a Fleet needs besides its appliances.
type Options struct {
	// Seed is of everything random in the appliances.
	Seed uint64
	// IDs gives the messages their ids.
	IDs message.IDs
	// Zone is where the house is; UTC if nil.
	Zone *time.Location
}

// Link says what an Output does to the appliance's connection.
type Link int

// What happens to a connection.
const (
	// LinkKept: nothing; the Output is a message.
	LinkKept Link = iota
	// LinkLost: the appliance drops off the network without a goodbye.
	LinkLost
	// LinkBack: the appliance comes back; the driver connects it, and then calls
	// Announce for it.
	LinkBack
)

// Output is one thing that an appliance brings about.
type Output struct {
	// Device is the appliance's id.
	Device string
	Link   Link
	// Message is to be published if Link is LinkKept; its meta is complete.
	Message message.Message
	// Control says that the message is the simulator's own (the ack of a fault)
	// and is sent on a connection of its own: the appliance may be cut off.
	Control bool
}

// controlName is the simulator's own name in the meta of messages.
const controlName = "sim"

// NewFleet builds appliances as they are when delivered: off, toasters loaded,
// water in the tank. The error tells all mistakes, each naming the appliance.
func NewFleet(specs []Spec, now time.Time, opts Options) (*Fleet, error) {
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	f := &Fleet{byID: make(map[string]*appliance, len(specs)), now: now}
	f.out.control = message.Stamper{From: controlName, IDs: opts.IDs}
	var mistakes []error
	for _, spec := range specs {
		a, err := newAppliance(spec, now, opts)
		switch {
		case err != nil:
			mistakes = append(mistakes, fmt.Errorf("appliance %q: %w", spec.ID, oneLine(err)))
			continue
		case f.byID[spec.ID] != nil:
			mistakes = append(mistakes, fmt.Errorf("appliance %q: there are two of this id", spec.ID))
			continue
		}
		a.out, a.place = &f.out, len(f.order)
		f.order = append(f.order, a)
		f.byID[a.id] = a
	}
	for _, m := range checkWiring(specs) {
		mistakes = append(mistakes, m)
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	f.begin(now, specs)
	return f, nil
}

// begin wires the appliances, gives them their power, and notes what is due.
func (f *Fleet) begin(now time.Time, specs []Spec) {
	for _, w := range wiredKeys(specs) {
		if w.key.Feeds {
			from, to := f.byID[w.from], f.byID[w.to]
			from.load, to.feeder = to, from
		}
	}
	for _, a := range f.order {
		heap.Push(&f.schedule, a)
		if a.typ.Name == PowerMeter {
			f.meters = append(f.meters, a)
		}
	}
	f.beginPower(now)
	for _, a := range f.order {
		a.last.values = resolve(a.model.read(), now) // with the power that it has
		a.schedule(now)
		f.rewake(a)
	}
}

func newAppliance(spec Spec, now time.Time, opts Options) (*appliance, error) {
	if _, _, ok := topics.SplitID(spec.ID); !ok {
		return nil, errors.New(`this is no id; want "area/name" of a-z, 0-9 and "-"`)
	}
	t, ok := spec.Declaration()
	if !ok {
		return nil, fmt.Errorf("unknown type %q%s", shorten(spec.Type), didYouMean(spec.Type, typeNames()))
	}
	config, err := checkAll("configuration key", t.Config, spec.Config)
	if err != nil {
		return nil, err
	}
	h := fnv.New64a()
	h.Write([]byte(spec.ID))
	a := &appliance{
		id: spec.ID, typ: t,
		model: t.build(setup{now: now, config: config, zone: opts.Zone, random: rand.New(rand.NewPCG(opts.Seed, h.Sum64()))}),
		stamp: message.Stamper{From: spec.ID, IDs: opts.IDs},
	}
	a.last.values = resolve(a.model.read(), now)
	return a, nil
}

// IDs returns the ids of all appliances, in the order of their specs.
func (f *Fleet) IDs() []string {
	ids := make([]string, len(f.order))
	for i, a := range f.order {
		ids[i] = a.id
	}
	return ids
}

// Announce returns online and the whole state of the appliances given, of all
// if none is given: what a connection says first. It is called after every
// (re)connection and after a restart of the hub; appliances that are offline by
// a fault say nothing. What was due until now comes before it.
func (f *Fleet) Announce(now time.Time, ids ...string) []Output {
	now = f.run(now)
	if len(ids) == 0 {
		ids = f.IDs()
	}
	for _, id := range ids {
		if a := f.byID[id]; a != nil {
			a.announce(now)
			f.settle(now, a)
		}
	}
	return f.flush()
}

// Handle takes a message on a command or fault topic of one of the appliances;
// every other message is ignored. Broken payloads are refused with an ack. What
// was due until now comes first.
func (f *Fleet) Handle(now time.Time, m message.Message) []Output {
	t, ok := topics.Parse(m.Topic)
	a := f.byID[t.ID()]
	if !ok || a == nil || t.Kind != topics.KindCommand && t.Kind != topics.KindFault {
		return nil
	}
	now = f.run(now)
	if t.Kind == topics.KindFault {
		a.fault(now, m)
	} else {
		a.command(now, m)
	}
	f.settle(now, a)
	f.run(now)
	return f.flush()
}

// Tick lets time pass until now, which must not go back.
func (f *Fleet) Tick(now time.Time) []Output {
	f.run(now)
	return f.flush()
}

// Advance is Tick for who must not be kept long: it does at most so many of the
// things that are due, in their order, and returns until when all is done: now, or an
// earlier time if there is more.
func (f *Fleet) Advance(now time.Time, most int) (outputs []Output, reached time.Time) {
	for range most {
		if !f.step(now) {
			f.now = later(f.now, now)
			return f.flush(), f.now
		}
	}
	return f.flush(), f.now
}

// Next returns when something happens by itself; false if nothing is due.
func (f *Fleet) Next() (time.Time, bool) {
	if len(f.schedule) == 0 || f.schedule[0].wake.IsZero() {
		return time.Time{}, false
	}
	return f.schedule[0].wake, true
}

// Give sets attributes directly, as a test's "given" does, and returns the
// report of it. The error tells all mistakes; then nothing is set.
func (f *Fleet) Give(now time.Time, id string, attrs map[string]any) ([]Output, error) {
	a := f.byID[id]
	if a == nil {
		return nil, fmt.Errorf("unknown appliance %q%s", shorten(id), didYouMean(id, f.IDs()))
	}
	var declared []Value
	for _, attr := range a.typ.Attributes {
		if attr.Given {
			declared = append(declared, attr.Value)
		}
	}
	given, err := checkAll("attribute for a test to give", declared, attrs)
	if err != nil {
		return nil, fmt.Errorf("appliance %q: %w", id, oneLine(err))
	}
	now = f.run(now)
	for _, d := range declared {
		if given.has(d.Name) {
			a.model.give(now, d.Name, given[d.Name])
		}
	}
	a.cause = nil
	a.report(now)
	f.settle(now, a)
	f.run(now)
	return f.flush(), nil
}

// Touch does an action as a person at the appliance does, with what the action
// brings about: no message leads to it, so that it works where commands are not
// heard. The error is why it cannot be done, in words for that person; then
// nothing is.
func (f *Fleet) Touch(now time.Time, id, do string, params map[string]any) ([]Output, error) {
	a := f.byID[id]
	if a == nil {
		return nil, fmt.Errorf("unknown appliance %q%s", shorten(id), didYouMean(id, f.IDs()))
	}
	c, err := a.typ.checkCommand(do, params)
	if err != nil {
		return nil, err
	}
	now = f.run(now)
	a.act(now, c.do, c.args, nil, func(refusal error) { err = refusal })
	f.settle(now, a)
	f.run(now)
	return f.flush(), err
}

// Hears reports whether commands reach the appliance: not if a fault has cut it
// off or made it deaf.
func (f *Fleet) Hears(id string) bool {
	a := f.byID[id]
	return a != nil && a.hears()
}

// Offline reports whether the appliance is cut off by a fault.
func (f *Fleet) Offline(id string) bool {
	a := f.byID[id]
	return a != nil && a.cut()
}

// run does all that is due until now, and returns now, or the latest time that
// was seen if now went back.
func (f *Fleet) run(now time.Time) time.Time {
	for f.step(now) {
	}
	f.now = later(f.now, now)
	return f.now
}

// step does the first thing that is due until now; false if there is none.
func (f *Fleet) step(now time.Time) bool {
	at, ok := f.Next()
	if !ok || at.After(later(f.now, now)) {
		return false
	}
	f.now = later(f.now, at)
	a := f.schedule[0]
	a.step(at)
	f.settle(at, a)
	return true
}

// settle draws the conclusions from what an appliance did: power, wires and the
// schedule.
func (f *Fleet) settle(now time.Time, a *appliance) {
	f.passPower(now, a)
	f.rewake(a)
	for len(f.out.wires) > 0 {
		w := f.out.wires[0]
		f.out.wires = f.out.wires[1:]
		target := f.byID[w.target]
		target.act(now, w.action, defaults(target.typ, w.action), w.cause, func(error) {})
		f.passPower(now, target)
		f.rewake(target)
	}
}

// rewake notes when an appliance is due now.
func (f *Fleet) rewake(a *appliance) {
	a.wake = a.next()
	heap.Fix(&f.schedule, a.queue)
}

// defaults returns an action's parameters when none is given.
func defaults(t *Type, action string) values {
	act, _ := t.Action(action)
	v, err := checkAll("parameter", act.Params, nil)
	if err != nil {
		panic("devices: " + t.Name + " cannot be wired: " + err.Error())
	}
	return v
}

func (f *Fleet) flush() []Output {
	out := f.out.outputs
	f.out.outputs = nil
	return out
}
