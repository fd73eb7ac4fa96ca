package proxy

import (
	"fmt"
	"testing"
)

// Topics that come once must neither be remembered nor allocate.
func TestPassingTopicsAreNotRemembered(t *testing.T) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	s := x.attachSink("s")
	if err := x.subscribe(s, nil); err != nil {
		t.Fatal(err)
	}
	topic := []byte("topic 000000")
	n := 0
	if allocs := testing.AllocsPerRun(10_000, func() {
		n++
		for i, v := len(topic)-1, n; v > 0; i, v = i-1, v/10 {
			topic[i] = byte('0' + v%10)
		}
		if r := x.routeOf(topic); len(r.sinks) != 1 {
			t.Fatal("no receiver")
		}
	}); allocs > 0.01 {
		t.Errorf("%v allocations for a topic", allocs)
	}
	if len(x.routes.known) > 100 {
		t.Errorf("%d routes are remembered", len(x.routes.known))
	}
	for range 3 {
		x.routeOf([]byte("again"))
	}
	if x.routes.get([]byte("again")) == nil {
		t.Error("a topic that comes again is not remembered")
	}
}

func TestTheTableOfRoutesIsBounded(t *testing.T) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	topic := make([]byte, 8)
	for i := range maxRoutes + 1000 {
		copy(topic, []byte{byte(i), byte(i >> 8), byte(i >> 16)})
		x.routeOf(topic)
		x.routeOf(topic)
	}
	if n := len(x.routes.known); n == 0 || n > maxRoutes {
		t.Errorf("%d routes are remembered", n)
	}
}

// Very many subscribers to everything must not be remembered for very many topics
// each.
func TestRememberedReceiversAreBounded(t *testing.T) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	const subscribers = 1000
	for range subscribers {
		if err := x.subscribe(x.attachSink("s"), nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 * maxRouteSinks / subscribers {
		topic := fmt.Append(nil, i)
		for range 3 {
			if r := x.routeOf(topic); len(r.sinks) != subscribers {
				t.Fatalf("%d receivers", len(r.sinks))
			}
		}
		held := 0
		for _, r := range x.routes.known {
			held += cap(r.sinks)
		}
		if held != x.routes.sinks || held > maxRouteSinks {
			t.Fatalf("%d receivers are remembered, %d counted", held, x.routes.sinks)
		}
	}
	if len(x.routes.known) == 0 {
		t.Error("nothing is remembered")
	}
}
