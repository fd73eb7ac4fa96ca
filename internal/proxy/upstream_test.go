package proxy

import (
	"fmt"
	"testing"
)

// Publishers that do not take what they are told cannot hold more than a total: they
// are asked for everything. One that takes it is told each subscription.
func TestWhatPublishersAreToldStaysWithinATotal(t *testing.T) {
	const total, many = 512 << 10, 20
	x := newSwitchboard(Limits{UpstreamTotal: total, Subscriptions: 20_000}.orDefaults(), silentTap{}, nil)
	var stuck []*upstream
	for range many {
		_, u := x.attachUpstream()
		u.take(nil) // and the writer stands
		stuck = append(stuck, u)
	}
	_, good := x.attachUpstream()
	s := x.attachSink("s")
	told, most := 0, int64(0)
	for i := range 10_000 {
		if err := x.subscribe(s, fmt.Appendf(nil, "a/topic/of/some/length/%05d", i)); err != nil {
			t.Fatal(err)
		}
		for _, b := range good.take(nil) {
			told += len(b)
		}
		good.wrote()
		most = max(most, x.telling.used.Load())
	}
	if most > 2*total {
		t.Errorf("%d bytes waited, %d may", most, total)
	}
	waits := 0
	for _, u := range stuck {
		waits += len(u.pending)
		if !u.everything && len(u.pending) != x.demands.bytes {
			t.Errorf("of %d bytes a publisher is to be told %d", x.demands.bytes, len(u.pending))
		}
	}
	if waits > total {
		t.Errorf("%d bytes wait, %d may", waits, total)
	}
	if good.everything || told != x.demands.bytes {
		t.Errorf("who takes it was told %d bytes of %d", told, x.demands.bytes)
	}
	for _, u := range append(stuck, good) {
		x.detachPublisher(0, u)
	}
	if n := x.telling.used.Load(); n != 0 {
		t.Errorf("all have gone, and %d bytes are paid for", n)
	}
}

// What a crowd of publishers would have to be told is the square of its size: it is
// asked for everything, those who come later too, and also while some are still being
// told of what there was.
func TestACrowdOfPublishersIsAskedForEverything(t *testing.T) {
	for _, publishers := range []int{fewPublishers, fewPublishers + 1} {
		x := newSwitchboard(Limits{}.orDefaults(), silentTap{}, nil)
		var ups []*upstream
		for range publishers - 1 {
			_, u := x.attachUpstream()
			ups = append(ups, u)
		}
		s := x.attachSink("s")
		most := maxTold/publishers + 1
		subscribe := func(i int) {
			t.Helper()
			if err := x.subscribe(s, fmt.Appendf(nil, "command/room-%05d/light", i)); err != nil {
				t.Fatal(err)
			}
		}
		for i := range most {
			subscribe(i)
		}
		for _, u := range ups {
			if u.everything {
				t.Fatalf("%d publishers are asked for everything", publishers-1)
			}
		}
		_, late := x.attachUpstream()
		subscribe(most)
		for _, u := range append(ups, late) {
			if crowd := publishers > fewPublishers; u.everything != crowd {
				t.Fatalf("of %d publishers, one is asked for everything: %v", publishers, u.everything)
			} else if crowd && len(u.pending) > keepUpstream {
				t.Fatalf("%d bytes wait for a publisher that is asked for everything", len(u.pending))
			}
		}
		for _, u := range append(ups, late) {
			x.detachPublisher(0, u)
		}
		if x.publishers != 0 || len(x.upstreams) != 0 {
			t.Errorf("all have gone, and %d publishers are left, %d to be told more", x.publishers, len(x.upstreams))
		}
	}
}
