package hub

import (
	"bytes"
	"context"
	"fmt"
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
	hub   *Hub
	specs []devices.Spec
	opts  devices.Options
	peer  *proxy.Local
	fleet *devices.Fleet
	// said is what the keeper said last on each retained topic of its devices, and
	// heard what was said there last by anybody.
	said, heard map[string][]byte
	// contradicted is when it last spoke because of that, by the wall clock.
	contradicted time.Time
}

// newKeeper makes the devices of file that live in the hub; nil if there are none.
// They say nothing before begin.
func newKeeper(h *Hub, file *scene.File) (*keeper, error) {
	k := &keeper{hub: h, opts: devices.Options{IDs: h.ids, Zone: file.Home.Zone}}
	for _, spec := range file.Specs() {
		if spec.InHub() {
			k.specs = append(k.specs, spec)
		}
	}
	if len(k.specs) == 0 {
		return nil, nil
	}
	if _, err := devices.NewFleet(k.specs, h.now(), k.opts); err != nil {
		return nil, fmt.Errorf("what lives in the hub: %w", err)
	}
	k.peer = h.forwarder.Attach("keeper")
	k.subscribe()
	return k, nil
}

// subscribe asks for what the devices must hear. It is all whole topics, and so also
// brings what is said to and of longer names, which the fleet ignores.
func (k *keeper) subscribe() {
	for _, spec := range k.specs {
		for _, kind := range []topics.Kind{topics.KindCommand, topics.KindFault, topics.KindState, topics.KindOnline} {
			if err := k.peer.Subscribe(topics.Of(kind, spec.ID)); err != nil {
				k.hub.log.Error("what lives in the hub cannot subscribe", "device", spec.ID, "reason", err)
			}
		}
	}
}

// begin makes the devices as they are at first, and announces them.
func (k *keeper) begin() {
	defer k.recovered()
	fleet, err := devices.NewFleet(k.specs, k.hub.now(), k.opts)
	if err != nil {
		k.hub.log.Error("what lives in the hub cannot begin", "reason", err) // it could before
		return
	}
	k.fleet, k.said, k.heard = fleet, make(map[string][]byte), make(map[string][]byte)
	k.publish(k.fleet.Announce(k.hub.now()))
}

// recovered is deferred where the devices work: a panic ends them, and nothing else.
func (k *keeper) recovered() {
	if p := recover(); p != nil {
		k.fleet = nil
		k.hub.log.Error("panic of what lives in the hub, it begins anew", "panic", p, "stack", string(debug.Stack()))
	}
}

// run keeps the devices, which have begun, until ctx ends. The peer is not closed
// then: the hub ends too, and no last will is to be spoken for what lives in it.
func (k *keeper) run(ctx context.Context) error {
	for !k.keep(ctx) {
		select {
		case <-ctx.Done():
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
	for k.fleet != nil {
		if ctx.Err() != nil {
			return true
		}
		if frames, ok := k.peer.Next(); ok {
			k.hear(message.FromFrames(frames))
			continue
		}
		rest := k.contradict(time.Now())
		alarm.Reset(min(rest, k.hub.untilDue(k.fleet.Next())))
		select {
		case <-ctx.Done():
		case <-k.peer.Wake():
		case <-alarm.C:
			k.publish(k.fleet.Tick(k.hub.now()))
		}
	}
	return ctx.Err() != nil
}

// hear takes a message to the device that it is for, or notes what was said of one,
// by the keeper too.
func (k *keeper) hear(m message.Message) {
	if _, ours := k.said[m.Topic]; ours {
		k.heard[m.Topic] = m.Payload
		return
	}
	k.publish(k.fleet.Handle(k.hub.now(), m))
}

// publish sends what the devices say.
func (k *keeper) publish(outputs []devices.Output) {
	for _, out := range outputs {
		if topics.Retained([]byte(out.Message.Topic)) {
			k.said[out.Message.Topic] = out.Message.Payload
		}
		if err := k.peer.Publish(out.Message.Frames()); err != nil {
			k.hub.log.Error("a message of what lives in the hub is not sent", "topic", out.Message.Topic, "reason", err)
		}
	}
}

// contradict says again what is where somebody else has had the last word. It is
// called once all that was said has been heard, and returns how long to wait before
// it may be needed again.
func (k *keeper) contradict(now time.Time) time.Duration {
	var wrong []string
	for _, spec := range k.specs {
		for _, topic := range []string{topics.Of(topics.KindOnline, spec.ID), topics.Of(topics.KindState, spec.ID)} {
			if !bytes.Equal(k.said[topic], k.heard[topic]) {
				wrong = append(wrong, spec.ID)
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
	k.publish(k.fleet.Announce(k.hub.now(), wrong...))
	return idlePause
}
