package occupancy

import (
	"fmt"
	"strings"
	"time"
)

// maxJitter is how far a time can move.
const maxJitter = 3 * time.Hour

// checkJitter reports a jitter that moves nothing, or could move a time past the
// next.
func (h *Habit) checkJitter() string {
	if h.Jitter == 0 {
		return ""
	}
	if h.Jitter > maxJitter {
		return fmt.Sprintf("jitter is %q; want at most %q", short(h.Jitter), short(maxJitter))
	}
	first := h.first()
	if first == none {
		return "jitter moves the times that are given, and none is"
	}
	at, from := h.given(), first
	for to := first + 1; to <= moments; to++ { // the last is the first of the next day
		next := day + at[first]
		if to < moments {
			next = at[to]
		}
		if next == none {
			continue
		}
		if apart := time.Duration(next-at[from]) * time.Second; 2*h.Jitter >= apart {
			return fmt.Sprintf("jitter is %q, too much for the %s from %s to %s; want less than half of that",
				short(h.Jitter), short(apart), h.say(from), h.say(to%moments))
		}
		from = to
	}
	return ""
}

// short returns a duration without the zeros at its end.
func short(d time.Duration) string {
	s := d.String()
	if t, ok := strings.CutSuffix(s, "m0s"); ok {
		s = t + "m"
	}
	if t, ok := strings.CutSuffix(s, "h0m"); ok {
		s = t + "h"
	}
	return s
}
