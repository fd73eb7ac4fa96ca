package hub

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"homebus/internal/proxy"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

func TestLastValuesAreGivenOnEachNewSubscription(t *testing.T) {
	h := start(t, Config{})
	early := subscriberOf(t, h, "state/", "scene/", "event/", "stat")
	pub := publisherOf(t, h)
	for _, m := range [][]string{
		{"state/k/toaster", "old"}, {"state/k/toaster", "new", "meta", "more"}, {"state/k/toaster-2", "2"},
		{"state/k/gone", "1"}, {"state/k/gone", ""}, {"state/k/back", "1"}, {"state/k/back", "", "meta"}, {"state/k/back", "2"},
		{"scene/morning", "s"}, {"event/k/x", "never"}, {"state/k/toaster one frame"}, {"state/k/toaster-2"},
	} {
		pub.Send(m...)
		early.Want(strings.Join(m, "|"))
	}
	late := joining(t, h)
	for _, step := range []struct {
		subscribe string
		given     []string
	}{
		{"state/k/toaster", []string{"state/k/toaster|new|meta|more", "state/k/toaster-2|2"}},
		{"state/k/toaster", nil},
		{"state/k/toaster-2", nil}, // covered
		{"state/", []string{"state/k/back|2", "state/k/toaster|new|meta|more", "state/k/toaster-2|2"}},
		{"event/", nil},
		{"scene/x", nil},
		{"", []string{"scene/morning|s", "state/k/back|2", "state/k/toaster|new|meta|more", "state/k/toaster-2|2"}},
		{"scene/", nil},
	} {
		subscribe(late, step.subscribe)
		if got := late.Barrier(); fmt.Sprint(got) != fmt.Sprint(step.given) {
			t.Errorf("on %q: %q, want %q", step.subscribe, got, step.given)
		}
	}
	late.Say(zmtp.AppendSubscription(nil, false, []byte("")))
	late.Say(zmtp.AppendSubscription(nil, false, []byte("scene/")))
	subscribe(late, "scene/")
	if got := late.Barrier(); len(got) != 1 {
		t.Errorf("on a subscription made anew: %q", got)
	}
	if got := early.Barrier(); len(got) != 0 {
		t.Errorf("somebody else was given %q", got)
	}
}

// Whoever subscribes while values change gets one last value and then each newer
// one: none is missing, none comes twice, none is older than the one before.
func TestNeverAnOlderValueAfterANewerOne(t *testing.T) {
	const values, joiners = 5_000, 20
	h := start(t, Config{})
	pub := publisherOf(t, h)
	pub.Send("state/a/b", "0")
	var g sync.WaitGroup
	g.Go(func() {
		for n := 1; n < values; n++ {
			pub.Send("state/a/b", fmt.Sprint(n))
		}
	})
	for range joiners {
		p := joining(t, h)
		subscribe(p, "state/")
		g.Go(func() {
			last := -1
			for last < values-1 {
				var n int
				got := p.Receive()
				if _, err := fmt.Sscanf(got, "state/a/b|%d", &n); err != nil || last >= 0 && n != last+1 {
					t.Errorf("%q after %d", got, last)
					return
				}
				last = n
			}
		})
	}
	g.Wait()
}

func TestMemoryIsBounded(t *testing.T) {
	give := func(m *memory) string {
		var all []string
		m.Subscribed(nil, func(r proxy.Raw) { all = append(all, string(bytes.Join(r.Frames(), []byte("=")))) })
		return strings.Join(all, " ")
	}
	put := func(m *memory, topic, payload string) {
		m.Watch([]byte(topic)).Message(1, zmtptest.Wire(topic, payload))
	}
	m := newMemory(Limits{RetainedTopics: 2}, nil)
	put(m, "state/a", "1")
	put(m, "state/b", "1")
	put(m, "state/c", "1")
	put(m, "state/b", "2")
	if got := give(m); got != "state/a=1 state/b=2" || m.refused.Load() != 1 || m.values.Len() != 2 {
		t.Errorf("%d not kept, kept %s", m.refused.Load(), got)
	}
	put(m, "state/a", "")
	put(m, "state/c", "3")
	if got := give(m); got != "state/b=2 state/c=3" {
		t.Errorf("kept %s", got)
	}

	one := len("state/a") + len(zmtptest.Wire("state/a", "12345"))
	m = newMemory(Limits{RetainedBytes: 2 * one}, nil)
	put(m, "state/a", "12345")
	put(m, "state/b", "12345")
	put(m, "state/a", "123456") // too long by one: now it has no last value
	if got := give(m); got != "state/b=12345" || m.refused.Load() != 1 {
		t.Errorf("%d not kept, kept %s", m.refused.Load(), got)
	}
	put(m, "state/c", "1234")
	put(m, "state/b", "1")
	put(m, "state/a", "12345") // there is no room for a third
	if got := give(m); got != "state/b=1 state/c=1234" {
		t.Errorf("kept %s", got)
	}
	for _, topic := range []string{"state/a", "state/b", "state/c"} {
		put(m, topic, "")
	}
	if m.bytes != 0 || m.values.Len() != 0 {
		t.Errorf("%d bytes of %d topics are left", m.bytes, m.values.Len())
	}
}

func TestOnlyOurTopicsAreWatched(t *testing.T) {
	m := newMemory(Limits{}, nil)
	for _, topic := range []string{"", "event/a", "bench/kitchen/toaster", "bus/heartbeat", "stat", "command/a/b/c"} {
		if m.Watch([]byte(topic)) != nil {
			t.Errorf("%q is watched", topic)
		}
	}
}

// A large value that has been given to somebody may still wait there when the next
// one comes.
func TestALargeValueDoesNotChange(t *testing.T) {
	m := newMemory(Limits{}, nil)
	w := m.Watch([]byte("state/a/b"))
	for _, payload := range []string{"a", "b", "c"} {
		raw := proxy.Raw(zmtptest.Wire("state/a/b", strings.Repeat(payload, proxy.SharedFrom)))
		w.Message(1, bytes.Clone(raw))
		var given proxy.Raw
		m.Subscribed(nil, func(r proxy.Raw) { given = r })
		for _, later := range []string{"x", "yy"} {
			w.Message(1, zmtptest.Wire("state/a/b", strings.Repeat(later, proxy.SharedFrom/len(later))))
		}
		if !bytes.Equal(given, raw) {
			t.Errorf("what was given has changed")
		}
	}
}

func TestAValueThatChangesCostsNoAllocation(t *testing.T) {
	m := newMemory(Limits{}, nil)
	w := m.Watch([]byte("state/a/b"))
	raw := proxy.Raw(zmtptest.Wire("state/a/b", `{"state":"on"}`))
	w.Message(1, raw)
	if n := testing.AllocsPerRun(100, func() { w.Message(1, raw) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkKeep(b *testing.B) {
	m := newMemory(Limits{}, nil)
	w := m.Watch([]byte("state/kitchen/toaster"))
	raw := proxy.Raw(zmtptest.Wire("state/kitchen/toaster", strings.Repeat("x", 64)))
	b.ReportAllocs()
	for b.Loop() {
		w.Message(1, raw)
	}
}

// BenchmarkSubscribe gives 10,000 last values of 200 bytes to one peer.
func BenchmarkSubscribe(b *testing.B) {
	h := start(b, Config{})
	for n := range 10_000 {
		if err := h.own.Publish([][]byte{fmt.Appendf(nil, "state/area/%d", n), make([]byte, 200)}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		peer := h.forwarder.Attach("bench")
		if err := peer.Subscribe("state/"); err != nil {
			b.Fatal(err)
		}
		peer.Close()
	}
}
