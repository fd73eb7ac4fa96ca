package scene

// maxTrace is how many decisions an Engine remembers; older ones are forgotten.
const maxTrace = 512

// trace is a ring of decisions.
type trace struct {
	ring []Decision
	next int // where the next one goes once the ring is full
}

func (t *trace) add(d Decision) {
	if len(t.ring) < maxTrace {
		t.ring = append(t.ring, d)
		return
	}
	t.ring[t.next] = d
	t.next = (t.next + 1) % maxTrace
}

// decisions returns them, the oldest first.
func (t *trace) decisions() []Decision {
	all := make([]Decision, 0, len(t.ring))
	all = append(all, t.ring[t.next:]...)
	return append(all, t.ring[:t.next]...)
}
