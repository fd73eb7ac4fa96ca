package house

import (
	"time"

	"homebus/internal/scene"
)

// Result is what came of one test.
type Result struct {
	Test *scene.Test
	// Virtual is how much virtual time passed; Messages how many messages were
	// delivered in it.
	Virtual  time.Duration
	Messages int
	// Failures is empty if the test passed.
	Failures []Failure
	// Last holds the last messages up to the first failure, in causal order, and
	// Decisions what the scenes had decided last.
	Last      []Entry
	Decisions []scene.Decision
}

// Passed reports whether nothing failed.
func (r *Result) Passed() bool { return len(r.Failures) == 0 }

// Failure is one line of a test that does not hold.
type Failure struct {
	Pos scene.Pos
	// When is the line's time as the file has it, "at 1m1s"; "" if it has none.
	When string
	// At is when it was found out.
	At time.Time
	// Want and Found say it in words: "kitchen/toaster is toasting", "idle".
	Want, Found string
	// Chain is what led to what was found, the nearest first; empty if no message told
	// of it.
	Chain []Link
	// Decisions is what was decided last about the scenes that could have brought
	// about what did not happen, in their order: first those that could by themselves.
	Decisions []scene.Decision
}
