package devices

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// values are configuration keys or parameters by name, each checked against its
// declaration, the defaults filled in. What is asked for must be declared.
type values map[string]any

func (v values) has(name string) bool       { return v[name] != nil }
func (v values) flag(name string) bool      { return v[name].(bool) }
func (v values) words(name string) []string { return v[name].([]string) }
func (v values) whole(name string) int      { return v[name].(int) }
func (v values) number(name string) float64 { return v[name].(float64) }
func (v values) duration(name string) time.Duration {
	return v[name].(time.Duration)
}

// text returns "" for what was not given.
func (v values) text(name string) string {
	s, _ := v[name].(string)
	return s
}

// checkAll makes values of what was given from outside. what says in errors what
// a name stands for: `configuration key`. All mistakes are told at once.
func checkAll(what string, declared []Value, given map[string]any) (values, error) {
	var mistakes []error
	out := make(values, len(declared))
	for i := range declared {
		d := &declared[i]
		x, ok := given[d.Name]
		if !ok {
			if d.Required {
				mistakes = append(mistakes, fmt.Errorf("%s is missing; want %s", d.Name, d.Wants()))
				continue
			}
			x = d.Default
		}
		if !ok && x == nil {
			continue
		}
		checked, err := d.Check(x)
		if err != nil {
			mistakes = append(mistakes, err)
			continue
		}
		out[d.Name] = checked
	}
	names := namesOf(declared, valueName)
	for _, name := range sortedKeys(given) {
		if !slices.Contains(names, name) {
			mistakes = append(mistakes, fmt.Errorf("unknown %s %q%s", what, shorten(name), instead(name, names)))
		}
	}
	return out, errors.Join(mistakes...)
}

// instead says which name would be right.
func instead(name string, names []string) string {
	if near := didYouMean(name, names); near != "" {
		return near
	}
	if len(names) == 0 {
		return "; there is none"
	}
	return "; want one of " + joinWords(names)
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
