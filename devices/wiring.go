package devices

import (
	"fmt"
	"slices"
)

// Miswiring is a configuration key that names an appliance which cannot be there.
type Miswiring struct {
	// Device is the id of the appliance that has the key, Key the key's name.
	Device, Key string
	Err         error
}

// Error tells the mistake, naming the appliance.
func (m *Miswiring) Error() string { return fmt.Sprintf("appliance %q: %s", m.Device, m.Err) }

// Unwrap returns what is wrong.
func (m *Miswiring) Unwrap() error { return m.Err }

// wiredKey is a configuration key that names another appliance.
type wiredKey struct {
	from, to string
	key      *Value
}

// wiredKeys returns what the appliances of known types are wired to.
func wiredKeys(specs []Spec) (wires []wiredKey) {
	for i := range specs {
		wires = append(wires, specs[i].wiredKeys()...)
	}
	return wires
}

func (s *Spec) wiredKeys() (wires []wiredKey) {
	t, ok := Lookup(s.Type)
	if !ok {
		return nil
	}
	for i := range t.Config {
		key := &t.Config[i]
		if target, given := s.Config[key.Name].(string); given && key.Kind == DeviceID {
			wires = append(wires, wiredKey{s.ID, target, key})
		}
	}
	return wires
}

// Wires returns the ids of the appliances that the configuration names, by its keys;
// nil if there are none or the type is unknown.
func (s *Spec) Wires() map[string]string {
	var wires map[string]string
	for _, w := range s.wiredKeys() {
		if wires == nil {
			wires = make(map[string]string)
		}
		wires[w.key.Name] = w.to
	}
	return wires
}

// CheckFeeding checks that no appliance is plugged into two others, nor into
// itself through whatever is between. Targets that are unknown, or have no mains
// plug, are not its matter.
func CheckFeeding(specs []Spec) (mistakes []*Miswiring) {
	feeder, rows := map[string]string{}, rows{}
	for _, w := range wiredKeys(specs) {
		if !w.key.Feeds {
			continue
		}
		other, twice := feeder[w.to]
		switch {
		case twice:
			mistakes = append(mistakes, &Miswiring{w.from, w.key.Name, fmt.Errorf("%s is plugged into %s already", w.to, other)})
		case rows.first(w.from) == w.to:
			mistakes = append(mistakes, &Miswiring{w.from, w.key.Name, fmt.Errorf("%s would feed itself", w.to)})
		default:
			feeder[w.to], rows[w.to] = w.from, w.from
		}
	}
	return mistakes
}

// rows has, for who is plugged into another, one before it in that row of plugs.
type rows map[string]string

// first returns the first in a row. It leaves a shorter way there, so that long rows
// cost no more than short ones (path halving: Tarjan and van Leeuwen, 1984).
func (r rows) first(id string) string {
	for before, ok := r[id]; ok; before, ok = r[id] {
		if further, ok := r[before]; ok {
			r[id] = further
		}
		id = before
	}
	return id
}

// checkWiring checks the configuration keys that name other appliances, for those
// whose type is known.
func checkWiring(specs []Spec) (mistakes []*Miswiring) {
	types := map[string]*Type{}
	ids := make([]string, len(specs))
	for i, spec := range specs {
		types[spec.ID], _ = Lookup(spec.Type)
		ids[i] = spec.ID
	}
	for _, w := range wiredKeys(specs) {
		if other, known := types[w.to]; !known {
			mistakes = append(mistakes, &Miswiring{w.from, w.key.Name,
				fmt.Errorf("%s names the unknown appliance %q%s", w.key.Name, shorten(w.to), didYouMean(w.to, ids))})
		} else if other == nil {
			continue // its type is a mistake already told
		} else if err := w.key.checkTarget(other); err != nil {
			mistakes = append(mistakes, &Miswiring{w.from, w.key.Name, err})
		}
	}
	return slices.Concat(mistakes, CheckFeeding(specs))
}
