package wall

import (
	"cmp"
	"fmt"
	"strings"

	"homebus/internal/mirror/home"
)

// appliance is one appliance in words. What does not apply is left out.
type appliance struct {
	ID   string `json:"id"`
	Area string `json:"area"`
	Name string `json:"name"`
	Full string `json:"full"`
	Type string `json:"type,omitempty"`

	Phase    string `json:"phase"`
	Word     string `json:"word,omitempty"`
	Details  string `json:"details,omitempty"`
	Progress number `json:"progress,omitempty"` // in hundredths: a finer step nobody sees
	Left     string `json:"left,omitempty"`
	Cry      string `json:"cry,omitempty"`
	Take     string `json:"take,omitempty"`
	Old      bool   `json:"old,omitempty"`
	Offline  string `json:"offline,omitempty"` // since when
	Reason   string `json:"reason,omitempty"`

	// Do is what touching it means; Ask says that this needs a value first.
	Do   string `json:"do,omitempty"`
	Ask  bool   `json:"ask,omitempty"`
	Menu bool   `json:"menu"`

	// From and To are what was asked and not yet confirmed, Failed why it will not be.
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Failed string `json:"failed,omitempty"`

	// Faults are those that were seen to be set.
	Faults list `json:"faults,omitempty"`

	Find string `json:"find"`
}

// phases are the names of the phases, by their number.
var phases = [...]string{
	home.PhaseUnknown: "unknown", home.PhaseResting: "resting", home.PhaseOn: "on", home.PhaseWorking: "working",
	home.PhaseReady: "ready", home.PhaseOffline: "offline", home.PhaseAlarm: "alarm",
}

func applianceOf(h *home.Home, at home.Moment, a *home.Appliance) appliance {
	p := appliance{
		ID: a.ID, Area: a.Area, Name: a.Name, Full: a.FullName(),
		Phase: phases[a.Phase()], Word: a.Word(), Cry: a.Cry(), Take: a.Take(),
		Details: strings.Join(a.Details(), "  "), Find: a.Find(),
		Old: a.Known && (!a.Fresh || !h.Bus.Live(at)),
	}
	if a.Type != nil {
		p.Type, p.Menu = a.Type.Name, len(a.Type.Actions)+len(a.Type.AllFaults()) > 0
	}
	if a.Offline {
		p.Offline, p.Reason = h.When(at, a.OfflineSince), a.OfflineReason
	}
	if act, ok := a.Natural(); ok && !a.Offline {
		p.Do, p.Ask = act.Name, home.NeedsValue(act)
	}
	if a.Phase() == home.PhaseWorking && !p.Old {
		p.course(at, a)
	}
	p.asked(h, at, a)
	return p
}

// asked says what was asked and is not, or will not be, what it reports; and which faults
// it was given.
func (p *appliance) asked(h *home.Home, at home.Moment, a *home.Appliance) {
	if r := cmp.Or(h.Request(a.ID), h.FaultRequest(a.ID)); r != nil {
		p.From, p.To, p.Failed = a.Asked(r)
	}
	var kinds []string
	for _, f := range h.Faults(at, a.ID) {
		kinds = append(kinds, f.Kind)
	}
	p.Faults = listOf(kinds)
}

// course says how far it is, and how long it will take.
func (p *appliance) course(at home.Moment, a *home.Appliance) {
	if progress, ok := a.Progress(); ok {
		p.Progress = number(fmt.Sprintf("%.2f", float64(home.Percent(progress))/100))
	}
	if left, ok := a.Remaining(at); ok {
		p.Left = home.Span(left)
	}
}

// number is a number as JSON has it, "" for none.
type number string

// MarshalJSON returns the number itself.
func (n number) MarshalJSON() ([]byte, error) { return []byte(n), nil }
