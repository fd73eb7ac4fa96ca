package hub

import (
	"context"
	"runtime/debug"
	"time"

	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/internal/scene"
	"homebus/internal/socket/gate"
)

// directorRest is how long the scenes rest after a panic before they begin anew.
const directorRest = time.Second

// director drives the scene engine in real time: it hears the bus through an
// in-process peer, with a bounded queue like every subscriber's, and publishes
// what the engine decides.
type director struct {
	hub    *Hub
	file   *scene.File
	peer   *proxy.Local
	engine *scene.Engine
	quiet  gate.Quiet // about what the scenes do not understand
}

// newDirector subscribes to what the scenes want, so that nothing is missed
// between now and run.
func newDirector(h *Hub, file *scene.File) *director {
	d := &director{hub: h, file: file, peer: h.forwarder.Attach("scenes")}
	d.begin()
	return d
}

// begin makes a new engine.
func (d *director) begin() {
	d.engine = scene.NewEngine(d.file, d.hub.now(), scene.EngineOptions{IDs: d.hub.ids, From: clientName, NotUnderstood: d.complain, Stepped: d.hub.rememberStep})
	for _, prefix := range d.engine.Prefixes() {
		if err := d.peer.Subscribe(prefix); err != nil {
			d.hub.log.Error("the scenes cannot subscribe", "prefix", prefix, "reason", err)
		}
	}
}

// complain logs a message that a scene waits for and the scenes do not understand.
func (d *director) complain(topic string, why error) {
	if n, ok := d.quiet.Allow(time.Now()); ok {
		d.hub.log.Warn("the scenes do not understand a message", "topic", topic, "reason", why, "more", n)
	}
}

// run runs the scenes until ctx ends. A panic of the engine ends its running
// scenes and nothing else: the bus goes on.
func (d *director) run(ctx context.Context) error {
	defer d.peer.Close()
	for !d.direct(ctx) {
		select {
		case <-ctx.Done():
		case <-time.After(directorRest):
			d.begin()
		}
	}
	return nil
}

// direct reports whether ctx has ended; if not, the engine has panicked.
func (d *director) direct(ctx context.Context) (done bool) {
	defer func() {
		if p := recover(); p != nil {
			d.hub.log.Error("panic in the scene engine, the scenes begin anew", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	d.publish(d.engine.Start(d.hub.now()))
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		if ctx.Err() != nil {
			return true
		}
		select {
		case q := <-d.hub.questions: // also when there is always something to hear
			d.answer(q)
		default:
		}
		if frames, ok := d.peer.Next(); ok {
			d.handle(message.FromFrames(frames))
			continue
		}
		alarm.Reset(d.hub.untilDue(d.engine.Next()))
		select {
		case <-ctx.Done():
		case q := <-d.hub.questions:
			d.answer(q)
		case <-d.peer.Wake():
		case <-alarm.C:
			d.tick()
		}
	}
}

// handle takes a message to the engine.
func (d *director) handle(m message.Message) {
	decided := d.engine.Handle(d.hub.now(), m)
	if len(decided) > 0 {
		d.hub.rememberCause(m)
	}
	d.publish(decided)
}

// answer lets a question be answered by the engine as it is now.
func (d *director) answer(q question) {
	d.tick()
	q(d.engine)
}

// tick does what is due, and lets the engine see what time it is.
func (d *director) tick() { d.publish(d.engine.Tick(d.hub.now())) }

// publish sends what the engine has decided; the count of messages is the hub's,
// for whom the scenes speak.
func (d *director) publish(decided []message.Message) {
	for _, m := range decided {
		if m.Meta != nil {
			meta := *m.Meta
			meta.Seq = d.hub.seq.Add(1)
			m.Meta = &meta
		}
		d.hub.publish(m)
	}
}
