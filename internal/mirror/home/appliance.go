package home

import (
	"encoding/json"
	"time"

	"homebus/devices"
	"homebus/internal/message"
	"homebus/internal/mirror/safetext"
)

// Bounds of one appliance.
const (
	maxID      = 100      // bytes of an id
	maxPayload = 64 << 10 // bytes of a state
	maxKeys    = 64       // attributes
	maxText    = 60       // cells of a text
)

// onward is how long a time left is counted on without a new report. Reports
// come at least with every percent; an appliance that says nothing for longer
// may have stopped.
const onward = 15 * time.Second

// Appliance is what is known of one appliance.
type Appliance struct {
	// ID is "Area/Name".
	ID, Area, Name string
	// Type is its declaration: from the plan, or found by what it reports; nil if
	// neither tells.
	Type *devices.Type
	// Known says that it has reported a state at all.
	Known bool
	// Fresh says that the state was reported on the present connection to the
	// present hub.
	Fresh bool
	// Offline says that it cannot be reached, since OfflineSince (house time),
	// for OfflineReason.
	Offline       bool
	OfflineSince  time.Time
	OfflineReason string
	// Since is since when Word is what it is, house time.
	Since time.Time

	// Changes counts the reports and whatever else has changed what is known of it.
	Changes uint64

	planned     bool       // it is of the plan
	odd         bool       // a type that was guessed was wrong
	feeder      *Appliance // what it is plugged into, by the plan
	feeds       bool       // something is plugged into it, by the plan
	phase       Phase
	means       devices.Phase // of its word, when it was last judged and could be reached
	attrs       attributes
	heard       time.Time // house time of the last report
	last        string    // id of the last report
	heardOnline bool      // it was said before whether it can be reached
	energy      float64   // what it had counted at its last report, Wh
	counted     bool      // energy is known
}

// FullName returns the name with the room: "bathroom light".
func (a *Appliance) FullName() string { return a.Area + " " + a.Name }

// Live reports whether what it said last is so now.
func (a *Appliance) Live() bool { return a.Known && a.Fresh && !a.Offline }

// Word returns the attribute "state", the word that a person would use; "" if
// it is not known.
func (a *Appliance) Word() string {
	w, _ := a.attrs.get("state").(string)
	return w
}

// lowBattery is what is called low, in %: most makers warn at 5 to 15 %.
const lowBattery = 15

// BatteryLow reports whether it has a battery that is nearly flat.
func (a *Appliance) BatteryLow() bool {
	percent, ok := a.Number("battery")
	return ok && percent < lowBattery
}

// Number returns a numeric attribute.
func (a *Appliance) Number(key string) (float64, bool) {
	f, ok := a.attrs.get(key).(float64)
	return f, ok
}

// Flag returns an attribute that is true or false.
func (a *Appliance) Flag(key string) (value, ok bool) {
	value, ok = a.attrs.get(key).(bool)
	return value, ok
}

// Attr returns an attribute: a bool, a float64 or a clean string; nil if it is
// not known.
func (a *Appliance) Attr(key string) any { return a.attrs.get(key) }

// AttributeNames returns what it reports, in the order of its declaration, or else
// of the names.
func (a *Appliance) AttributeNames() []string {
	if a.Type == nil {
		return a.attrs.names()
	}
	names := make([]string, len(a.Type.Attributes))
	for i := range a.Type.Attributes {
		names[i] = a.Type.Attributes[i].Name
	}
	return names
}

// Remaining returns how long the appliance will go on, counted on from its last
// report for a short while; false if it said nothing of that, or if it only fades,
// which is no news.
func (a *Appliance) Remaining(at Moment) (time.Duration, bool) {
	s, ok := a.Number("remaining_s")
	if fading, _ := a.Flag("fading"); fading || !ok || s <= 0 || s > 1e7 {
		return 0, false
	}
	passed := min(max(at.House.Sub(a.heard), 0), onward)
	if !a.Fresh || a.Offline {
		passed = 0
	}
	return max(time.Duration(s*float64(time.Second))-passed, 0), true
}

// Progress returns how far the appliance is with what it does, 0 to 1.
func (a *Appliance) Progress() (float64, bool) {
	p, ok := a.Number("progress")
	if !ok || p < 0 || p > 1 {
		return 0, false
	}
	return p, true
}

// Percent is how much of a course is done, in whole percents; one that goes on
// is never at 100.
func Percent(progress float64) int { return min(int(progress*100), 99) }

func (h *Home) applyState(at Moment, id string, m message.Message) {
	if len(m.Payload) == 0 {
		h.forget(id)
		return
	}
	attrs, ok := h.reader.read(m.Payload)
	if !ok {
		h.misread(at, id, m)
		return
	}
	a := h.reachAppliance(id)
	if a == nil {
		return
	}
	before, live := a.Word(), a.Known && a.Fresh
	a.guess(attrs)
	a.attrs, a.heard, a.last = attrs, at.House, m.ID()
	if !a.Known || before != a.Word() {
		a.Since = startOf(at, m, live)
	}
	a.Known, a.Fresh = true, true
	a.judge()
	if live && before != a.Word() {
		h.tellState(at, a, m)
	} else {
		h.Stream.know(at, m, nodeState, id, h.Label(id)+" "+a.Word())
	}
	h.Power.count(h, a)
	h.requests.reported(at, a, m)
}

// startOf returns when what m says began: for a value from before, when it was
// sent, if it says so and that is no time to come.
func startOf(at Moment, m message.Message, live bool) time.Time {
	if !live && m.Meta != nil && !m.Meta.At.IsZero() && m.Meta.At.Before(at.House) {
		return m.Meta.At
	}
	return at.House
}

// forget drops the values of an appliance whose retained state was deleted.
func (h *Home) forget(id string) {
	if a := h.find(id); a != nil {
		a.attrs, a.Known, a.Fresh = nil, false, false
		a.judge()
	}
}

// misread says of a message on a topic of ours that it makes no sense. Many at once
// are one line.
func (h *Home) misread(at Moment, id string, m message.Message) {
	if len(m.Payload) > 0 && len(id) <= maxID {
		h.Stream.gather(at, m, "not understood: ", h.Label(id), ToneQuiet)
	}
}

func (h *Home) applyOnline(at Moment, id string, m message.Message) {
	var said struct {
		Online *bool  `json:"online"`
		Reason string `json:"reason"`
	}
	if !decode(m.Payload, &said) || said.Online == nil {
		h.misread(at, id, m)
		return
	}
	a := h.reachAppliance(id)
	if a == nil {
		return
	}
	before, heard := a.Offline, a.heardOnline
	a.Offline, a.heardOnline = !*said.Online, true
	a.judge()
	if before == a.Offline {
		h.Stream.know(at, m, nodeState, id, h.Label(id)+" online")
		return
	}
	what, tone := "back: ", ToneQuiet
	if a.Offline {
		what, tone = "offline: ", ToneAlarm
		a.OfflineSince = startOf(at, m, heard)
		a.OfflineReason = safetext.Clean(said.Reason, maxText)
	}
	if heard {
		h.Stream.gather(at, m, what, h.Label(id), tone)
	}
}

func decode(payload []byte, v any) bool {
	return len(payload) <= maxPayload && json.Unmarshal(payload, v) == nil
}
