package hub

import (
	"bytes"
	"context"
	"sync/atomic"
	"time"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/internal/proxy"
	"homebus/topics"
)

// Bounds of the deputy.
const (
	// deputyQueue is how many commands wait for its answer. Of one more there is
	// none, which is counted: whoever sent it hears silence, and may ask again.
	deputyQueue = 1024
	// deputyMeta is the longest meta in bytes that is looked into: the answer to a
	// command with a longer one names no id.
	deputyMeta = 1 << 10
	// After each deputyStint answers it rests, so that a storm of commands becomes no
	// more than 10,000 answers a second.
	deputyStint = 100
	deputyRest  = 10 * time.Millisecond
)

// deputy answers commands to appliances that are offline: they were there once, the
// last word on them is that they are not, and so nobody else would. The hub's own
// scenes get no answer from it: to them silence is silence, which they retry.
type deputy struct {
	hub *Hub
	// scenes is the peer of the scenes, which may listen to commands and do none; nil
	// without scenes.
	scenes *proxy.Local
	queue  chan unheard
	// lost counts the commands that found the queue full.
	lost atomic.Int64
}

// unheard is a command to an appliance that was offline when it passed.
type unheard struct {
	device, reason string
	meta           []byte // as it came; nil if there was none
}

func newDeputy(h *Hub) *deputy { return &deputy{hub: h, queue: make(chan unheard, deputyQueue)} }

// note takes a command to an appliance that is offline. It is called under the
// forwarder's lock.
func (d *deputy) note(from proxy.PeerID, device, reason string, command proxy.Raw) {
	switch {
	case from == d.hub.own.ID():
		return
	case len(d.queue) == cap(d.queue):
		d.lost.Add(1)
		return
	}
	u := unheard{device: device, reason: reason}
	if meta, ok := command.Frame(2); ok && len(meta) <= deputyMeta {
		u.meta = bytes.Clone(meta)
	}
	d.queue <- u // which has room: all that send here hold the same lock
}

// run answers until ctx ends.
func (d *deputy) run(ctx context.Context) error {
	for {
		for range deputyStint {
			select {
			case <-ctx.Done():
				return nil
			case u := <-d.queue:
				d.answer(u)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(deputyRest):
		}
	}
}

// answer refuses a command, unless somebody has asked for just these commands: that
// is the appliance itself, which is about to come back, or does not know that it is
// taken for lost. It has the command then, and the answer is its own to give.
func (d *deputy) answer(u unheard) {
	topic := topics.Of(topics.KindCommand, u.device)
	if d.hub.forwarder.Subscribed(topic, d.scenes) {
		return
	}
	var command message.Message
	if u.meta != nil {
		command = message.FromFrames([][]byte{[]byte(topic), nil, u.meta})
	}
	id := command.ID()
	if len(id) > message.MaxID {
		command.Meta, id = nil, ""
	}
	refusal := message.New(topics.Of(topics.KindAck, u.device), presence.Refusal(u.device, u.reason, id))
	d.hub.publish(d.hub.stamped(refusal, command.Meta))
}
