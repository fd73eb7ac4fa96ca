package lastvalue

import "slices"

// Wills knows which connection answers for which topic: the one that last said
// "online" on it. The zero Wills is empty and ready. One owner; not safe for
// concurrent use.
type Wills[C comparable] struct {
	holder map[string]C
	topics map[C]map[string]struct{}
}

// Claim notes that conn said "online" on topic: conn holds the will from now
// on, and whoever held it before no longer does.
func (w *Wills[C]) Claim(conn C, topic string) {
	if w.holder == nil {
		w.holder = make(map[string]C)
		w.topics = make(map[C]map[string]struct{})
	}
	if old, held := w.holder[topic]; held {
		if old == conn {
			return
		}
		w.drop(old, topic)
	}
	w.holder[topic] = conn
	if w.topics[conn] == nil {
		w.topics[conn] = make(map[string]struct{})
	}
	w.topics[conn][topic] = struct{}{}
}

// Release notes that "offline" was said on topic: nobody's loss is news any
// more. It does not matter who said it.
func (w *Wills[C]) Release(topic string) {
	if conn, held := w.holder[topic]; held {
		delete(w.holder, topic)
		w.drop(conn, topic)
	}
}

// Gone ends conn and returns the topics of its wills, each once, in byte order.
// At most limit are returned; more says that there are others, for further calls.
func (w *Wills[C]) Gone(conn C, limit int) (topics []string, more bool) {
	for topic := range w.topics[conn] {
		if len(topics) == limit {
			more = true
			break
		}
		topics = append(topics, topic)
	}
	for _, topic := range topics {
		w.Release(topic)
	}
	slices.Sort(topics)
	return topics, more
}

// Len returns how many topics have somebody who answers for them.
func (w *Wills[C]) Len() int { return len(w.holder) }

// Held reports whether somebody answers for topic.
func (w *Wills[C]) Held(topic string) bool {
	_, held := w.holder[topic]
	return held
}

func (w *Wills[C]) drop(conn C, topic string) {
	delete(w.topics[conn], topic)
	if len(w.topics[conn]) == 0 {
		delete(w.topics, conn)
	}
}
