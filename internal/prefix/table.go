package prefix

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// inMap is the longest prefix, in bytes, that lies in the map.
const inMap = 64

// Table holds a value for each of a set of byte prefixes, the empty one among
// them. Put, Remove and Get take time proportional to the length of the prefix,
// Match and Covers to that of the topic, however many prefixes there are. The zero
// value is empty and ready. One owner: whoever shares a table brings a lock, which
// calls that change nothing may share.
type Table[V any] struct {
	short map[string]V
	// peak is how many prefixes short has had room for.
	peak int
	// lengths holds each length that occurs in short, ascending.
	lengths []lengthCount
	// long holds the prefixes above inMap.
	long tree[V]
}

type lengthCount struct{ length, count int }

// Len returns the number of prefixes.
func (t *Table[V]) Len() int { return len(t.short) + t.long.len }

// Get returns the value of exactly this prefix.
func (t *Table[V]) Get(prefix []byte) (V, bool) {
	if len(prefix) > inMap {
		return t.long.get(prefix)
	}
	v, ok := t.short[string(prefix)]
	return v, ok
}

// Put sets the value of a prefix. It reports whether the prefix is new.
func (t *Table[V]) Put(prefix string, v V) (fresh bool) {
	if len(prefix) > inMap {
		return t.long.put([]byte(prefix), v)
	}
	if t.short == nil {
		t.short = make(map[string]V)
	}
	before := len(t.short)
	t.short[prefix] = v
	if fresh = len(t.short) > before; fresh {
		t.peak = max(t.peak, len(t.short))
		i, found := t.lengthAt(len(prefix))
		if !found {
			t.lengths = slices.Insert(t.lengths, i, lengthCount{length: len(prefix)})
		}
		t.lengths[i].count++
	}
	return fresh
}

// Remove forgets a prefix. It reports whether it was there.
func (t *Table[V]) Remove(prefix string) (was bool) {
	if len(prefix) > inMap {
		return t.long.remove([]byte(prefix))
	}
	before := len(t.short)
	delete(t.short, prefix)
	if was = len(t.short) < before; was {
		i, _ := t.lengthAt(len(prefix))
		if t.lengths[i].count--; t.lengths[i].count == 0 {
			t.lengths = slices.Delete(t.lengths, i, i+1)
		}
		t.shrink()
	}
	return was
}

// shrink gives room back, which a map does not do by itself, when what is left
// is so little that moving it takes no time that anybody notices.
func (t *Table[V]) shrink() {
	const worth, fraction = 1024, 32
	switch {
	case len(t.short) == 0:
		t.short, t.peak = nil, 0
	case t.peak > worth && len(t.short) < t.peak/fraction:
		left := make(map[string]V, len(t.short))
		maps.Copy(left, t.short)
		t.short, t.peak = left, len(left)
	}
}

func (t *Table[V]) lengthAt(length int) (int, bool) {
	return slices.BinarySearchFunc(t.lengths, length, func(l lengthCount, n int) int { return cmp.Compare(l.length, n) })
}

// Match calls each with the value of every prefix that topic starts with, the
// shortest first, until each returns false. each must not change the table.
func (t *Table[V]) Match(topic []byte, each func(V) bool) {
	for _, l := range t.lengths {
		if l.length > len(topic) {
			return
		}
		if v, ok := t.short[string(topic[:l.length])]; ok && !each(v) {
			return
		}
	}
	if len(topic) > inMap && t.long.len > 0 {
		t.long.match(topic, each)
	}
}

// Covers reports whether topic, which may be a prefix itself, starts with one of
// the prefixes.
func (t *Table[V]) Covers(topic []byte) bool {
	covered := false
	t.Match(topic, func(V) bool {
		covered = true
		return false
	})
	return covered
}

// All yields every prefix and its value, in no order. The table must not change
// meanwhile.
func (t *Table[V]) All() iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for prefix, v := range t.short {
			if !yield(prefix, v) {
				return
			}
		}
		t.long.all(yield)
	}
}
