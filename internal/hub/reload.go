package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/topics"
)

// errEnded says that the hub runs no more.
var errEnded = errors.New("the hub has ended")

// reload asks a part of the hub to go on with another file of the house. done has
// room for the answer.
type reload struct {
	file *scene.File
	done chan error
}

// Reload makes file the house whose scenes the hub runs, and whose devices it keeps.
// What did not change in it goes on undisturbed: runs of scenes, and what a device is.
// It may be called from any goroutine, of a hub that has a house; it waits until Run
// serves, and returns once file counts. The error says that it does not.
func (h *Hub) Reload(file *scene.File) error {
	select {
	case <-h.started:
	case <-h.ended:
	}
	if h.director == nil {
		return errors.New("reload: the hub was started without a house")
	}
	h.reloading.Lock()
	defer h.reloading.Unlock()
	// The devices come first: the scenes may ask for them at once.
	for _, part := range []chan<- reload{h.keeper.reloads, h.director.reloads} {
		if err := h.hand(part, file); err != nil {
			return fmt.Errorf("reload: %w", err)
		}
	}
	h.house.Store(file)
	return nil
}

// hand gives a part of the hub another file, and waits for its answer.
func (h *Hub) hand(part chan<- reload, file *scene.File) error {
	r := reload{file: file, done: make(chan error, 1)}
	select {
	case part <- r:
	case <-h.ended:
		return errEnded
	}
	select {
	case err := <-r.done:
		return err
	case <-h.ended:
		return errEnded
	}
}

// catchUpMost is how many messages the scenes hear, of those that wait, before they go
// on with another file: a flood is not waited for.
const catchUpMost = 1000

// reload has the engine go on with another file, once it has heard what was said before.
func (d *director) reload(r reload) {
	defer func() { r.done <- nil }() // after a panic too: the file counts
	old := d.file
	d.file = r.file
	for range min(d.peer.Waiting(), catchUpMost) {
		if frames, ok := d.peer.Next(); ok {
			d.hear(message.FromFrames(frames))
		}
	}
	running := d.engine.Running()
	decided := d.engine.Reload(d.hub.now(), r.file)
	d.subscribe()
	d.publish(decided)
	d.logReload(old, running)
}

// logReload says what has become of the scenes of the old file, of which some were
// running.
func (d *director) logReload(old *scene.File, running []string) {
	c := scene.Compare(old, d.file)
	ended := slices.DeleteFunc(running, func(name string) bool {
		return !slices.Contains(c.Scenes.Changed, name) && !slices.Contains(c.Scenes.Gone, name)
	})
	args := []any{"file", d.file.Path, "scenes", len(d.file.Scenes), "unchanged", len(c.Scenes.Same)}
	for _, list := range []struct {
		key   string
		names []string
	}{{"new", c.Scenes.New}, {"changed", c.Scenes.Changed}, {"gone", c.Scenes.Gone}, {"runs_ended", ended}} {
		if len(list.names) > 0 {
			args = append(args, list.key, few(list.names))
		}
	}
	d.hub.log.Info("the house is loaded again", args...)
	if simulated := simulated(c, old, d.file); len(simulated) > 0 {
		d.hub.log.Warn("if these are simulated: a simulator goes on with the house it was started with, restart sim", "changed", few(simulated))
	}
}

// simulated returns what has changed of that which a simulator would run. What the file
// does not name itself comes and goes with what it does.
func simulated(c scene.Changes, old, new *scene.File) []string {
	all := slices.Concat(c.Devices.New, c.Devices.Changed, c.Devices.Gone)
	all = slices.DeleteFunc(all, func(id string) bool {
		for _, f := range []*scene.File{old, new} {
			if d, there := f.Device(id); there && !d.Type.InHub && !d.Implied {
				return false
			}
		}
		return true
	})
	if c.People {
		all = append(all, "occupancy")
	}
	if c.Home {
		all = append(all, "home")
	}
	return all
}

// maxNames is how many names a log line tells.
const maxNames = 8

// few returns the first names of a list, and how many more there are.
func few(names []string) []string {
	if len(names) <= maxNames {
		return names
	}
	return append(slices.Clone(names[:maxNames]), fmt.Sprintf("and %d more", len(names)-maxNames))
}

// reload has the keeper go on with the devices of another file; the error says that it
// cannot, and goes on with those that it has.
func (k *keeper) reload(r reload) {
	defer k.recovered()
	err := errors.New("what lives in the hub has panicked")
	defer func() { r.done <- err }()
	zone := k.zone
	k.zone = r.file.Home.Zone
	now, wrong := k.make(r.file)
	if wrong != nil {
		err, k.zone = wrong, zone
		return
	}
	was := k.kept
	k.kept = now
	err = nil // what may panic from here on begins anew, with them
	for _, d := range was {
		if k.find(d.spec.ID) == nil {
			k.forget(d)
		}
	}
	for _, d := range now {
		if i := slices.IndexFunc(was, func(old *kept) bool { return old.spec.ID == d.spec.ID }); i < 0 {
			k.subscribe(d)
			k.publish(d.fleet.Announce(k.hub.now()))
		} else if was[i] != d {
			k.carryOn(d)
		}
	}
}

// forget takes leave of a device that is not in the file any more: nothing is to be
// remembered of it.
func (k *keeper) forget(d *kept) {
	for _, topic := range d.hears() {
		k.peer.Unsubscribe(topic)
	}
	for _, topic := range d.retained() {
		delete(k.said, topic)
		delete(k.heard, topic)
		k.send(k.hub.stamped(message.Message{Topic: topic}, nil))
	}
}

// carryOn has a device that is configured otherwise be what it was last, where it still
// can, and say what of that is new.
func (k *keeper) carryOn(d *kept) {
	now := k.hub.now()
	was := make(map[string]any)
	if json.Unmarshal(k.said[topics.Of(topics.KindState, d.spec.ID)], &was) == nil {
		_, _ = d.fleet.Give(now, d.spec.ID, was) // or it is what it is at first
	}
	for _, out := range d.fleet.Announce(now) {
		if !bytes.Equal(out.Message.Payload, k.said[out.Message.Topic]) {
			k.publish([]devices.Output{out})
		}
	}
}
