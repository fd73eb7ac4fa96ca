package proxy

import (
	"cmp"
	"slices"
)

// prefixes is a table of byte prefixes, made to find all that a topic starts
// with. It keeps the prefixes in a map and remembers which lengths occur: a
// topic is looked up once for each length. Topics of a house are short and
// their prefixes of few lengths, and this is smaller than a tree, whose nodes
// would outnumber the prefixes. The zero value is empty and ready. One owner.
type prefixes[V any] struct {
	values map[string]V
	// lengths holds each length that occurs, ascending, with its frequency.
	lengths []lengthCount
}

type lengthCount struct{ length, count int }

func (p *prefixes[V]) get(prefix []byte) (V, bool) {
	v, ok := p.values[string(prefix)]
	return v, ok
}

func (p *prefixes[V]) len() int { return len(p.values) }

// put sets the value of a prefix.
func (p *prefixes[V]) put(prefix string, v V) {
	if p.values == nil {
		p.values = make(map[string]V)
	}
	if _, known := p.values[prefix]; !known {
		i, found := p.lengthAt(len(prefix))
		if !found {
			p.lengths = slices.Insert(p.lengths, i, lengthCount{length: len(prefix)})
		}
		p.lengths[i].count++
	}
	p.values[prefix] = v
}

// remove forgets a prefix.
func (p *prefixes[V]) remove(prefix string) {
	if _, known := p.values[prefix]; !known {
		return
	}
	delete(p.values, prefix)
	i, _ := p.lengthAt(len(prefix))
	if p.lengths[i].count--; p.lengths[i].count == 0 {
		p.lengths = slices.Delete(p.lengths, i, i+1)
	}
}

func (p *prefixes[V]) lengthAt(length int) (int, bool) {
	return slices.BinarySearchFunc(p.lengths, length, func(l lengthCount, n int) int { return cmp.Compare(l.length, n) })
}

// match calls each with the value of every prefix of topic, shortest first,
// until each returns false.
func (p *prefixes[V]) match(topic []byte, each func(V) bool) {
	for _, l := range p.lengths {
		if l.length > len(topic) {
			return
		}
		if v, ok := p.values[string(topic[:l.length])]; ok && !each(v) {
			return
		}
	}
}

// covers reports whether a prefix of topic is in the table.
func (p *prefixes[V]) covers(topic string) bool {
	for _, l := range p.lengths {
		if l.length > len(topic) {
			return false
		}
		if _, ok := p.values[topic[:l.length]]; ok {
			return true
		}
	}
	return false
}
