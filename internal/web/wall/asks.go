package wall

import (
	"encoding/json"
	"fmt"
	"slices"

	"homebus/devices"
	"homebus/internal/mirror/home"
)

// What a page can ask.
const (
	opDo    = "do"
	opScene = "scene"
	opFault = "fault"
	opMenu  = "menu"
	opWhy   = "why"
	opAuth  = "auth"
)

// ask is what a page asks. N names it in the answer.
type ask struct {
	N  json.Number `json:"n"`
	Op string      `json:"op"`

	ID     string         `json:"id"`
	Do     string         `json:"do"` // of an appliance or a scene
	Params map[string]any `json:"params"`

	Name string `json:"name"` // of a scene

	Kind  string `json:"kind"` // of a fault
	For   string `json:"for"`  // how long it lasts; "" is until it is cleared
	Clear bool   `json:"clear"`

	// Of what to say why, beside an appliance: a scene, or an entry of what happened.
	Scene string `json:"scene"`
	Entry int    `json:"entry"`
	Token string `json:"token"`
}

// acts reports whether it would do something, other than show.
func (a *ask) acts() bool { return a.Op != opMenu && a.Op != opWhy }

// answer is what is said to what was asked.
type answer struct {
	N     json.Number `json:"n,omitempty"`
	OK    bool        `json:"ok,omitempty"`
	Error string      `json:"error,omitempty"`
	Menu  *menu       `json:"menu,omitempty"`
	Why   []cause     `json:"why,omitzero"`
}

// cause is one link of a chain of causes.
type cause struct {
	At   string `json:"at"`
	Text string `json:"text"`
}

// do does what a page asks. While the hub is paused nothing is done: the answer of an
// appliance would not pass.
func (d *desk) do(at home.Moment, a ask) answer {
	if err := d.cfg.ready(); err != nil && a.acts() {
		return refuse("%v", err)
	}
	switch a.Op {
	case opDo:
		return d.act(at, a)
	case opScene:
		return d.scene(at, a)
	case opFault:
		return d.fault(at, a)
	case opMenu:
		return d.menu(at, a)
	case opWhy:
		return d.why(a)
	}
	return refuse("op is %.40q; want do, scene, fault, menu, why or auth", a.Op)
}

func refuse(format string, args ...any) answer { return answer{Error: fmt.Sprintf(format, args...)} }

// act asks an appliance to do something that its declaration knows, for what is asked is
// shown to all. Whether the parameters are right the appliance says.
func (d *desk) act(at home.Moment, a ask) answer {
	appliance, ok := d.home.Appliance(a.ID)
	switch {
	case !ok:
		return refuse("there is no appliance %.100q", a.ID)
	case a.Do == "":
		return refuse("do is missing; want an action of %s", a.ID)
	case appliance.Offline:
		return refuse("%s is offline and cannot hear that", d.home.Label(a.ID))
	case !knows(appliance.Type, (*devices.Type).Action, a.Do):
		return refuse("%s cannot %.40q", d.home.Label(a.ID), a.Do)
	}
	d.publish(at, d.home.Ask(at, a.ID, a.Do, a.Params))
	return answer{OK: true}
}

func (d *desk) scene(at home.Moment, a ask) answer {
	_, ok := d.home.Scene(a.Name)
	switch {
	case !ok:
		return refuse("there is no scene %.100q", a.Name)
	case a.Do != "run" && a.Do != "stop":
		return refuse("do is %.40q; want run or stop", a.Do)
	}
	d.publish(at, d.home.AskScene(at, a.Name, a.Do))
	return answer{OK: true}
}

// fault has the simulator set or clear a fault.
func (d *desk) fault(at home.Moment, a ask) answer {
	appliance, ok := d.home.Appliance(a.ID)
	switch {
	case !ok:
		return refuse("there is no appliance %.100q", a.ID)
	case a.Kind == "" && !a.Clear:
		return refuse("kind is missing; want a fault of %s, or clear", d.home.Label(appliance.ID))
	case a.Kind != "" && !knows(appliance.Type, (*devices.Type).Fault, a.Kind):
		return refuse("%s has no fault %.40q", d.home.Label(appliance.ID), a.Kind)
	}
	if a.Clear {
		d.publish(at, d.home.ClearFault(at, a.ID, a.Kind))
		return answer{OK: true}
	}
	params := make(map[string]any)
	if a.For != "" {
		params["for"] = a.For
	}
	d.publish(at, d.home.SetFault(at, a.ID, a.Kind, params))
	return answer{OK: true}
}

// knows reports whether there is a declaration, and in it what find looks for by its name.
func knows[T any](t *devices.Type, find func(*devices.Type, string) (T, bool), name string) bool {
	if t == nil {
		return false
	}
	_, ok := find(t, name)
	return ok
}

// why says what led to the last report of an appliance or a scene, or to what happened.
func (d *desk) why(a ask) answer {
	chain := d.home.Why(a.ID)
	if a.Scene != "" {
		chain = d.home.WhyScene(a.Scene)
	}
	entries := d.home.Stream.Entries()
	if i := slices.IndexFunc(entries, func(e *home.Entry) bool { return e.N == a.Entry }); i >= 0 {
		chain = d.home.WhyEntry(entries[i])
	}
	causes := make([]cause, len(chain))
	for i, c := range chain {
		causes[i] = cause{At: c.At.In(d.home.Zone).Format("15:04:05"), Text: c.Text}
	}
	return answer{Why: causes}
}
