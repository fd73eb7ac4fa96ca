package lastvalue

import (
	"slices"
	"strings"
)

// Store keeps the newest value of each topic. The zero Store is empty and ready.
// One owner; not safe for concurrent use.
type Store[V any] struct {
	values map[string]V
	// topics holds the keys of values in byte order, so that a prefix is a range.
	topics []string
	// dirty says that topics has keys appended out of order since it was sorted:
	// a thousand appliances that join together cost one sort, not a thousand.
	dirty bool
}

// Put makes v the last value of topic.
func (s *Store[V]) Put(topic string, v V) {
	if s.values == nil {
		s.values = make(map[string]V)
	}
	if _, known := s.values[topic]; !known {
		s.dirty = s.dirty || len(s.topics) > 0 && s.topics[len(s.topics)-1] > topic
		s.topics = append(s.topics, topic)
	}
	s.values[topic] = v
}

// Delete forgets topic.
func (s *Store[V]) Delete(topic string) {
	if _, known := s.values[topic]; !known {
		return
	}
	delete(s.values, topic)
	s.sort()
	i, _ := slices.BinarySearch(s.topics, topic)
	s.topics = slices.Delete(s.topics, i, i+1)
}

// Get returns the last value of topic.
func (s *Store[V]) Get(topic string) (V, bool) {
	v, ok := s.values[topic]
	return v, ok
}

// Len returns how many topics have a value.
func (s *Store[V]) Len() int { return len(s.values) }

// Match calls each for every topic that starts with prefix, in byte order of
// the topics. each must not change the Store.
func (s *Store[V]) Match(prefix string, each func(topic string, v V)) {
	s.sort()
	first, _ := slices.BinarySearch(s.topics, prefix)
	for _, topic := range s.topics[first:] {
		if !strings.HasPrefix(topic, prefix) {
			return
		}
		each(topic, s.values[topic])
	}
}

func (s *Store[V]) sort() {
	if s.dirty {
		slices.Sort(s.topics)
		s.dirty = false
	}
}
