package hub

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"runtime/debug"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/internal/scene"
	"homebus/topics"
)

// keeperRest is how long the keeper rests after a panic before it begins anew, and
// the least time between two contradictions.
const keeperRest = time.Second

// keeper keeps the devices that are no things on the network, such as home/mode: it
// runs their models, and speaks and answers in their names, through an in-process
// peer with a bounded queue like every subscriber's.
//
// What it keeps is its alone to tell. If somebody else has the last word on a state
// or an online topic of its devices, or has it forgotten, the keeper says again what
// is, at most once in keeperRest.
type keeper struct {
	hub     *Hub
	reloads chan reload
	peer    *proxy.Local
	kept    []*kept // in the file's order
	zone    *time.Location
	// broken says that a panic has ended them all.
	broken bool
	// said is what the keeper said last on each retained topic of its devices, and
	// heard what was said there last by anybody.
	said, heard map[string][]byte
	// contradicted is when it last spoke because of that, by the wall clock.
	contradicted time.Time
}

// kept is one device: a fleet of its own, so that it goes on undisturbed while others
// come and go.
type kept struct {
	spec  devices.Spec
	fleet *devices.Fleet
}

// newKeeper makes the devices of file that live in the hub. They say nothing before
// begin.
func newKeeper(h *Hub, file *scene.File) (*keeper, error) {
	k := &keeper{hub: h, reloads: make(chan reload), zone: file.Home.Zone}
	var err error
	if k.kept, err = k.make(file); err != nil {
		return nil, err
	}
	k.peer = h.forwarder.Attach("keeper")
	for _, d := range k.kept {
		k.subscribe(d)
	}
	return k, nil
}

// make returns the devices of file that live in the hub. One that it has already, just
// so, remains the same.
func (k *keeper) make(file *scene.File) ([]*kept, error) {
	var all []*kept
	for _, spec := range file.Specs() {
		if !spec.InHub() {
			continue
		}
		if d := k.find(spec.ID); d != nil && reflect.DeepEqual(d.spec, spec) {
			all = append(all, d)
			continue
		}
		d := &kept{spec: spec}
		if err := k.renew(d); err != nil {
			return nil, fmt.Errorf("what lives in the hub: %w", err)
		}
		all = append(all, d)
	}
	return all, nil
}

// renew makes a device as it is at first.
func (k *keeper) renew(d *kept) (err error) {
	d.fleet, err = devices.NewFleet([]devices.Spec{d.spec}, k.hub.now(), devices.Options{IDs: k.hub.ids, Zone: k.zone})
	return err
}

// find returns the device with the id; nil if it is not kept here.
func (k *keeper) find(id string) *kept {
	for _, d := range k.kept {
		if d.spec.ID == id {
			return d
		}
	}
	return nil
}

// hears returns the topics that a device must hear.
func (d *kept) hears() []string {
	return append(d.retained(), topics.Of(topics.KindCommand, d.spec.ID), topics.Of(topics.KindFault, d.spec.ID))
}

// retained returns the topics that a device has the last word on.
func (d *kept) retained() []string {
	return []string{topics.Of(topics.KindOnline, d.spec.ID), topics.Of(topics.KindState, d.spec.ID)}
}

// subscribe asks for what a device must hear. It is all whole topics, and so also
// brings what is said to and of longer names, which the keeper ignores.
func (k *keeper) subscribe(d *kept) {
	for _, topic := range d.hears() {
		if err := k.peer.Subscribe(topic); err != nil {
			k.hub.log.Error("what lives in the hub cannot subscribe", "device", d.spec.ID, "reason", err)
		}
	}
}

// begin makes the devices as they are at first, and announces them.
func (k *keeper) begin() {
	defer k.recovered()
	k.broken = false
	k.said, k.heard = make(map[string][]byte), make(map[string][]byte)
	for _, d := range k.kept {
		if err := k.renew(d); err != nil {
			k.hub.log.Error("what lives in the hub cannot begin", "reason", err) // it could before
			continue
		}
		k.publish(d.fleet.Announce(k.hub.now()))
	}
}

// recovered is deferred where the devices work: a panic ends them, and nothing else.
func (k *keeper) recovered() {
	if p := recover(); p != nil {
		k.broken = true
		k.hub.log.Error("panic of what lives in the hub, it begins anew", "panic", p, "stack", string(debug.Stack()))
	}
}

// run keeps the devices, which have begun, until ctx ends. The peer is not closed
// then: the hub ends too, and no last will is to be spoken for what lives in it.
func (k *keeper) run(ctx context.Context) error {
	for !k.keep(ctx) {
		select {
		case <-ctx.Done():
		case r := <-k.reloads:
			k.reload(r)
		case <-time.After(keeperRest):
			k.begin()
		}
	}
	return nil
}

// keep reports whether ctx has ended; if not, a device has panicked.
func (k *keeper) keep(ctx context.Context) (done bool) {
	defer k.recovered()
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for !k.broken {
		select {
		case <-ctx.Done():
			return true
		case r := <-k.reloads: // also in the midst of much to hear
			k.reload(r)
		default:
		}
		if frames, ok := k.peer.Next(); ok {
			k.hear(message.FromFrames(frames))
			continue
		}
		rest := k.contradict(time.Now())
		alarm.Reset(min(rest, k.hub.untilDue(k.next())))
		select {
		case <-ctx.Done():
		case r := <-k.reloads:
			k.reload(r)
		case <-k.peer.Wake():
		case <-alarm.C:
			for _, d := range k.kept {
				k.publish(d.fleet.Tick(k.hub.now()))
			}
		}
	}
	return ctx.Err() != nil
}

// next returns when a device does something by itself; false if none does.
func (k *keeper) next() (first time.Time, ok bool) {
	for _, d := range k.kept {
		if at, due := d.fleet.Next(); due && (!ok || at.Before(first)) {
			first, ok = at, true
		}
	}
	return first, ok
}

// hear takes a message to the device that it is for, or notes what was said of one,
// by the keeper too.
func (k *keeper) hear(m message.Message) {
	if _, ours := k.said[m.Topic]; ours {
		k.heard[m.Topic] = m.Payload
		return
	}
	if t, ok := topics.Parse(m.Topic); ok {
		if d := k.find(t.ID()); d != nil {
			k.publish(d.fleet.Handle(k.hub.now(), m))
		}
	}
}

// publish sends what the devices say.
func (k *keeper) publish(outputs []devices.Output) {
	for _, out := range outputs {
		if topics.Retained([]byte(out.Message.Topic)) {
			k.said[out.Message.Topic] = out.Message.Payload
		}
		k.send(out.Message)
	}
}

func (k *keeper) send(m message.Message) {
	if err := k.peer.Publish(m.Frames()); err != nil {
		k.hub.log.Error("a message of what lives in the hub is not sent", "topic", m.Topic, "reason", err)
	}
}

// contradict says again what is where somebody else has had the last word. It is
// called once all that was said has been heard, and returns how long to wait before
// it may be needed again.
func (k *keeper) contradict(now time.Time) time.Duration {
	var wrong []string
	for _, d := range k.kept {
		for _, topic := range d.retained() {
			if !bytes.Equal(k.said[topic], k.heard[topic]) {
				wrong = append(wrong, d.spec.ID)
				break
			}
		}
	}
	if len(wrong) == 0 {
		return idlePause
	}
	if rest := keeperRest - now.Sub(k.contradicted); rest > 0 && rest <= keeperRest {
		return rest
	}
	k.contradicted = now
	k.hub.log.Warn("somebody else speaks for what lives in the hub, which says it again", "devices", wrong)
	for _, id := range wrong {
		k.publish(k.find(id).fleet.Announce(k.hub.now()))
	}
	return idlePause
}
