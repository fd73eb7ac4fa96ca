package devices

import (
	"slices"
	"strings"
)

// types holds every declaration, in alphabetical order: each file of a type
// registers its own as the package is initialised, and none comes later.
var types []*Type

// register enters a declaration and returns it. Two of one name are a mistake in
// the program.
func register(t *Type) *Type {
	i, twice := slices.BinarySearchFunc(types, t.Name, func(t *Type, name string) int { return strings.Compare(t.Name, name) })
	if twice {
		panic("devices: there are two types " + t.Name)
	}
	types = slices.Insert(types, i, t)
	return t
}

// Types returns the declarations of all types in alphabetical order.
func Types() []*Type { return slices.Clone(types) }

// Lookup returns the declaration of a type by its name.
func Lookup(name string) (*Type, bool) {
	for _, t := range types {
		if t.Name == name {
			return t, true
		}
	}
	return nil, false
}

// Configured returns the declaration of an appliance of this type that has the
// configuration given: where that decides about more than values, such as which
// words a mode can be, it is a declaration of its own. A configuration that is
// wrong changes nothing.
func (t *Type) Configured(config map[string]any) *Type {
	if t.configure == nil {
		return t
	}
	checked, err := checkAll("configuration key", t.Config, config)
	if err != nil {
		return t
	}
	return t.configure(*t, checked)
}

// Declaration returns the declaration of the appliance; false if its type is
// unknown.
func (s *Spec) Declaration() (*Type, bool) {
	t, ok := Lookup(s.Type)
	if !ok {
		return nil, false
	}
	return t.Configured(s.Config), true
}

// InHub reports whether the hub keeps the appliance, and not the simulator.
func (s Spec) InHub() bool {
	t, ok := Lookup(s.Type)
	return ok && t.InHub
}

// Attribute returns the declaration of a key of the state.
func (t *Type) Attribute(name string) (*Attribute, bool) {
	return byName(t.Attributes, name, func(a *Attribute) string { return a.Name })
}

// Action returns the declaration of an action.
func (t *Type) Action(name string) (*Action, bool) {
	return byName(t.Actions, name, func(a *Action) string { return a.Name })
}

// Event returns the declaration of a moment.
func (t *Type) Event(name string) (*Event, bool) {
	return byName(t.Events, name, func(e *Event) string { return e.Name })
}

// Fault returns the declaration of a fault, the type's own or a common one.
func (t *Type) Fault(name string) (*Fault, bool) {
	return byName(t.AllFaults(), name, faultName)
}

// AllFaults returns the faults that an appliance of this type can have, the
// type's own first.
func (t *Type) AllFaults() []Fault {
	if t.InHub {
		return t.Faults
	}
	return slices.Concat(t.Faults, CommonFaults())
}

// Param returns the declaration of a parameter.
func (a *Action) Param(name string) (*Value, bool) {
	return byName(a.Params, name, valueName)
}

// actionNames returns the names of all actions.
func (t *Type) actionNames() []string {
	return namesOf(t.Actions, func(a *Action) string { return a.Name })
}

func (t *Type) faultNames() []string { return namesOf(t.AllFaults(), faultName) }

func typeNames() []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.Name
	}
	return names
}

func faultName(f *Fault) string { return f.Name }
func valueName(v *Value) string { return v.Name }

func namesOf[T any](list []T, of func(*T) string) []string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = of(&list[i])
	}
	return names
}

func byName[T any](list []T, name string, of func(*T) string) (*T, bool) {
	for i := range list {
		if of(&list[i]) == name {
			return &list[i], true
		}
	}
	return nil, false
}
