package scene

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// node is a value of the file with its place. Exactly one of table, list and
// scalar is set.
type node struct {
	pos   Pos
	table *table
	list  []*node
	// scalar is a bool, int64, float64, string or time.Time.
	scalar any
	// isList tells an empty list from no list.
	isList bool
}

// table is a table of the file, however it was written.
type table struct {
	entries []*entry // in file order
	byName  map[string]*entry
}

type entry struct {
	name  string
	pos   Pos
	value *node
}

func newTable() *table { return &table{byName: make(map[string]*entry)} }

// get returns the entry, nil if there is none.
func (t *table) get(name string) *entry { return t.byName[name] }

func (t *table) put(e *entry) error {
	if old := t.get(e.name); old != nil {
		return &duplicateError{name: e.name, pos: e.pos, first: old.pos}
	}
	t.entries = append(t.entries, e)
	t.byName[e.name] = e
	return nil
}

// duplicateError is a key that is there already. The parser finds most of them,
// but takes "a.b.c = 1" and then "a.b = 2", and forgets the 2.
type duplicateError struct {
	name       string
	pos, first Pos
}

func (e *duplicateError) Error() string {
	return fmt.Sprintf("key %q has already been defined at %v", e.name, e.first)
}

// number returns the value as a number; false for all others, and for inf and nan.
func (n *node) number() (float64, bool) {
	switch x := n.scalar.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, !math.IsNaN(x) && !math.IsInf(x, 0)
	}
	return 0, false
}

// show returns the value as a message names it, on one line.
func (n *node) show() string {
	switch x := n.scalar.(type) {
	case nil:
		switch {
		case !n.isList:
			return "a table"
		case len(n.list) == 0:
			return "an empty list"
		}
		return fmt.Sprintf("a list of %d", len(n.list))
	case string:
		if utf8.RuneCountInString(x) > 60 {
			x = string([]rune(x)[:59]) + "…"
		}
		return fmt.Sprintf("%q", x)
	case float64:
		if s := fmt.Sprint(x); x == math.Trunc(x) && !strings.ContainsAny(s, "eIN") {
			return s + ".0" // not to be taken for a whole number
		}
	case time.Time:
		return showTime(x)
	}
	return fmt.Sprint(n.scalar)
}

// plain returns the value as encoding/json has it; false for lists, tables,
// times and numbers that JSON does not have.
func (n *node) plain() (any, bool) {
	switch x := n.scalar.(type) {
	case bool, string:
		return x, true
	}
	x, ok := n.number()
	if !ok {
		return nil, false
	}
	return x, true
}

// json returns the value for json.Marshal, times as they are written.
func (n *node) json() any {
	switch x := n.scalar.(type) {
	case time.Time:
		return showTime(x)
	case nil:
	default:
		return x
	}
	if n.table != nil {
		m := make(map[string]any, len(n.table.entries))
		for _, e := range n.table.entries {
			m[e.name] = e.value.json()
		}
		return m
	}
	list := make([]any, len(n.list))
	for i, item := range n.list {
		list[i] = item.json()
	}
	return list
}
