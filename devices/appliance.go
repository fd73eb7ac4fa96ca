package devices

import (
	"time"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// appliance is the shell around a model: what every appliance of every type
// does with messages, reports and faults. It is the part of the appliance that
// speaks; the model is the part that works.
type appliance struct {
	id    string
	typ   *Type
	model model
	stamp message.Stamper
	out   *outbox

	// cause led to the present course of things; nil if nobody said.
	cause *message.Meta
	// feeder is what it is plugged into, and load what is plugged into it; nil for
	// none. A dead one has no power.
	feeder, load *appliance
	dead         bool
	drawn        curve // what was last told to whoever measures it

	answered memory
	late     []lateCommand
	faults   []activeFault
	last     report
	reportAt time.Time // zero for never

	place int // in the fleet's order, the order of the specs
	queue int // in the fleet's schedule
	wake  time.Time
}

// outbox collects what the appliances of a fleet bring about.
type outbox struct {
	outputs []Output
	wires   []drivenWire
	control message.Stamper
}

// drivenWire is a wire on which something happened, and why.
type drivenWire struct {
	wire
	cause *message.Meta
}

// next returns when the appliance must be woken; the zero time for never.
func (a *appliance) next() time.Time {
	t := earlier(a.reportAt, a.model.due())
	if len(a.late) > 0 {
		t = earlier(t, a.late[0].at)
	}
	for _, f := range a.faults {
		t = earlier(t, earlier(f.until, f.flip))
	}
	return t
}

// due reports whether the time t, zero for never, has come.
func due(t, now time.Time) bool { return !t.IsZero() && !t.After(now) }

// step does what is due at now.
func (a *appliance) step(now time.Time) {
	a.stepFaults(now)
	a.catchUp(now, func(c lateCommand) bool { return due(c.at, now) })
	if due(a.model.due(), now) {
		var fx effects
		a.model.step(now, &fx)
		a.tell(now, fx)
		a.schedule(now)
	}
	if due(a.reportAt, now) {
		a.report(now)
	}
}

// act does an action and reports what it changed, at once.
func (a *appliance) act(now time.Time, do string, args values, cause *message.Meta, ack func(error)) {
	if action, _ := a.typ.Action(do); a.dead && !action.ByHand {
		ack(a.unpowered())
		return
	}
	var fx effects
	before := resolve(a.model.read(), now)
	err := a.model.act(now, do, args, &fx)
	ack(err)
	if err != nil {
		return
	}
	a.cause = cause
	a.tell(now, fx)
	a.schedule(now)
	if !before.equal(resolve(a.model.read(), now)) {
		a.report(now)
	}
}

// tell publishes the events and passes on what happened on the wires.
func (a *appliance) tell(now time.Time, fx effects) {
	cause := a.cause
	for i, name := range fx.events {
		sent := a.send(now, message.New(topics.Of(topics.KindEvent, a.id), event{name}), a.cause)
		if i == 0 && sent != nil {
			cause = sent
		}
	}
	for _, w := range fx.wires {
		a.out.wires = append(a.out.wires, drivenWire{w, cause})
	}
}

// event is the payload of a moment.
type event struct {
	Event string `json:"event"`
}

// send publishes in the appliance's name and returns the meta; nil if the
// appliance can say nothing.
func (a *appliance) send(now time.Time, m message.Message, cause *message.Meta) *message.Meta {
	if a.silent() {
		return nil
	}
	return a.publish(now, m, cause)
}

// publish is send for an appliance that may be mute.
func (a *appliance) publish(now time.Time, m message.Message, cause *message.Meta) *message.Meta {
	if a.failing(faultClockSkew) {
		now = now.Add(clockSkew)
	}
	m = a.stamp.Stamp(now, m, cause)
	o := Output{Device: a.id, Message: m}
	a.out.outputs = append(a.out.outputs, o)
	if a.failing(faultDuplicate) {
		a.out.outputs = append(a.out.outputs, o)
	}
	return m.Meta
}

// link says that the connection is lost or back.
func (a *appliance) link(l Link) {
	a.out.outputs = append(a.out.outputs, Output{Device: a.id, Link: l})
}

// announce is what a connection says first. A mute appliance is online, and says
// nothing more.
func (a *appliance) announce(now time.Time) {
	if a.cut() {
		return
	}
	a.publish(now, message.New(topics.Of(topics.KindOnline, a.id), presence.Here), nil)
	a.report(now)
}
