package scene

import "time"

// Held watches for how long a condition has held, as its For demands. Times are
// durations on one clock that begins at 0 with the bus. One owner; not safe for
// concurrent use.
type Held struct {
	condition *StateCondition
	holds     bool
	known     bool          // the attribute has had a value
	since     time.Duration // when it began to hold
}

// NewHeld returns a watch that begins at 0 and knows of no value yet.
func NewHeld(c *StateCondition) *Held {
	return &Held{condition: c, holds: c.Test.holds(nil, false)}
}

// Update takes the present value of the condition's attribute, after every
// change of its device. A first value counts as having been so from the start.
func (h *Held) Update(value any, known bool, now time.Duration) {
	was := h.holds
	h.holds = h.condition.Test.holds(value, known)
	if h.holds && !was && h.known {
		h.since = now
	}
	h.known = h.known || known
}

// At reports whether the condition has held for long enough at now, which is not
// before the last Update.
func (h *Held) At(now time.Duration) bool { return h.holds && now >= h.due() }

// due returns when the condition will have held for long enough, if it holds and
// nothing changes.
func (h *Held) due() time.Duration { return h.since + h.condition.For }
