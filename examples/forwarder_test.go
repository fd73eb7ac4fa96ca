package examples

import (
	"strconv"
	"testing"
)

// TestForwarder: what nobody wants stays where it is, and both sides can be moved.
func TestForwarder(t *testing.T) {
	t.Parallel()
	frontend, backend := proxy(t, "forwarder")
	publisher := start(t, "forwarder", "publisher", frontend)
	publisher.await(`^published \d+, of which 0 have left\n.*, of which 0 have left$`) // nobody has subscribed

	berlin := start(t, "forwarder", "subscriber", "weather/berlin", backend)
	berlin.await(`^\[weather/berlin sunny \d+\]\n\[weather/berlin sunny \d+\]$`)
	left := func(counts []string) int {
		n, err := strconv.Atoi(counts[1])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const count = `^published \d+, of which (\d+) have left$`
	publisher.forget()
	before := left(publisher.await(count))
	for range 3 {
		publisher.await(count)
	}
	// Five rounds at most, if one is being counted: a quarter of all that is published.
	if after := left(publisher.await(count)); after-before < 3 || after-before > 5 {
		t.Errorf("%d messages have left in four rounds, want one a round", after-before)
	}

	// The subscriber is another one, on libzmq, elsewhere; then so is the publisher.
	berlin.interrupt()
	paris := twin(t, "forwarder", "subscriber", "weather/paris", backend)
	paris.await(`^\[weather/paris sunny \d+\]$`)
	publisher.interrupt()
	twin(t, "forwarder", "publisher", frontend)
	rome := start(t, "forwarder", "subscriber", "weather/rome", backend)
	rome.await(`^\[weather/rome sunny \d+\]$`)
	rome.saysNot("berlin|paris|vienna")
	paris.forget()
	paris.await(`^\[weather/paris sunny \d+\]$`)
	paris.saysNot("berlin|rome|vienna")
	rome.interrupt()
}
