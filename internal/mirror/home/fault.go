package home

import (
	"maps"
	"slices"
	"time"

	"homebus/internal/message"
	"homebus/internal/mirror/safetext"
	"homebus/topics"
)

// maxFaults bounds how many faults are kept of one appliance; a type has about a
// dozen.
const maxFaults = 32

// maxFaultRequests bounds how many faults wait for their answer at one time. Beyond
// that the newest is not followed.
const maxFaultRequests = 256

// Fault is a fault that an appliance has, as far as it was seen to be set.
type Fault struct {
	Kind string
	// Until is when it ends by itself, house time; zero if it is for somebody to
	// clear it.
	Until time.Time
}

// faultRequest is a message on a fault topic that was seen, and may yet be
// answered.
type faultRequest struct {
	target string
	kind   string
	span   time.Duration // 0 for until cleared
	clear  bool
	at     Moment // when it was seen
}

// faults is what is known of the faults of a home. A simulator tells nobody which
// it has; it answers each request. So what is known is what was asked and agreed
// to while somebody listened.
type faults struct {
	set   map[string][]Fault // by appliance
	asked map[string]faultRequest
}

// Faults returns the faults that an appliance has, in the order in which they were
// set, as far as they were seen to be set: those from before the mirror was opened
// are not known.
func (h *Home) Faults(at Moment, id string) []Fault {
	list := h.faults.set[id]
	if !slices.ContainsFunc(list, func(f Fault) bool { return f.over(at) }) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(f Fault) bool { return f.over(at) })
}

func (f Fault) over(at Moment) bool { return !f.Until.IsZero() && !at.House.Before(f.Until) }

// FaultRequest returns the request for a fault of an appliance that is open, or
// came to nothing a moment ago; nil if there is none.
func (h *Home) FaultRequest(id string) *Request {
	return h.requests.byTarget[faultTarget(id)]
}

func faultTarget(id string) string { return topics.KindFault.Prefix() + id }

// SetFault returns the message to publish, so that the simulator sets a fault of an
// appliance, for as long as params say ("for": "2m"), or until it is cleared. It is
// repeated like a command.
func (h *Home) SetFault(at Moment, id, kind string, params map[string]any) message.Message {
	payload := map[string]any{"kind": kind}
	maps.Copy(payload, params)
	return h.requests.send(at, topics.Of(topics.KindFault, id), faultTarget(id), kind, Aim{}, payload)
}

// ClearFault returns the message to publish, so that the simulator clears a fault of
// an appliance; the kind "" clears all.
func (h *Home) ClearFault(at Moment, id, kind string) message.Message {
	payload := map[string]any{"clear": true}
	if kind != "" {
		payload["kind"] = kind
	}
	return h.requests.send(at, topics.Of(topics.KindFault, id), faultTarget(id), "clear", Aim{}, payload)
}

func (h *Home) applyFault(at Moment, id string, m message.Message) {
	var said struct {
		Kind  string `json:"kind"`
		For   string `json:"for"`
		Clear bool   `json:"clear"`
	}
	if !decode(m.Payload, &said) || h.Stream.nodes[m.ID()] != nil {
		return
	}
	kind, span, tone := safetext.Clean(said.Kind, 20), time.Duration(0), ToneAlarm
	text := h.Label(id) + " fault: " + kind
	switch d, err := time.ParseDuration(said.For); {
	case said.Clear && kind == "":
		text, tone = h.Label(id)+" faults cleared", ToneQuiet
	case said.Clear:
		text, tone = h.Label(id)+" fault cleared: "+kind, ToneQuiet
	case err == nil && d > 0:
		text += " for " + safetext.Clean(said.For, 20)
		span = d
	}
	h.Stream.link(at, m, nodeCommand, id, text, tone)
	h.faults.ask(m.ID(), faultRequest{target: id, kind: kind, span: span, clear: said.Clear, at: at})
}

// ask notes what was asked, until it is answered. What is answered without an id,
// because the message had none, is taken for an answer to the last such.
func (f *faults) ask(id string, r faultRequest) {
	maps.DeleteFunc(f.asked, func(_ string, old faultRequest) bool { return r.at.Wall.Sub(old.at.Wall) >= deadline })
	if len(f.asked) >= maxFaultRequests || len(id) > maxID {
		return
	}
	if f.asked == nil {
		f.asked = make(map[string]faultRequest)
	}
	f.asked[f.key(id, r.target)] = r
}

func (f *faults) key(id, target string) string {
	if id == "" {
		return faultTarget(target)
	}
	return id
}

// answered takes the answer of the simulator to a message with the id; "" is one
// that had none.
func (f *faults) answered(at Moment, target, id string, ok bool) {
	key := f.key(id, target)
	r, found := f.asked[key]
	if !found || r.target != target {
		return
	}
	delete(f.asked, key)
	list := slices.DeleteFunc(f.set[target], func(have Fault) bool {
		return ok && (have.Kind == r.kind || r.clear && r.kind == "") || have.over(at)
	})
	if ok && !r.clear && len(list) < maxFaults {
		set := Fault{Kind: r.kind}
		if r.span > 0 {
			set.Until = r.at.House.Add(r.span)
		}
		list = append(list, set)
	}
	f.keep(target, list)
}

func (f *faults) keep(target string, list []Fault) {
	switch {
	case len(list) == 0:
		delete(f.set, target)
		return
	case f.set == nil:
		f.set = make(map[string][]Fault)
	case f.set[target] == nil && len(f.set) >= MaxAppliances:
		return
	}
	f.set[target] = list
}
