package examples

import (
	"strconv"
	"testing"
)

// squares is what the squares of 1 to 1000 add up to, n(n+1)(2n+1)/6.
const squares = "1000 results add up to 333833500"

func TestPipeline(t *testing.T) {
	t.Parallel()
	at := []string{"-work", free(t), "-results", free(t)}
	part := func(which func(*testing.T, string, ...string) *process, role ...string) *process {
		return which(t, "pipeline", append(at[:len(at):len(at)], role...)...)
	}
	// A worker of ours and one on libzmq share the work.
	anna := part(start, "worker", "anna")
	part(twin, "worker", "bert")
	for range 2 {
		collector := part(start, "collector")
		part(start, "producer").Exits(0)
		collector.Exits(0)
		m := collector.Await("^" + squares + `, found by map\[anna:(\d+) bert:(\d+)\]$`)
		for _, by := range m[1:] {
			if n, err := strconv.Atoi(by); err != nil || n < 400 { // they take turns
				t.Error(m[0])
			}
		}
	}
	// Producer and collector are libzmq's.
	collector := part(twin, "collector")
	part(twin, "producer").Exits(0)
	collector.Exits(0)
	collector.Await("^" + squares)
	anna.interrupt()
}
