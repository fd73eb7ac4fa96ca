package scene

import (
	"fmt"
	"slices"

	"homebus/internal/scene/tomltree"
)

// habits are words that people write as keys because another system has them, Home
// Assistant above all, or because another place of this language does, and the keys that
// say it here; the first of those that can stand there is meant.
var habits = map[string][]string{
	"action":           {"do"},
	"actions":          {"do"},
	"after":            {"between"},
	"before":           {"between"},
	"becomes":          {"is"},
	"condition":        {"only_if"},
	"conditions":       {"only_if"},
	"count":            {"repeat"},
	"delay":            {"wait"},
	"entity":           {"device"},
	"entity_id":        {"device"},
	"is":               {"becomes"},
	"message":          {"say"},
	"notify":           {"say"},
	"or":               {"any"},
	"parallel":         {"together"},
	"sequence":         {"do"},
	"sleep":            {"wait"},
	"then":             {"do"},
	"to":               {"becomes"},
	"trigger":          {"when"},
	"triggers":         {"when"},
	"wait_for_trigger": {"until"},
	"wait_template":    {"until"},
	"weekday":          {"days"},
}

// meant returns which of keys name was probably meant to be, near to it or by habit.
func (f *fields) meant(name string, keys []string) (string, bool) {
	if key, ok := f.nearest(name, keys); ok {
		return key, true
	}
	for _, key := range habits[name] {
		if slices.Contains(keys, key) {
			return key, true
		}
	}
	return "", false
}

// ofAttribute returns how the value of e is compared, if its key is no key of the table but
// an attribute of the device that the table is about; else "".
func (f *fields) ofAttribute(e *tomltree.Entry) string {
	if !slices.Contains(f.known, "attr") {
		return ""
	}
	for _, key := range []string{"device", "expect", "never"} {
		n := f.get(key)
		if n == nil {
			continue
		}
		id, _ := n.Scalar.(string)
		s, problem := f.lookUp(id)
		if problem != "" {
			continue
		}
		if _, ok := s.typ.Attribute(e.Name); !ok {
			continue
		}
		verb := "is"
		if !slices.Contains(f.known, verb) {
			verb = "becomes"
		}
		if e.Name == attrState {
			return fmt.Sprintf("; want %s = %v", verb, e.Value)
		}
		return fmt.Sprintf("; want attr = %q, %s = %v", e.Name, verb, e.Value)
	}
	return ""
}
