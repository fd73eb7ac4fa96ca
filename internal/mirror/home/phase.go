package home

import (
	"homebus/devices"
)

// Phase is what an appliance's state means to a person.
type Phase int

// The phases, from what matters least to what matters most.
const (
	// PhaseUnknown: it has reported nothing yet.
	PhaseUnknown Phase = iota
	// PhaseResting: off, idle, closed.
	PhaseResting
	// PhaseOn: on, open, or any word that is not resting.
	PhaseOn
	// PhaseWorking: it is on its way to something.
	PhaseWorking
	// PhaseReady: it has something for a person.
	PhaseReady
	// PhaseOffline: it cannot be reached.
	PhaseOffline
	// PhaseAlarm: somebody has to act.
	PhaseAlarm
)

// manner is what the words of one type mean.
type manner struct {
	// makes is what a person gets from it: "Toast".
	makes string
	// ready is the word for having it, take what to do then.
	ready, take string
	// alarm is the word that calls somebody, and cry the sentence for it.
	alarm, cry string
}

// manners holds the types that are more than on and off.
var manners = map[string]manner{
	"toaster":         {makes: "Toast", ready: "popped", take: "take it"},
	"coffee-maker":    {makes: "Coffee", ready: "warming", take: "pour it"},
	"kettle":          {makes: "Hot water", ready: "boiled", take: "pour it"},
	"washing-machine": {makes: "Laundry", ready: "done", take: "take it out"},
	"leak-sensor":     {alarm: "alarm", cry: "Water leak"},
	"smoke-sensor":    {alarm: "alarm", cry: "Smoke"},
	"lock":            {alarm: "jammed", cry: "Lock jammed"},
	"smart-plug":      {alarm: "tripped", cry: "Plug tripped"},
}

// working holds the words of being under way, resting those of doing nothing.
var (
	working = words("toasting", "heating", "brewing", "filling", "washing", "rinsing", "spinning",
		"opening", "closing", "locking", "unlocking")
	resting = words("", "off", "idle", "closed", "clear", "locked", "ok", "home", "stopped", "hushed")
)

func words(list ...string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, w := range list {
		set[w] = true
	}
	return set
}

func (a *Appliance) manner() manner {
	if a.Type == nil {
		return manner{}
	}
	return manners[a.Type.Name]
}

// Phase returns what the state means. An appliance that is offline is nothing
// else, whatever it said last.
func (a *Appliance) Phase() Phase { return a.phase }

// judge finds the phase anew; whoever changes the state calls it.
func (a *Appliance) judge() { a.phase = a.judged() }

func (a *Appliance) judged() Phase {
	word, m := a.Word(), a.manner()
	fading, _ := a.Flag("fading")
	left, _ := a.Number("remaining_s")
	switch {
	case a.Offline:
		return PhaseOffline
	case !a.Known:
		return PhaseUnknown
	case m.alarm != "" && word == m.alarm:
		return PhaseAlarm
	case m.ready != "" && word == m.ready:
		return PhaseReady
	case working[word], fading, left > 0:
		return PhaseWorking
	case resting[word]:
		return PhaseResting
	}
	return PhaseOn
}

// Take returns what a person would do with a ready appliance: "take it"; "" for
// any other.
func (a *Appliance) Take() string {
	if a.Phase() != PhaseReady {
		return ""
	}
	return a.manner().take
}

// Natural returns the action that a person would mean by just touching the
// appliance; false if there is none at present.
func (a *Appliance) Natural() (*devices.Action, bool) {
	if a.Type == nil {
		return nil, false
	}
	do, ok := a.Type.Natural[a.Word()]
	if !ok {
		do, ok = a.Type.Natural[""]
	}
	if !ok {
		return nil, false
	}
	return a.Type.Action(do)
}

// typeOf finds the type whose declaration has every attribute of a state and
// its word, and the fewest besides; nil if none has, or two alike.
func typeOf(attrs map[string]any) *devices.Type {
	var found *devices.Type
	least, alike := 0, false
	for _, t := range devices.Types() {
		if !declares(t, attrs) {
			continue
		}
		more := len(t.Attributes) - len(attrs)
		switch {
		case found == nil || more < least:
			found, least, alike = t, more, false
		case more == least:
			alike = true
		}
	}
	if alike {
		return nil
	}
	return found
}

func declares(t *devices.Type, attrs map[string]any) bool {
	if _, ok := attrs["state"]; !ok {
		return false
	}
	for key, value := range attrs {
		attr, ok := t.Attribute(key)
		if !ok {
			return false
		}
		if _, err := attr.Check(value); err != nil {
			return false
		}
	}
	return true
}
