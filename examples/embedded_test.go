package examples

import (
	"strings"
	"testing"
)

// TestEmbedded: clients are served, ours and libzmq's; the end is clean, and the same
// endpoints can be had at once.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	frontend, backend := free(t), free(t)
	for range 2 {
		p := start(t, "embedded", frontend, backend)
		p.Await(`^the queue is at ` + frontend + `$`)
		ours, theirs := start(t, "queue", "client", "carl", frontend), twin(t, "queue", "client", "dora", frontend)
		ours.Exits(0)
		theirs.Exits(0)
		theirs.Await(`^dora's question 100, says`)
		p.interrupt()
		p.Await(`^200 answers have passed; stopped$`)
		for _, inside := range []string{"one inside", "another inside"} {
			if text := ours.Text() + theirs.Text(); !strings.Contains(text, inside) {
				t.Errorf("%s has answered nothing", inside)
			}
		}
	}
	// Servers from outside help, ours and libzmq's.
	start(t, "embedded", frontend, backend).Await(`^the queue is at`)
	start(t, "queue", "server", "anna", backend)
	twin(t, "queue", "server", "bert", backend)
	askUntil(t, frontend, "anna", "bert")
}

// TestEmbeddedInPython: our clients and servers do not care whose proxy it is.
func TestEmbeddedInPython(t *testing.T) {
	t.Parallel()
	frontend, backend := free(t), free(t)
	twin(t, "embedded", frontend, backend).Await(`^the queue is at`)
	start(t, "queue", "server", "anna", backend)
	askUntil(t, frontend, "anna", "one inside")
}
