package house

import (
	"slices"
	"time"

	"homebus/internal/telling"
	"homebus/topics"
)

// clash is two scenes that set one device within a second.
type clash struct {
	device string
	// first and second are the commands of the first time, in their order.
	first, second setting
	// times is how often it happened on the day, once for each pair of runs.
	times int
	last  [2]*planRun // the pair that was counted last
}

// setting is a command of a run to a device.
type setting struct {
	at  time.Time
	run *planRun
	do  string // "on brightness=10"
}

// clashWindow is how near two commands must be for a clash.
const clashWindow = time.Second

// clashes finds clashes in the commands of runs.
type clashes struct {
	// recent holds the last command of each scene to a device, the oldest first.
	recent map[string][]setting
	found  []*clash
	known  map[clashKey]*clash // those of found
}

// clashKey is a device and two scenes, in the order of their names.
type clashKey struct{ device, a, b string }

// hear takes a message of a run.
func (c *clashes) hear(e Entry, r *planRun) {
	t, _ := topics.Parse(e.Message.Topic)
	if t.Kind != topics.KindCommand || t.Area == topics.AreaScene {
		return
	}
	now := setting{e.At, r, telling.Command(telling.Fields(e.Message.Payload))}
	recent := slices.DeleteFunc(c.recent[t.ID()], func(s setting) bool {
		return s.run.scene == r.scene || e.At.Sub(s.at) > clashWindow
	})
	for _, before := range recent {
		c.meet(t.ID(), before, now)
	}
	if c.recent == nil {
		c.recent = make(map[string][]setting)
	}
	c.recent[t.ID()] = append(recent, now)
}

func (c *clashes) meet(device string, first, second setting) {
	key := clashKey{device, first.run.scene, second.run.scene}
	key.a, key.b = min(key.a, key.b), max(key.a, key.b)
	met := c.known[key]
	if met == nil {
		if c.known == nil {
			c.known = make(map[clashKey]*clash)
		}
		met = &clash{device: device, first: first, second: second}
		c.known[key] = met
		c.found = append(c.found, met)
	}
	if pair := [2]*planRun{first.run, second.run}; pair != met.last {
		met.times, met.last = met.times+1, pair
	}
}

// day returns what was found since the last call.
func (c *clashes) day() []*clash {
	found := c.found
	c.found, c.known = nil, nil
	return found
}
