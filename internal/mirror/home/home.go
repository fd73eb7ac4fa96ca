package home

import (
	"slices"
	"strings"
	"time"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/safetext"
	"homebus/internal/sun"
	"homebus/topics"
)

// Bounds of what a Home keeps of what strangers may publish.
const (
	// MaxAppliances is how many appliances are kept.
	MaxAppliances = 20_000
	// MaxScenes is how many scenes are kept.
	MaxScenes = 1_000
)

// Home is what the bus has said about a home.
type Home struct {
	// Name is what the home is called; "" if nobody said.
	Name string
	Zone *time.Location

	Bus    Bus
	Power  Power
	Stream Stream

	// Unkept counts the messages of appliances and scenes beyond the bounds.
	Unkept int

	meter      *Appliance // of the house; it is in no room
	hasPlan    bool       // it is known which appliances the house has
	appliances map[string]*Appliance
	rooms      []*room
	order      []*Appliance   // of all rooms; nil while it has to be made anew
	named      map[string]int // how many appliances have this name
	scenes     map[string]*Scene
	sceneOrder []*Scene
	requests   requests
	faults     faults
	reader     reader
	back       *Entry // where it was last said that the bus is back
	place      *sun.Place
	daylight   daylight
}

// New returns the home of a plan, of which nothing is known yet. Commands get
// their meta from stamp.
func New(plan Plan, stamp *message.Stamper) *Home {
	h := &Home{
		Name:       safetext.Clean(plan.Name, maxText),
		Zone:       plan.Zone,
		place:      placeOf(plan.Place),
		appliances: make(map[string]*Appliance),
		named:      make(map[string]int),
		scenes:     make(map[string]*Scene),
		requests:   requests{stamp: stamp, byTarget: make(map[string]*Request)},
	}
	if h.Zone == nil {
		h.Zone = time.UTC
	}
	h.addMeter()
	for _, p := range plan.Appliances {
		h.plan(p)
	}
	for _, p := range plan.Appliances {
		if a, feeder := h.appliances[p.ID], h.appliances[p.FedBy]; a != nil && feeder != nil {
			a.feeder, feeder.feeds = feeder, true
		}
	}
	for _, p := range plan.Scenes {
		s := h.addScene(p.Name)
		s.Title, s.planned = safetext.Clean(p.Title, maxText), true
	}
	return h
}

// addMeter makes the meter of the house, which is in no room.
func (h *Home) addMeter() {
	area, name, _ := topics.SplitID(devices.HouseMeter)
	h.meter = &Appliance{ID: devices.HouseMeter, Area: area, Name: name, planned: true}
	h.meter.Type, _ = devices.Lookup(devices.PowerMeter)
}

// plan makes an appliance that the house should have.
func (h *Home) plan(p PlannedAppliance) {
	h.hasPlan = true
	if p.ID == devices.HouseMeter {
		h.meter.Type = p.Type
		return
	}
	a, r := h.addAppliance(p.ID)
	a.Type, a.planned = p.Type, true
	r.planned = append(r.planned, a)
}

// Prefixes returns what a Home wants to hear, as subscriptions.
func Prefixes() []string {
	kinds := []topics.Kind{
		topics.KindState, topics.KindOnline, topics.KindEvent, topics.KindCommand, topics.KindAck,
		topics.KindFault, topics.KindScene, topics.KindNotice, topics.KindBus,
	}
	prefixes := make([]string, len(kinds))
	for i, k := range kinds {
		prefixes[i] = k.Prefix()
	}
	return prefixes
}

// Appliances returns the appliances in the order of the rooms. The slice is the
// Home's own and valid until the next call of one of its methods.
func (h *Home) Appliances() []*Appliance {
	if h.order == nil {
		for _, r := range h.rooms {
			h.order = append(append(h.order, r.planned...), r.strangers...)
		}
	}
	return h.order
}

// Areas returns the names of the rooms in their order.
func (h *Home) Areas() []string {
	areas := make([]string, len(h.rooms))
	for i, r := range h.rooms {
		areas[i] = r.area
	}
	return areas
}

// Scenes returns the scenes in their order, by the same rule as Appliances.
func (h *Home) Scenes() []*Scene { return h.sceneOrder }

// Appliance returns the appliance with the id, one of a room.
func (h *Home) Appliance(id string) (*Appliance, bool) {
	a, ok := h.appliances[id]
	return a, ok
}

// Meter returns the meter of the house, which is in no room.
func (h *Home) Meter() *Appliance { return h.meter }

// find returns the appliance with the id, also the meter; nil if there is none.
func (h *Home) find(id string) *Appliance {
	if id == devices.HouseMeter {
		return h.meter
	}
	return h.appliances[id]
}

// Label returns the shortest name of an appliance that no other one has:
// "toaster", or "bathroom light" where there are several lights.
func (h *Home) Label(id string) string {
	area, name, ok := topics.SplitID(id)
	if !ok {
		return id
	}
	if h.named[name] > 1 || id == devices.HouseMeter {
		return area + " " + name
	}
	return name
}

// Take takes what a link said, in its order, and how many messages came in all.
// Events of neither a status nor a topic are skipped.
func (h *Home) Take(at Moment, received int, events []link.Event) {
	h.Bus.Received(at, received)
	for _, ev := range events {
		if ev.Status != nil {
			h.Connection(at, *ev.Status)
		} else {
			h.Apply(at, ev.Message)
		}
	}
}

// Apply takes a message of the bus. What is no message of ours is ignored.
func (h *Home) Apply(at Moment, m message.Message) {
	t, ok := topics.Parse(m.Topic)
	if !ok {
		return
	}
	switch t.Kind {
	case topics.KindState:
		h.applyState(at, t.ID(), m)
	case topics.KindOnline:
		h.applyOnline(at, t.ID(), m)
	case topics.KindEvent:
		h.applyEvent(at, t.ID(), m)
	case topics.KindCommand:
		h.applyCommand(at, t, m)
	case topics.KindAck:
		h.applyAck(at, t.ID(), m)
	case topics.KindFault:
		h.applyFault(at, t.ID(), m)
	case topics.KindScene:
		h.applyScene(at, t.Name, m)
	case topics.KindNotice:
		h.applyNotice(at, m)
	case topics.KindBus:
		h.Bus.apply(at, m)
	}
}

// bootTold is how long after the connection it may become known, by the first
// heartbeat, that the hub is another one.
const bootTold = 5 * time.Second

// Connection takes a change of the connection. Every value is old after it; one
// on the same hub is followed by its last values, which make them new again.
func (h *Home) Connection(at Moment, s link.Status) {
	before := h.Bus
	h.Bus.connection(at, s)
	if s.Up && before.Up && (before.Boot == "" || before.Boot == s.Boot) {
		return // the heartbeat was heard for the first time
	}
	h.meter.Fresh = false
	for _, a := range h.appliances {
		a.Fresh = false
		a.judge()
	}
	for _, sc := range h.sceneOrder {
		sc.Fresh = false
	}
	switch {
	case !s.Up && before.Up:
		h.Stream.tell(at, message.Message{}, "bus lost: "+h.Bus.Reason, ToneAlarm)
	case s.Up && before.Up && h.back != nil && at.Wall.Sub(before.Since) <= bootTold:
		h.back.levels[0][0], h.back.Tone = "bus is back, restarted", ToneAlarm
	case s.Up && before.Up:
		h.Stream.tell(at, message.Message{}, "bus restarted", ToneAlarm)
	case s.Up && before.found:
		h.back = h.Stream.begin(at, message.Message{}, nodeOther, "", "bus is back", ToneQuiet).entry
	}
}

// Tick lets time pass. It returns the commands that are due to be repeated,
// because nobody answered yet.
func (h *Home) Tick(at Moment) []message.Message {
	h.Power.tick(at, h)
	again, failed := h.requests.tick(at)
	for _, r := range failed {
		h.tellFailure(at, r)
	}
	return again
}

// reachAppliance returns the appliance with the id, which may be new; nil if
// there is no room for it.
func (h *Home) reachAppliance(id string) *Appliance {
	if a := h.find(id); a != nil {
		return a
	}
	if len(h.appliances) >= MaxAppliances || len(id) > maxID {
		h.Unkept++
		return nil
	}
	a, r := h.addAppliance(id)
	i, _ := slices.BinarySearchFunc(r.strangers, a, func(x, y *Appliance) int {
		return strings.Compare(x.Name, y.Name)
	})
	r.strangers = slices.Insert(r.strangers, i, a)
	return a
}

// room holds the appliances of an area: the planned ones in the plan's order,
// and after them strangers by name.
type room struct {
	area               string
	planned, strangers []*Appliance
}

// addAppliance makes an appliance and finds its room, which may be new; the
// caller puts it at its place there.
func (h *Home) addAppliance(id string) (*Appliance, *room) {
	area, name, _ := topics.SplitID(id)
	a := &Appliance{ID: id, Area: area, Name: name}
	h.appliances[id] = a
	h.named[name]++
	h.order = nil
	i := slices.IndexFunc(h.rooms, func(r *room) bool { return r.area == area })
	if i < 0 {
		i = len(h.rooms)
		h.rooms = append(h.rooms, &room{area: area})
	}
	return a, h.rooms[i]
}
