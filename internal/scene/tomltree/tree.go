package tomltree

import (
	"errors"
	"time"
)

// errMismatch says that the scanner and the parser saw different texts.
var errMismatch = errors.New("keys and places do not match")

// treeBuilder joins what the scanner found (places) with what the parser found
// (names and values). The two list every key in the same order.
type treeBuilder struct {
	locator *locator
	// keys are the parser's full paths, of which those not yet used remain.
	keys [][]string
	root *Table
	// here is the table that the last header opened.
	here *Table
}

// buildTree returns the file as a tree. keys are the paths of all keys in file
// order, root is the parsed file.
func buildTree(src []byte, statements []statement, keys [][]string, root map[string]any) (*Table, error) {
	b := &treeBuilder{locator: newLocator(src), keys: keys, root: newTable(headed)}
	b.here = b.root
	for _, st := range statements {
		if err := b.statement(st); err != nil {
			return nil, err
		}
	}
	if len(b.keys) != 0 {
		return nil, errMismatch
	}
	return b.root, fillTable(b.root, root)
}

func (b *treeBuilder) statement(st statement) error {
	if st.kind == assignment {
		return b.pair(b.here, scannedPair{st.key, st.value})
	}
	names, places, err := b.name(st.key)
	if err != nil {
		return err
	}
	parent, err := descend(b.root, names[:len(names)-1], places, passing)
	if err != nil {
		return err
	}
	name, pos := names[len(names)-1], places[len(names)-1]
	if st.kind == tableHeader {
		b.here, err = descend(parent, []string{name}, []Pos{pos}, headed)
		return err
	}
	e := parent.Get(name)
	if e == nil {
		e = &Entry{Name: name, Pos: pos, Value: &Node{Pos: pos, IsList: true}}
		if err := parent.put(e); err != nil {
			return err
		}
	}
	b.here = newTable(headed)
	e.Value.List = append(e.Value.List, &Node{Pos: pos, Table: b.here})
	return nil
}

// name takes the next path of the parser: its last parts are the key's names.
func (b *treeBuilder) name(key scannedKey) ([]string, []Pos, error) {
	if len(b.keys) == 0 || len(b.keys[0]) < len(key) {
		return nil, nil, errMismatch
	}
	path := b.keys[0]
	b.keys = b.keys[1:]
	places := make([]Pos, len(key))
	for i, off := range key {
		places[i] = b.locator.at(off)
	}
	return path[len(path)-len(key):], places, nil
}

func (b *treeBuilder) pair(t *Table, p scannedPair) error {
	names, places, err := b.name(p.key)
	if err != nil {
		return err
	}
	last := len(names) - 1
	if t, err = descend(t, names[:last], places, dotted); err != nil {
		return err
	}
	n, err := b.value(p.value)
	if err != nil {
		return err
	}
	return t.put(&Entry{Name: names[last], Pos: places[last], Value: n})
}

func (b *treeBuilder) value(v scannedValue) (*Node, error) {
	n := &Node{Pos: b.locator.at(v.offset)}
	switch b.locator.src[v.offset] {
	case '[':
		n.IsList = true
		for _, item := range v.items {
			child, err := b.value(item)
			if err != nil {
				return nil, err
			}
			n.List = append(n.List, child)
		}
	case '{':
		n.Table = newTable(braced)
		for _, p := range v.pairs {
			if err := b.pair(n.Table, p); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

// descend goes down the names from t, making tables where there are none, in the way
// given; in a list of tables it takes the last.
func descend(t *Table, names []string, places []Pos, by making) (*Table, error) {
	for i, name := range names {
		e := t.Get(name)
		if e == nil {
			e = &Entry{Name: name, Pos: places[i], Value: &Node{Pos: places[i], Table: newTable(passing)}}
			if err := t.put(e); err != nil {
				return nil, err
			}
		}
		n := e.Value
		if len(n.List) > 0 {
			n = n.List[len(n.List)-1]
		}
		if n.Table == nil {
			return nil, errMismatch
		}
		if !n.Table.lets(by) {
			return nil, &duplicateError{name: name, pos: places[i], first: e.Pos}
		}
		n.Table.made = max(n.Table.made, by)
		t = n.Table
	}
	return t, nil
}

// lets reports whether the table can be written, or added to, in a way besides the one
// in which it is written already.
func (t *Table) lets(by making) bool {
	switch by {
	case passing:
		return t.made != braced
	case headed:
		return t.made == passing
	}
	return t.made == passing || t.made == by
}

// fillTable puts the parsed values into the tree.
func fillTable(t *Table, values map[string]any) error {
	if len(t.Entries) != len(values) {
		return errMismatch
	}
	for _, e := range t.Entries {
		v, ok := values[e.Name]
		if !ok {
			return errMismatch
		}
		if err := fill(e.Value, v); err != nil {
			return err
		}
	}
	return nil
}

func fill(n *Node, value any) error {
	switch v := value.(type) {
	case map[string]any:
		if n.Table == nil {
			return errMismatch
		}
		return fillTable(n.Table, v)
	case []any:
		return fillList(n, v)
	case []map[string]any:
		return fillList(n, v)
	case bool, int64, float64, string, time.Time:
		if n.Table != nil || n.IsList {
			return errMismatch
		}
		n.Scalar = v
		return nil
	}
	return errMismatch
}

func fillList[T any](n *Node, values []T) error {
	if !n.IsList || len(n.List) != len(values) {
		return errMismatch
	}
	for i, v := range values {
		if err := fill(n.List[i], v); err != nil {
			return err
		}
	}
	return nil
}
