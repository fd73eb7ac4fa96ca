package scene

import (
	"slices"
	"strings"

	"homebus/internal/scene/tomltree"
)

// form is one of the forms that a table in a list can have, told by a key that
// only it has.
type form[T any] struct {
	key string
	// unless names a key beside which key means something else.
	unless string
	// read makes the thing; nil is a form that is not supported yet.
	read func(*fields) T
}

// pick finds out which form the table has and reads it; what names the table in
// messages.
func pick[T any](f *fields, what string, forms []form[T]) (none T) {
	var present []form[T]
	for _, x := range forms {
		if f.has(x.key) && (x.unless == "" || !f.has(x.unless)) {
			present = append(present, x)
		}
	}
	switch {
	case len(present) == 0:
		f.formless(what, formKeys(forms))
		return none
	case present[0].read == nil:
		f.failKey(present[0].key, "%q is not supported yet", present[0].key)
		return none
	case len(present) > 1:
		f.conflict(what, present[0].key, present[1].key)
		return none
	}
	return present[0].read(f)
}

// formKeys returns the keys of the forms that are supported.
func formKeys[T any](forms []form[T]) []string {
	var keys []string
	for _, x := range forms {
		if x.read != nil {
			keys = append(keys, x.key)
		}
	}
	return keys
}

// formless reports a table of no form, unless one of its keys explains that.
func (f *fields) formless(what string, keys []string) {
	if slices.ContainsFunc(keys, f.misspelt) || len(f.strange) > 0 {
		return
	}
	f.fail(f.pos, f.where, "a %s needs one of the keys %s", what, strings.Join(keys, ", "))
}

// conflict reports two keys that belong to different forms, at the one that
// stands later.
func (f *fields) conflict(what, a, b string) {
	at := func(key string) int {
		return slices.IndexFunc(f.table.Entries, func(e *tomltree.Entry) bool { return e.Name == key })
	}
	if at(a) > at(b) {
		a, b = b, a
	}
	f.failKey(b, "%q does not go with %q; write two %ss", b, a, what)
}
