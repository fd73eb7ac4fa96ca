package scene

import (
	"fmt"
	"slices"
	"strings"

	"homebus/internal/scene/tomltree"
)

// fields reads the keys of one table. Its readers report a value of the wrong
// type at its place, and then return a zero value: after a mistake nobody gets
// the file to see. Where the reader's caller has to know, the second result is
// false for that and for a key that is not there.
type fields struct {
	*loader
	table *tomltree.Table
	// where is what the messages call the table.
	where string
	pos   Pos
	// known are the keys that it can have; nil as long as its form is not clear.
	known []string
	// strange are the keys that have been reported as unknown.
	strange map[string]bool
}

// fields returns a reader of n, or reports that n is no table.
func (l *loader) fields(n *tomltree.Node, where, want string) (*fields, bool) {
	if n.Table == nil {
		l.fail(n.Pos, where, "%s stands here; want %s", n.String(), want)
		return nil, false
	}
	return &fields{loader: l, table: n.Table, where: where, pos: n.Pos}, true
}

// failAt reports a mistake at the value of key, or at the table if it is not
// there.
func (f *fields) failAt(key, format string, args ...any) {
	pos := f.pos
	if n := f.get(key); n != nil {
		pos = n.Pos
	}
	f.fail(pos, f.where, format, args...)
}

// failKey reports a mistake at the key itself, or at the table if it is not
// there.
func (f *fields) failKey(key, format string, args ...any) {
	pos := f.pos
	if e := f.table.Get(key); e != nil {
		pos = e.Pos
	}
	f.fail(pos, f.where, format, args...)
}

// wrong reports that the value of key is not what is wanted.
func (f *fields) wrong(key, want string) {
	f.failAt(key, "%s is %s; want %s", key, f.get(key).String(), want)
}

func (f *fields) get(key string) *tomltree.Node {
	if e := f.table.Get(key); e != nil {
		return e.Value
	}
	return nil
}

func (f *fields) has(key string) bool { return f.table.Get(key) != nil }

// only says which keys the table can have, and reports every other one.
func (f *fields) only(keys ...string) {
	f.known = keys
	for _, e := range f.table.Entries {
		if !slices.Contains(keys, e.Name) {
			f.unknownKey(e, f.absent(keys))
		}
	}
}

// absent returns those of keys that the table does not have: what a misspelt key
// can have been meant to be.
func (f *fields) absent(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), f.has)
}

// unknownKey reports the key of e, which may have been meant to be one of meant.
func (f *fields) unknownKey(e *tomltree.Entry, meant []string) {
	hint := f.ofAttribute(e)
	if key, ok := f.meant(e.Name, meant); ok && hint == "" {
		hint = fmt.Sprintf(" (did you mean %q?)", key)
	}
	switch {
	case hint != "" || f.known == nil:
	case len(f.known) == 1:
		hint = "; the only key is " + f.known[0]
	default:
		hint = "; there are " + strings.Join(f.known, ", ")
	}
	f.failUnknown(e, "unknown key %q%s", e.Name, hint)
}

// failUnknown reports a key that should not be there, once.
func (f *fields) failUnknown(e *tomltree.Entry, format string, args ...any) {
	if f.strange[e.Name] {
		return
	}
	if f.strange == nil {
		f.strange = make(map[string]bool)
	}
	f.strange[e.Name] = true
	f.fail(e.Pos, f.where, format, args...)
}

// modifiers are the keys that do not tell the form of a table.
var modifiers = []string{
	"above", "at", "attr", "becomes", "below", "between", "by", "confirm", "days", "device", "do",
	"else", "for", "from", "if", "is", "is_not", "level", "not_after", "not_before", "offset", "on_timeout", "payload",
	"retry", "timeout", "until",
}

// misspelt reports whether key is not there but one is that was probably meant
// to be it; then it says so.
func (f *fields) misspelt(key string) bool {
	known := f.known
	if known == nil {
		known = modifiers
	}
	if f.has(key) {
		return false
	}
	for _, e := range f.table.Entries {
		if _, ok := f.meant(e.Name, []string{key}); ok && !slices.Contains(known, e.Name) {
			f.failUnknown(e, "unknown key %q (did you mean %q?)", e.Name, key)
			return true
		}
	}
	return false
}

// missing reports whether key is neither there nor misspelt.
func (f *fields) missing(key string) bool { return !f.has(key) && !f.misspelt(key) }

// need reports it if key is not there.
func (f *fields) need(key, example string) {
	if f.missing(key) {
		f.fail(f.pos, f.where, "%q is missing; want such as %s", key, example)
	}
}
