package scene

import (
	"slices"

	"homebus/devices"
	"homebus/internal/scene/tomltree"
)

// order reads what a device is told to do: "do" and the parameters, which are
// all keys but those in others.
func (f *fields) order(s subject, others ...string) (do string, params map[string]any) {
	f.known = others
	f.need("do", `do = "on"`)
	do, ok := f.text("do", "on")
	var action *devices.Action
	if s.typ != nil && ok {
		if action, ok = s.typ.Action(do); !ok {
			all := names(s.typ.Actions, func(a devices.Action) string { return a.Name })
			f.failAt("do", "%s", f.unknown("action", do, s.a()+" has", all))
		}
	}
	params = make(map[string]any)
	for _, e := range f.table.Entries {
		if !slices.Contains(others, e.Name) {
			params[e.Name] = f.param(action, e, others)
		}
	}
	if action != nil {
		f.known = slices.Concat(others, names(action.Params, valueName))
		f.required(action)
	}
	return do, params
}

// param reads one parameter; of an action that is not known anything goes.
func (f *fields) param(action *devices.Action, e *tomltree.Entry, others []string) any {
	if action == nil {
		return f.check(e.Value, e.Name, nil)
	}
	if v, ok := action.Param(e.Name); ok {
		return f.check(e.Value, e.Name, v)
	}
	known := names(action.Params, valueName)
	if _, near := devices.Nearest(e.Name, known); !near {
		if _, near := devices.Nearest(e.Name, f.absent(others)); near {
			f.unknownKey(e, f.absent(others))
			return nil
		}
	}
	f.failUnknown(e, "%s", f.unknown("parameter", e.Name, action.Name+" has", known))
	return nil
}

func (f *fields) required(action *devices.Action) {
	for i := range action.Params {
		if p := &action.Params[i]; p.Required && f.missing(p.Name) {
			f.failAt("do", "%s needs %s: %s", action.Name, p.Name, p.Wants())
		}
	}
}
