package wall

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"homebus/internal/mirror/home"
)

// picture is the home in parts, as pages were last shown it. A part is a comparable
// value; what has not changed is neither encoded nor sent again.
type picture struct {
	parts map[string]part
	// turn counts the compositions: a part that was not put in one is gone.
	turn int
	// put are the keys that are new in this turn, and drop those that are gone.
	put, drop []string
}

type part struct {
	value any // comparable
	text  json.RawMessage
	turn  int
	// still is of which state of an appliance the part is, if it stays so until that
	// changes; zero if time changes it too.
	still still
}

// still is what an appliance that no time changes is shown by.
type still struct {
	of      *home.Appliance
	changes uint64
	live    bool
}

func newPicture() *picture { return &picture{parts: make(map[string]part)} }

// compose draws the home anew. passes says that messages pass the hub.
func (p *picture) compose(h *home.Home, at home.Moment, passes bool) {
	p.turn++
	p.put, p.drop = p.put[:0], p.drop[:0]
	p.set("top", topOf(h, at))
	p.set("bus", busOf(h, at, passes))
	p.set("answer", answerOf(h, at))
	p.set("power", powerOf(h, at))
	p.set("plan", planOf(h))
	for _, a := range h.Appliances() {
		p.setAppliance(h, at, a)
	}
	for _, sc := range h.Scenes() {
		p.set("s:"+sc.Name, sceneOf(h, at, sc))
	}
	for _, e := range newest(h.Stream.Entries()) {
		p.set(entryKey(e), entryOf(h, e))
	}
	for key, part := range p.parts {
		if part.turn != p.turn {
			p.drop = append(p.drop, key)
			delete(p.parts, key)
		}
	}
}

// setAppliance puts the part of an appliance. In a home of thousands most are as they
// were, and cost no more than to see that.
func (p *picture) setAppliance(h *home.Home, at home.Moment, a *home.Appliance) {
	key := "a:" + a.ID
	now := still{of: a, changes: a.Changes, live: h.Bus.Live(at)}
	part, ok := p.parts[key]
	moves := a.Phase() == home.PhaseWorking || a.Offline || h.Request(a.ID) != nil || h.FaultRequest(a.ID) != nil || len(h.Faults(at, a.ID)) > 0
	if ok && part.still == now && !moves {
		part.turn = p.turn
		p.parts[key] = part
		return
	}
	p.set(key, applianceOf(h, at, a))
	part = p.parts[key]
	if part.still = (still{}); !moves {
		part.still = now
	}
	p.parts[key] = part
}

// set puts a part.
func (p *picture) set(key string, value any) {
	old, ok := p.parts[key]
	if !ok || old.value != value {
		old = part{value: value, text: encode(value)}
		p.put = append(p.put, key)
	}
	old.turn = p.turn
	p.parts[key] = old
}

// news is the frame of what the last turn changed; false if that is nothing.
func (p *picture) news() (frame []byte, any bool) {
	f := frameOf{Drop: slices.Sorted(slices.Values(p.drop))}
	if len(p.put) > 0 {
		f.Put = p.texts(slices.Values(p.put))
	}
	return encode(f), len(p.put)+len(p.drop) > 0
}

// whole is the frame of all.
func (p *picture) whole() []byte {
	return encode(frameOf{Full: true, Put: p.texts(maps.Keys(p.parts))})
}

// frameOf is a frame of parts.
type frameOf struct {
	Full bool                       `json:"full,omitempty"`
	Put  map[string]json.RawMessage `json:"put,omitempty"`
	Drop []string                   `json:"drop,omitempty"`
}

func (p *picture) texts(keys func(func(string) bool)) map[string]json.RawMessage {
	texts := make(map[string]json.RawMessage)
	for key := range keys {
		texts[key] = p.parts[key].text
	}
	return texts
}

// list is a list of texts that can be compared: a JSON list without its brackets. "" is
// no list.
type list string

func listOf[T any](values []T) list {
	if len(values) == 0 {
		return ""
	}
	return list(bytes.TrimSuffix(encode(values)[1:], []byte("]")))
}

// MarshalJSON returns the list as JSON has it.
func (l list) MarshalJSON() ([]byte, error) { return []byte("[" + string(l) + "]"), nil }
