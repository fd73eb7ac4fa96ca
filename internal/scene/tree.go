package scene

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
	root *table
	// here is the table that the last header opened.
	here *table
}

// buildTree returns the file as a tree. keys are the paths of all keys in file
// order, root is the parsed file.
func buildTree(src []byte, statements []statement, keys [][]string, root map[string]any) (*table, error) {
	b := &treeBuilder{locator: newLocator(src), keys: keys, root: newTable()}
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
	parent, err := descend(b.root, names[:len(names)-1], places)
	if err != nil {
		return err
	}
	name, pos := names[len(names)-1], places[len(names)-1]
	if st.kind == tableHeader {
		b.here, err = descend(parent, []string{name}, []Pos{pos})
		return err
	}
	e := parent.get(name)
	if e == nil {
		e = &entry{name: name, pos: pos, value: &node{pos: pos, isList: true}}
		if err := parent.put(e); err != nil {
			return err
		}
	}
	b.here = newTable()
	e.value.list = append(e.value.list, &node{pos: pos, table: b.here})
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

func (b *treeBuilder) pair(t *table, p scannedPair) error {
	names, places, err := b.name(p.key)
	if err != nil {
		return err
	}
	last := len(names) - 1
	if t, err = descend(t, names[:last], places); err != nil {
		return err
	}
	n, err := b.value(p.value)
	if err != nil {
		return err
	}
	return t.put(&entry{name: names[last], pos: places[last], value: n})
}

func (b *treeBuilder) value(v scannedValue) (*node, error) {
	n := &node{pos: b.locator.at(v.offset)}
	switch b.locator.src[v.offset] {
	case '[':
		n.isList = true
		for _, item := range v.items {
			child, err := b.value(item)
			if err != nil {
				return nil, err
			}
			n.list = append(n.list, child)
		}
	case '{':
		n.table = newTable()
		for _, p := range v.pairs {
			if err := b.pair(n.table, p); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

// descend goes down the names from t, making tables where there are none; in a
// list of tables it takes the last.
func descend(t *table, names []string, places []Pos) (*table, error) {
	for i, name := range names {
		e := t.get(name)
		if e == nil {
			e = &entry{name: name, pos: places[i], value: &node{pos: places[i], table: newTable()}}
			if err := t.put(e); err != nil {
				return nil, err
			}
		}
		n := e.value
		if len(n.list) > 0 {
			n = n.list[len(n.list)-1]
		}
		if n.table == nil {
			return nil, errMismatch
		}
		t = n.table
	}
	return t, nil
}

// fillTable puts the parsed values into the tree.
func fillTable(t *table, values map[string]any) error {
	if len(t.entries) != len(values) {
		return errMismatch
	}
	for _, e := range t.entries {
		v, ok := values[e.name]
		if !ok {
			return errMismatch
		}
		if err := fill(e.value, v); err != nil {
			return err
		}
	}
	return nil
}

func fill(n *node, value any) error {
	switch v := value.(type) {
	case map[string]any:
		if n.table == nil {
			return errMismatch
		}
		return fillTable(n.table, v)
	case []any:
		return fillList(n, v)
	case []map[string]any:
		return fillList(n, v)
	case bool, int64, float64, string, time.Time:
		if n.table != nil || n.isList {
			return errMismatch
		}
		n.scalar = v
		return nil
	}
	return errMismatch
}

func fillList[T any](n *node, values []T) error {
	if !n.isList || len(n.list) != len(values) {
		return errMismatch
	}
	for i, v := range values {
		if err := fill(n.list[i], v); err != nil {
			return err
		}
	}
	return nil
}
