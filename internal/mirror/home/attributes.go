package home

import (
	"cmp"
	"math"
	"slices"

	"homebus/internal/mirror/safetext"
)

// attributes are what an appliance reports, by name: each a bool, a float64 or a clean
// string. There are few of them, so that looking one up is faster than in a map, and
// of ten thousand appliances they take a third of the memory.
type attributes []attribute

type attribute struct {
	name  string
	value any
}

// get returns the value of an attribute; nil if it is not there.
func (list attributes) get(name string) any {
	for i := range list {
		if list[i].name == name {
			return list[i].value
		}
	}
	return nil
}

// names returns the names in their order.
func (list attributes) names() []string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].name
	}
	return names
}

// reader reads states. It keeps what the next one can use again; the zero value is
// ready.
type reader struct {
	raw   map[string]any    // emptied for each state
	names map[string]string // of attributes, each held in memory once
}

// maxNames is how many names of attributes a reader holds; others are each
// appliance's own.
const maxNames = 1_000

// mostNumber bounds the numbers that are believed: more than there is in a house of
// anything, in whatever unit. What goes beyond that is somebody's mistake, would be shown
// with hundreds of digits, and added to today's energy would stay there until midnight.
const mostNumber = 1e12

// read reads a state: a flat object of words, numbers and flags. Other values are
// left out, and names that are longer than an id may be.
func (r *reader) read(payload []byte) (attributes, bool) {
	clear(r.raw)
	if !decode(payload, &r.raw) || r.raw == nil || len(r.raw) > maxKeys {
		return nil, false
	}
	list := make(attributes, 0, len(r.raw))
	for name, v := range r.raw {
		if len(name) > maxID {
			continue
		}
		switch v := v.(type) {
		case string:
			list = append(list, attribute{r.name(name), safetext.Clean(v, maxText)})
		case float64:
			if math.Abs(v) <= mostNumber {
				list = append(list, attribute{r.name(name), v})
			}
		case bool:
			list = append(list, attribute{r.name(name), v})
		}
	}
	slices.SortFunc(list, func(x, y attribute) int { return cmp.Compare(x.name, y.name) })
	return list, true
}

// name returns the same name, held once.
func (r *reader) name(name string) string {
	if held, ok := r.names[name]; ok {
		return held
	}
	if r.names == nil {
		r.names = make(map[string]string)
	}
	if len(r.names) < maxNames {
		r.names[name] = name
	}
	return name
}
