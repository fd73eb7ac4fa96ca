package home

import (
	"slices"

	"homebus/devices"
)

// Aim is what an appliance is to report after an action, as far as its declaration
// tells.
type Aim struct {
	// Wants is the word that the state is to become; "" if nobody can tell.
	Wants string
	// Sets is another attribute that the action sets, "" for none, and To what it
	// is to become. It may take its time to get there.
	Sets string
	To   any
}

// aim returns what an action is to bring about.
func (a *Appliance) aim(do string, params map[string]any) Aim {
	var aim Aim
	if a.Type == nil {
		return aim
	}
	for i := range a.Type.Attributes {
		attr := &a.Type.Attributes[i]
		to, ok := becomes(attr, do, params)
		word, isWord := to.(string)
		switch {
		case attr.Name == "state" && do == "toggle":
			aim.Wants = other(attr, a.Word())
		case !ok:
		case attr.Name == "state" && isWord:
			aim.Wants = word
		case aim.Sets == "" && attr.Name != "state":
			aim.Sets, aim.To = attr.Name, to
		}
	}
	return aim
}

// becomes returns what an attribute is to be after an action: the value that the
// action stands for, or that of the parameter which sets it.
func becomes(attr *devices.Attribute, do string, params map[string]any) (any, bool) {
	i := slices.IndexFunc(attr.Setters, func(s devices.Setter) bool { return s.Action == do })
	if i < 0 {
		return nil, false
	}
	setter := attr.Setters[i]
	if setter.Param == "" {
		return setter.When, true
	}
	to := params[setter.Param]
	_, err := attr.Check(to) // somebody may ask what cannot be
	return to, err == nil
}

// other returns the word that a toggle goes to: of the two that can be set, the one
// that it is not; "" if it is neither, or there are not two.
func other(attr *devices.Attribute, word string) string {
	var words []string
	for _, s := range attr.Setters {
		if w, ok := s.When.(string); ok && s.Param == "" {
			words = append(words, w)
		}
	}
	i := slices.Index(words, word)
	if len(words) != 2 || i < 0 {
		return ""
	}
	return words[1-i]
}
