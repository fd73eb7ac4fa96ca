package hub

import (
	"context"
	"runtime/debug"
	"slices"
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
	hub     *Hub
	file    *scene.File
	reloads chan reload
	peer    *proxy.Local
	engine  *scene.Engine
	// prefixes is what the peer is subscribed to, in byte order.
	prefixes []string
	// recalled holds the topics of which the next message is a last value that the
	// scenes have asked for after the start.
	recalled map[string]struct{}
	quiet    gate.Quiet // about what the scenes do not understand
}

// newDirector subscribes to what the scenes want, so that nothing is missed
// between now and run.
func newDirector(h *Hub, file *scene.File) *director {
	d := &director{hub: h, file: file, reloads: make(chan reload), peer: h.forwarder.Attach("scenes")}
	d.begin()
	return d
}

// begin makes a new engine.
func (d *director) begin() {
	d.engine = scene.NewEngine(d.file, d.hub.now(), scene.EngineOptions{IDs: d.hub.ids, From: clientName, NotUnderstood: d.complain, Stepped: d.hub.rememberStep})
	d.recalled = make(map[string]struct{})
	d.subscribe()
}

// subscribe asks for what the engine wants to hear, and for nothing else. Of what it
// looks at and knows nothing yet it is given the last value: as a first value, whatever
// the peer was given before. States come before what says that their device is lost: one
// that came after that would be a sign of its return.
func (d *director) subscribe() {
	wanted := d.engine.Prefixes()
	for _, prefix := range d.prefixes {
		if _, found := slices.BinarySearch(wanted, prefix); !found {
			d.peer.Unsubscribe(prefix)
			delete(d.recalled, prefix)
		}
	}
	d.prefixes = wanted
	unheard := d.engine.Unheard()
	for _, prefix := range slices.Backward(wanted) {
		_, unknown := slices.BinarySearch(unheard, prefix)
		given, err := d.peer.Follow(prefix, unknown)
		if err != nil {
			d.hub.log.Error("the scenes cannot subscribe", "prefix", prefix, "reason", err)
		}
		if given {
			d.recalled[prefix] = struct{}{}
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
		d.rest(ctx)
	}
	return nil
}

// rest lets the scenes rest after a panic, and makes the engine anew.
func (d *director) rest(ctx context.Context) {
	rested := time.NewTimer(directorRest)
	defer rested.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-d.reloads:
			d.file = r.file
			r.done <- nil
		case <-rested.C:
			d.begin()
			return
		}
	}
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
		select {
		case <-ctx.Done():
			return true
		case r := <-d.reloads: // also in the midst of much to hear
			d.reload(r)
		case q := <-d.hub.questions:
			d.answer(q)
		default:
		}
		if frames, ok := d.peer.Next(); ok {
			d.hear(message.FromFrames(frames))
			continue
		}
		alarm.Reset(d.hub.untilDue(d.engine.Next()))
		select {
		case <-ctx.Done():
		case q := <-d.hub.questions:
			d.answer(q)
		case r := <-d.reloads:
			d.reload(r)
		case <-d.peer.Wake():
		case <-alarm.C:
			d.tick()
		}
	}
}

// hear takes a message to the engine.
func (d *director) hear(m message.Message) {
	var decided []message.Message
	if _, last := d.recalled[m.Topic]; last {
		delete(d.recalled, m.Topic)
		decided = d.engine.Recall(d.hub.now(), m)
	} else {
		decided = d.engine.Handle(d.hub.now(), m)
	}
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
