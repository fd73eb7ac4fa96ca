package scene

import "time"

// held watches for how long a condition has held, as its For demands. Times are
// durations on one clock that begins at 0 with the bus.
type held struct {
	condition *StateCondition
	holds     bool
	known     bool          // the attribute has had a value
	since     time.Duration // when it began to hold
}

// newHeld returns a watch that begins at 0 and knows of no value yet.
func newHeld(c *StateCondition) *held {
	return &held{condition: c, holds: c.Test.holds(nil, false)}
}

// update takes the present value of the condition's attribute, after every
// change of its device. A first value counts as having been so from the start.
func (h *held) update(value any, known bool, now time.Duration) {
	was := h.holds
	h.holds = h.condition.Test.holds(value, known)
	if h.holds && !was && h.known {
		h.since = now
	}
	h.known = h.known || known
}

// at reports whether the condition has held for long enough at now, which is not
// before the last update.
func (h *held) at(now time.Duration) bool { return h.holds && now >= h.due() }

// due returns when the condition will have held for long enough, if it holds and
// nothing changes.
func (h *held) due() time.Duration { return h.since + h.condition.For }
