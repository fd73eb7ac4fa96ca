package proxy

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// model is the forwarder as one would explain it: who holds which prefixes.
type model struct {
	board *switchboard
	sinks []*sink
	held  []map[string]bool
	// got is what each sink must receive next.
	got [][]byte
	up  *upstream
	// wanted is what the publisher has been told.
	wanted map[string]bool
}

func newModel() *model {
	x := newSwitchboard(DefaultLimits, silentTap{}, []string{"a", "own"})
	m := &model{board: x, wanted: make(map[string]bool)}
	_, m.up = x.attachUpstream()
	return m
}

func (m *model) union() map[string]bool {
	all := map[string]bool{"a": true, "own": true}
	for _, held := range m.held {
		maps.Copy(all, held)
	}
	return all
}

// hear takes what the publisher is sent and checks that each change is one.
func (m *model) hear(t *rapid.T) {
	for _, b := range m.up.take(nil) {
		for len(b) > 0 {
			n := firstMessage(b)
			s, ok := zmtp.ParseSubscription(false, Raw(b[:n]).Frames()[0])
			if !ok || s.Subscribe == m.wanted[string(s.Topic)] {
				t.Fatalf("the publisher is told %q %v, and knew", s.Topic, s.Subscribe)
			}
			if s.Subscribe {
				m.wanted[string(s.Topic)] = true
			} else {
				delete(m.wanted, string(s.Topic))
			}
			b = b[n:]
		}
	}
	if !maps.Equal(m.wanted, m.union()) {
		t.Fatalf("the publisher knows %v, want %v", m.wanted, m.union())
	}
}

func TestSwitchboardAgainstANaiveModel(t *testing.T) {
	topic := rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		m := newModel()
		x := m.board
		pick := func(t *rapid.T) int {
			if len(m.sinks) == 0 {
				t.Skip("nobody there")
			}
			return rapid.IntRange(0, len(m.sinks)-1).Draw(t, "sink")
		}
		t.Repeat(map[string]func(*rapid.T){
			"attach": func(t *rapid.T) {
				m.sinks = append(m.sinks, x.attachSink("s"))
				m.held = append(m.held, make(map[string]bool))
				m.got = append(m.got, nil)
			},
			"detach": func(t *rapid.T) {
				i := pick(t)
				x.detachSink(m.sinks[i])
				m.sinks = slices.Delete(m.sinks, i, i+1)
				m.held = slices.Delete(m.held, i, i+1)
				m.got = slices.Delete(m.got, i, i+1)
			},
			"subscribe": func(t *rapid.T) {
				i, prefix := pick(t), topic.Draw(t, "prefix")
				x.mu.Lock()
				err := x.subscribe(m.sinks[i], []byte(prefix))
				x.mu.Unlock()
				if err != nil {
					t.Fatal(err)
				}
				m.held[i][prefix] = true
			},
			"cancel": func(t *rapid.T) {
				i, prefix := pick(t), topic.Draw(t, "prefix")
				x.mu.Lock()
				x.cancel(m.sinks[i], []byte(prefix))
				x.mu.Unlock()
				delete(m.held[i], prefix)
			},
			"publish": func(t *rapid.T) { m.publish(rapid.SliceOfN(topic, 1, 5).Draw(t, "topics")) },
			"":        func(t *rapid.T) { m.check(t) },
		})
	})
}

// publish forwards messages in one batch, as a publisher's read does.
func (m *model) publish(topics []string) {
	var buf []byte
	for _, topic := range topics {
		message := zmtptest.Wire(topic, "payload of "+topic)
		buf = append(buf, message...)
		for i, held := range m.held {
			if slices.ContainsFunc(slices.Collect(maps.Keys(held)), func(p string) bool { return strings.HasPrefix(topic, p) }) {
				m.got[i] = append(m.got[i], message...)
			}
		}
	}
	m.board.mu.Lock()
	defer m.board.mu.Unlock()
	b := batch{board: m.board}
	for from := 0; from < len(buf); {
		f, _ := scan(buf[from:], &m.board.limits.Wire)
		b.add(buf, from, &f)
		from += f.size
	}
	b.flush()
}

func (m *model) check(t *rapid.T) {
	m.hear(t)
	held := 0
	for i, s := range m.sinks {
		if got := drain(s.outbox); !bytes.Equal(got, m.got[i]) {
			t.Fatalf("sink %d got %q, want %q", i, got, m.got[i])
		}
		m.got[i] = nil
		held += len(m.held[i])
	}
	if st := m.board.stats(); st.Subscriptions != held {
		t.Fatalf("%d subscriptions, want %d", st.Subscriptions, held)
	}
}

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
