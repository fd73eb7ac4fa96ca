package examples

import "testing"

// TestThreads: all messages arrive whole and in each goroutine's order, and so do those
// that libzmq sends or receives.
func TestThreads(t *testing.T) {
	t.Parallel()
	const good = `^10000 messages of 10 threads, none lost, none torn$`
	type starter = func(*testing.T, string, ...string) *process
	for name, who := range map[string]struct{ publisher, subscriber starter }{
		"ours":              {start, start},
		"libzmq subscribes": {start, twin},
		"libzmq publishes":  {twin, start},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			where := free(t)
			publisher := who.publisher(t, "threads", "publisher", where)
			subscriber := who.subscriber(t, "threads", "subscriber", where)
			subscriber.Exits(0)
			subscriber.Await(good)
			publisher.Exits(0)
		})
	}
}
