package tomltree

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Node is a value with its place. Exactly one of Table, List and Scalar is set, but
// for an empty list.
type Node struct {
	Pos   Pos
	Table *Table
	List  []*Node
	// Scalar is a bool, int64, float64, string or time.Time.
	Scalar any
	// IsList tells an empty list from no list.
	IsList bool
}

// Table is a table, however it was written: under a header, in braces or by dotted
// keys.
type Table struct {
	Entries []*Entry // in the order of the text
	byName  map[string]*Entry
	made    making
}

// making says how a table is written, which decides who may add to it later.
type making int

// The ways to write a table.
const (
	// passing is a table that only lies on the way to one with a header.
	passing making = iota
	// headed has a header of its own: what follows the header is all there is in it,
	// but for tables in it that have headers of their own.
	headed
	// dotted is made by dotted keys, which can add to it as long as they stand
	// together.
	dotted
	// braced stands in braces, which are complete.
	braced
)

// Entry is a key of a table with its value. A table that is written in several
// places has the place of the first.
type Entry struct {
	Name  string
	Pos   Pos // of the key
	Value *Node
}

func newTable(made making) *Table { return &Table{byName: make(map[string]*Entry), made: made} }

// Get returns the entry of that name, nil if there is none.
func (t *Table) Get(name string) *Entry { return t.byName[name] }

func (t *Table) put(e *Entry) error {
	if old := t.Get(e.Name); old != nil {
		return &duplicateError{name: e.Name, pos: e.Pos, first: old.Pos}
	}
	t.Entries = append(t.Entries, e)
	t.byName[e.Name] = e
	return nil
}

// duplicateError is a key or a table that is there already. The parser finds most of
// them, but takes "a.b.c = 1" and then "a.b = 2", and forgets the 2, and lets a table
// be written twice if it is once in braces or by dotted keys.
type duplicateError struct {
	name       string
	pos, first Pos
}

func (e *duplicateError) Error() string {
	return fmt.Sprintf("key %q has already been defined at %v; each key and each table can be written once", e.name, e.first)
}

// Number returns the value as a number; false for all others, and for inf and nan.
func (n *Node) Number() (float64, bool) {
	switch x := n.Scalar.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, !math.IsNaN(x) && !math.IsInf(x, 0)
	}
	return 0, false
}

// String returns the value as a message names it, on one line.
func (n *Node) String() string {
	switch x := n.Scalar.(type) {
	case nil:
		switch {
		case !n.IsList:
			return "a table"
		case len(n.List) == 0:
			return "an empty list"
		}
		return fmt.Sprintf("a list of %d", len(n.List))
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
		return ShowTime(x)
	}
	return fmt.Sprint(n.Scalar)
}

// Plain returns the value as encoding/json has it; false for lists, tables,
// times and numbers that JSON does not have.
func (n *Node) Plain() (any, bool) {
	switch x := n.Scalar.(type) {
	case bool, string:
		return x, true
	}
	x, ok := n.Number()
	if !ok {
		return nil, false
	}
	return x, true
}

// JSON returns the value for json.Marshal, times as they are written.
func (n *Node) JSON() any {
	switch x := n.Scalar.(type) {
	case time.Time:
		return ShowTime(x)
	case nil:
	default:
		return x
	}
	if n.Table != nil {
		m := make(map[string]any, len(n.Table.Entries))
		for _, e := range n.Table.Entries {
			m[e.Name] = e.Value.JSON()
		}
		return m
	}
	list := make([]any, len(n.List))
	for i, item := range n.List {
		list[i] = item.JSON()
	}
	return list
}
