package prefix

import (
	"slices"
	"strings"
)

// tree is a radix tree of prefixes, in which every byte of a topic is looked at
// once. What it is passed it copies. The zero tree is empty and ready.
type tree[V any] struct {
	root node[V]
	len  int
}

// node is where a prefix ends, or where prefixes part. Beside the root there is
// no other: a node that is neither has been joined with its only child.
type node[V any] struct {
	// rest is what stands between the first byte, which the parent has, and here.
	rest string
	// edges lead to the children, ascending by their first byte.
	edges []edge[V]
	value V
	// ends says that a prefix ends here, whose value is value.
	ends bool
}

type edge[V any] struct {
	first byte
	to    *node[V]
}

// find returns where the edge with the first byte is, or would be.
func (n *node[V]) find(first byte) (i int, found bool) {
	from, to := 0, len(n.edges)
	for from < to {
		mid := int(uint(from+to) / 2)
		if n.edges[mid].first < first {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from, from < len(n.edges) && n.edges[from].first == first
}

// below returns the edge that key follows, and what is left of key behind it;
// nil if there is none. key has a byte at least.
func (n *node[V]) below(key []byte) (e *edge[V], left []byte) {
	i, found := n.find(key[0])
	if !found {
		return nil, nil
	}
	e, left = &n.edges[i], key[1:]
	rest := e.to.rest
	if len(left) < len(rest) || string(left[:len(rest)]) != rest {
		return nil, nil
	}
	return e, left[len(rest):]
}

// get returns the value of exactly this prefix.
func (t *tree[V]) get(prefix []byte) (V, bool) {
	n := &t.root
	for len(prefix) > 0 {
		e, left := n.below(prefix)
		if e == nil {
			var none V
			return none, false
		}
		n, prefix = e.to, left
	}
	return n.value, n.ends
}

// put sets the value of a prefix. It reports whether the prefix is new.
func (t *tree[V]) put(prefix []byte, v V) (fresh bool) {
	n := t.root.reach(prefix)
	fresh = !n.ends
	n.value, n.ends = v, true
	if fresh {
		t.len++
	}
	return fresh
}

// reach returns the node at key below n, which it makes if there is none.
func (n *node[V]) reach(key []byte) *node[V] {
	for len(key) > 0 {
		if e, left := n.below(key); e != nil {
			n, key = e.to, left
			continue
		}
		i, found := n.find(key[0])
		if !found {
			leaf := &node[V]{rest: string(key[1:])}
			n.insert(i, edge[V]{key[0], leaf})
			return leaf
		}
		e := &n.edges[i]
		e.to = e.to.split(common(e.to.rest, key[1:]))
	}
	return n
}

// insert adds an edge at i. Growing by an eighth wastes little in nodes of few
// edges, which nearly all are.
func (n *node[V]) insert(i int, e edge[V]) {
	if len(n.edges) == cap(n.edges) {
		grown := make([]edge[V], len(n.edges), len(n.edges)+1+len(n.edges)/8)
		copy(grown, n.edges)
		n.edges = grown
	}
	n.edges = slices.Insert(n.edges, i, e)
}

// split returns a new node above n that takes the first bytes of its rest. They
// are copied, for n may go before it: nothing holds more bytes than the prefixes
// below it are long.
func (n *node[V]) split(at int) *node[V] {
	above := &node[V]{rest: strings.Clone(n.rest[:at]), edges: []edge[V]{{n.rest[at], n}}}
	n.rest = n.rest[at+1:]
	return above
}

// common returns how many bytes a and b have in common at their start.
func common(a string, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// remove forgets a prefix. It reports whether it was there.
func (t *tree[V]) remove(prefix []byte) (was bool) {
	var above, at *edge[V] // the edges to n's parent and to n, nil at the root
	n, parent := &t.root, &t.root
	for len(prefix) > 0 {
		e, left := n.below(prefix)
		if e == nil {
			return false
		}
		above, at, parent, n, prefix = at, e, n, e.to, left
	}
	if !n.ends {
		return false
	}
	var none V
	n.value, n.ends = none, false
	t.len--
	if at != nil && len(n.edges) == 0 {
		parent.drop(at.first)
		at = above
	}
	if at != nil {
		at.join()
	}
	return true
}

// drop removes an edge, and gives room back that is not needed any more.
func (n *node[V]) drop(first byte) {
	i, _ := n.find(first)
	n.edges = slices.Delete(n.edges, i, i+1)
	if len(n.edges) < cap(n.edges)/2 {
		n.edges = slices.Clone(n.edges)
	}
}

// join takes out the node that e leads to if there is no reason for it any more.
func (e *edge[V]) join() {
	if n := e.to; !n.ends && len(n.edges) == 1 {
		only := n.edges[0]
		only.to.rest = n.rest + string([]byte{only.first}) + only.to.rest
		e.to = only.to
	}
}

// match calls each with the value of every prefix that topic starts with, the
// shortest first, until each returns false.
func (t *tree[V]) match(topic []byte, each func(V) bool) {
	n := &t.root
	for {
		if n.ends && !each(n.value) {
			return
		}
		if len(topic) == 0 {
			return
		}
		e, left := n.below(topic)
		if e == nil {
			return
		}
		n, topic = e.to, left
	}
}

// all yields every prefix and its value, until yield returns false.
func (t *tree[V]) all(yield func(string, V) bool) {
	if t.root.ends && !yield("", t.root.value) {
		return
	}
	var path []byte
	way := []stage[V]{{node: &t.root}} // no recursion: strangers make the tree as deep as they like
	for len(way) > 0 {
		here := &way[len(way)-1]
		if here.next == len(here.node.edges) {
			way = way[:len(way)-1]
			continue
		}
		e := here.node.edges[here.next]
		here.next++
		path = append(append(path[:here.length], e.first), e.to.rest...)
		if e.to.ends && !yield(string(path), e.to.value) {
			return
		}
		way = append(way, stage[V]{node: e.to, length: len(path)})
	}
}

// stage is a node on the way through the tree: length bytes lead to it, and the
// edges before next are done.
type stage[V any] struct {
	node         *node[V]
	next, length int
}
