package home

import "homebus/devices"

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

// Phase returns what the state means. An appliance that is offline is nothing
// else, whatever it said last.
func (a *Appliance) Phase() Phase { return a.phase }

// judge finds the phase anew; whoever changes what is known calls it.
func (a *Appliance) judge() {
	a.Changes++
	a.phase = a.judged()
}

func (a *Appliance) judged() Phase {
	switch {
	case a.Offline:
		return PhaseOffline
	case !a.Known:
		return PhaseUnknown
	}
	meaning := a.meaning()
	a.means = meaning
	fading, _ := a.Flag("fading")
	left, _ := a.Number("remaining_s")
	if meaning < devices.Working && (fading || a.Type == nil && left > 0) {
		meaning = devices.Working
	}
	return phaseOf[meaning]
}

// phaseOf gives a meaning its phase. What nobody knows is at least no rest.
var phaseOf = [...]Phase{
	unknownWord:     PhaseOn,
	devices.Resting: PhaseResting,
	devices.Lasting: PhaseOn,
	devices.Working: PhaseWorking,
	devices.Ready:   PhaseReady,
	devices.Alarm:   PhaseAlarm,
}

// unknownWord is the meaning of a word that no type has.
const unknownWord devices.Phase = 0

// meaning returns what the word that was reported last means: what its type
// declares, and otherwise what it mostly means. No word is rest.
func (a *Appliance) meaning() devices.Phase {
	word := a.Word()
	if a.Type != nil {
		if m, ok := a.Type.Phases[word]; ok {
			return m
		}
		if m, ok := a.Type.Phases[""]; ok {
			return m
		}
	}
	if word == "" {
		return devices.Resting
	}
	return common[word]
}

// Take returns what a person would do with a ready appliance: "take it"; "" for
// any other.
func (a *Appliance) Take() string {
	if a.Phase() != PhaseReady || a.Type == nil {
		return ""
	}
	return a.Type.Take
}

// Cry returns what is the matter with an appliance in alarm: "Water leak"; "" for
// any other.
func (a *Appliance) Cry() string {
	if a.Phase() != PhaseAlarm {
		return ""
	}
	return a.cry()
}

// cry is what is the matter by its type, or else its word.
func (a *Appliance) cry() string {
	if a.Type != nil && a.Type.Cry != "" {
		return a.Type.Cry
	}
	return sentenceCase(a.Word())
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
