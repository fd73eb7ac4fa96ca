package lastvalue

import (
	"iter"
	"slices"
	"strings"
)

// Store keeps the newest value of each topic. The zero Store is empty and ready.
// One owner; not safe for concurrent use.
//
// Each call costs about the same however many topics there are and in whatever
// order they come and go: its owner holds a lock that a whole house waits for,
// and a stranger chooses the topics.
type Store[V any] struct {
	entries map[string]*entry[V]
	// chunks holds the entries in byte order of their topics, so that a prefix is
	// a range. None is empty, none longer than maxChunk, and two neighbours
	// together are longer than maxChunk/2.
	chunks [][]*entry[V]
}

type entry[V any] struct {
	topic string
	value V
}

// maxChunk makes a chunk 4 KiB of pointers.
const maxChunk = 512

// Put makes v the last value of topic.
func (s *Store[V]) Put(topic string, v V) {
	if e, known := s.entries[topic]; known {
		e.value = v
		return
	}
	if s.entries == nil {
		s.entries = make(map[string]*entry[V])
	}
	e := &entry[V]{topic, v}
	s.entries[topic] = e
	s.insert(e)
}

// insert puts e in its place.
func (s *Store[V]) insert(e *entry[V]) {
	if len(s.chunks) == 0 {
		s.chunks = [][]*entry[V]{{e}}
		return
	}
	c, i := s.find(e.topic)
	if c == len(s.chunks) { // behind all others
		c--
		i = len(s.chunks[c])
	}
	chunk := slices.Insert(s.chunks[c], i, e)
	s.chunks[c] = chunk
	if len(chunk) > maxChunk {
		half := slices.Clone(chunk[len(chunk)/2:])
		clear(chunk[len(chunk)/2:])
		s.chunks[c] = chunk[:len(chunk)/2]
		s.chunks = slices.Insert(s.chunks, c+1, half)
	}
}

// find returns where topic is, or would be: the chunk and the place in it. It
// may be the place behind the last chunk.
func (s *Store[V]) find(topic string) (c, i int) {
	c, _ = slices.BinarySearchFunc(s.chunks, topic, func(chunk []*entry[V], t string) int {
		return strings.Compare(chunk[len(chunk)-1].topic, t)
	})
	if c < len(s.chunks) {
		i, _ = slices.BinarySearchFunc(s.chunks[c], topic, func(e *entry[V], t string) int {
			return strings.Compare(e.topic, t)
		})
	}
	return c, i
}

// Delete forgets topic.
func (s *Store[V]) Delete(topic string) {
	if _, known := s.entries[topic]; !known {
		return
	}
	delete(s.entries, topic)
	c, i := s.find(topic)
	s.chunks[c] = slices.Delete(s.chunks[c], i, i+1)
	s.merge(c)
	s.merge(c - 1)
}

// merge joins chunk c to the one behind it if both are small, and removes it if
// it is empty.
func (s *Store[V]) merge(c int) {
	switch {
	case c < 0 || c >= len(s.chunks):
	case len(s.chunks[c]) == 0:
		s.chunks = slices.Delete(s.chunks, c, c+1)
	case c+1 < len(s.chunks) && len(s.chunks[c])+len(s.chunks[c+1]) <= maxChunk/2:
		s.chunks[c] = append(s.chunks[c], s.chunks[c+1]...)
		s.chunks = slices.Delete(s.chunks, c+1, c+2)
	}
}

// Get returns the last value of topic.
func (s *Store[V]) Get(topic string) (V, bool) {
	if e, known := s.entries[topic]; known {
		return e.value, true
	}
	var none V
	return none, false
}

// Find is Get with a topic in bytes, which it does not keep.
func (s *Store[V]) Find(topic []byte) (V, bool) {
	if e, known := s.entries[string(topic)]; known {
		return e.value, true
	}
	var none V
	return none, false
}

// Len returns how many topics have a value.
func (s *Store[V]) Len() int { return len(s.entries) }

// More reports, without a look at all of them, whether more than n topics start with
// prefix.
func (s *Store[V]) More(prefix string, n int) bool {
	c, i := s.find(prefix)
	for i += n; c < len(s.chunks); c, i = c+1, i-len(s.chunks[c]) {
		if i < len(s.chunks[c]) {
			return strings.HasPrefix(s.chunks[c][i].topic, prefix)
		}
	}
	return false
}

// Match calls each for every topic that starts with prefix, in byte order of
// the topics. each must not change the Store.
func (s *Store[V]) Match(prefix string, each func(topic string, v V)) {
	for topic, v := range s.All(prefix) {
		each(topic, v)
	}
}

// All returns what Match gives, for whoever may have enough before the end. The Store must
// not change meanwhile.
func (s *Store[V]) All(prefix string) iter.Seq2[string, V] {
	return func(yield func(topic string, v V) bool) {
		c, i := s.find(prefix)
		for ; c < len(s.chunks); c, i = c+1, 0 {
			for _, e := range s.chunks[c][i:] {
				if !strings.HasPrefix(e.topic, prefix) || !yield(e.topic, e.value) {
					return
				}
			}
		}
	}
}
