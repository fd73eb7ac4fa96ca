package hub

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"homebus/internal/proxy"
	"homebus/internal/zmtp/zmtptest"
)

// The forwarder may ask again who watches a topic, and go on with any answer it was ever
// given: there is one last value, one will, and one word on who is offline all the same.
func TestWatchersOfOneTopicAreOne(t *testing.T) {
	payloads := map[string][]string{
		"online/a/b": {isOnline, isOffline, "", "{nonsense"},
		"state/a/b":  {`{"state":"on"}`, `{"state":"off"}`, ""},
		"scene/x":    {`{"state":"running"}`, ""},
		"state/odd":  {"1", "22", ""},
		"state/full": {strings.Repeat("x", 500), strings.Repeat("x", 350), ""}, // there is no room for the first, and beside the second for nothing
	}
	all := slices.Sorted(maps.Keys(payloads))
	rapid.Check(t, func(t *rapid.T) {
		will := func(topic string) proxy.Raw { return zmtptest.Wire(topic) }
		m, want := newMemory(Limits{RetainedBytes: 400}, will), newMemory(Limits{RetainedBytes: 400}, will)
		known, alone := map[string][]proxy.Watcher{}, map[string]proxy.Watcher{}
		names := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 2, rapid.ID[string]).Draw(t, "topics")
		for _, name := range names {
			alone[name] = want.Watch([]byte(name))
		}
		for range rapid.IntRange(1, 60).Draw(t, "messages") {
			name := rapid.SampledFrom(names).Draw(t, "topic")
			if n := len(known[name]); n == 0 || n < 3 && rapid.Bool().Draw(t, "anew") {
				known[name] = append(known[name], m.Watch([]byte(name)))
			}
			w := rapid.SampledFrom(known[name]).Draw(t, "watcher")
			peer := proxy.PeerID(rapid.IntRange(1, 2).Draw(t, "peer"))
			raw := proxy.Raw(zmtptest.Wire(name, rapid.SampledFrom(payloads[name]).Draw(t, "payload")))
			w.Message(peer, raw)
			alone[name].Message(peer, raw)
			if got, want := told(m), told(want); got != want {
				t.Fatalf("it remembers %s, want %s", got, want)
			}
		}
		for peer := range proxy.PeerID(3) {
			if got, want := wills(m, peer), wills(want, peer); got != want {
				t.Fatalf("the wills of %d are %s, want %s", peer, got, want)
			}
		}
	})
}

// So it is if there is no room for the last value of an online topic, which has a will all
// the same.
func TestTheWillOfATopicThatIsNotKept(t *testing.T) {
	m := newMemory(Limits{RetainedTopics: 1}, func(topic string) proxy.Raw { return zmtptest.Wire(topic) })
	m.Watch([]byte("state/a/b")).Message(1, zmtptest.Wire("state/a/b", "x"))
	one, other := m.Watch([]byte("online/a/b")), m.Watch([]byte("online/a/b"))
	here, gone := zmtptest.Wire("online/a/b", isOnline), zmtptest.Wire("online/a/b", isOffline)
	one.Message(1, here)
	other.Message(1, gone)
	one.Message(1, here)
	other.Message(2, here)
	one.Message(1, here)
	if first, second := wills(m, 2), wills(m, 1); first != "[]" || second != `["\x00\nonline/a/b"]` {
		t.Errorf("the wills are %s and %s", second, first)
	}
}

// told is what a memory has to tell.
func told(m *memory) string {
	var all strings.Builder
	m.Subscribed(nil, func(r proxy.Raw) { fmt.Fprintf(&all, "%q ", r) })
	return fmt.Sprint(all.String(), m.bytes, m.away, m.wills.Len(), m.refused.Load(), m.misread.Load(), m.unwilled.Load())
}

func wills(m *memory, peer proxy.PeerID) string {
	var all []string
	for m.Gone(peer, func(r proxy.Raw) { all = append(all, string(r)) }) {
	}
	return fmt.Sprintf("%q", all)
}

// What a message costs under the forwarder's lock is no allocation: neither where the
// forwarder remembers who watches its topic nor where it asks anew.
func TestWatchingAllocatesNothing(t *testing.T) {
	m := newMemory(Limits{}, nil)
	m.Watch([]byte("online/a/lost")).Message(1, zmtptest.Wire("online/a/lost", isOffline))
	for topic, payload := range map[string]string{
		"bench/kitchen/toaster": "x", "a topic of a stranger, and longer than any buffer on a stack": "x", "bus/heartbeat": "{}",
		"command/kitchen/toaster": `{"do":"on"}`, "command/scene/morning": `{"do":"run"}`, "event/kitchen/toaster": `{"event":"pop"}`,
		"ack/kitchen/toaster": `{"ok":true}`, "fault/kitchen/toaster": `{"clear":true}`, "notice/home": `{"text":"x"}`,
		"state/kitchen/toaster": `{"state":"on"}`, "online/kitchen/toaster": isOnline, "online/a/lost": isOffline, "scene/morning": `{"state":"done"}`,
		"state/of a stranger, and longer than any buffer on a stack": "x", "bus/stats": "{}",
	} {
		name, raw := []byte(topic), proxy.Raw(zmtptest.Wire(topic, payload))
		anew := func() {
			if w := m.Watch(name); w != nil {
				w.Message(1, raw)
			}
		}
		for range 60_000 { // until the memory of causes has all of its room
			anew()
		}
		if n := testing.AllocsPerRun(1000, anew); n != 0 {
			t.Errorf("%s, asked anew: %v allocations", topic, n)
		}
		if w := m.Watch(name); w != nil {
			if n := testing.AllocsPerRun(1000, func() { w.Message(1, raw) }); n != 0 {
				t.Errorf("%s, remembered: %v allocations", topic, n)
			}
		}
	}
}
