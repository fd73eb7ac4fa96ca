package devices

import "time"

// Natural returns the action that a person would mean by just touching the
// appliance as it is now (Type.Natural); "" if there is none, or no such appliance.
// What was due until now may still change that: call Tick first.
func (f *Fleet) Natural(now time.Time, id string) string {
	a := f.byID[id]
	if a == nil {
		return ""
	}
	word, _ := resolve(a.model.read(), now)[0].(string) // every type's first attribute is its word
	if do, ok := a.typ.Natural[word]; ok {
		return do
	}
	return a.typ.Natural[""]
}
