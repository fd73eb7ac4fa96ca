package scene

import "time"

// maxTrace is how many decisions an Engine remembers; older ones are forgotten.
const maxTrace = 512

// Decision is one thing that the engine decided, for people who ask why.
type Decision struct {
	At time.Time
	// Scene is the scene concerned; "" if none is.
	Scene string
	// Cause is the id of the message that led to it; "" if there is none.
	Cause string
	// Text says what was decided and why: "not run: kitchen/toaster loaded is
	// true does not hold (found false)".
	Text string
}

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
