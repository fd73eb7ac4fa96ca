package proxy

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"homebus/internal/zmtp/zmtptest"
)

// model is a switchboard beside what it is to do, told as one would explain it:
// plain lists, searched from end to end.
type model struct {
	board       *switchboard
	limits      Limits
	wants, only []string
	subs        []*modelSub
	pubs        []*modelPub
	// asked is what publishers are asked for, in the order in which it came up.
	asked     []string
	published uint64
}

// modelSub is a subscriber: what it holds, and what it must receive next.
type modelSub struct {
	sink *sink
	held map[string]bool
	got  []byte
}

func newModel(t *rapid.T) *model {
	words := rapid.SliceOfNDistinct(rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 0, 3, -1), 0, 3, rapid.ID[string])
	m := &model{
		wants: words.Draw(t, "wants"), only: words.Draw(t, "only"),
		limits: Limits{
			UpstreamBytes: rapid.SampledFrom([]int{30, 60, 1 << 20}).Draw(t, "upstream bytes"),
			Subscriptions: 6, SubscriptionBytes: 4, SubscriptionTotal: 14,
		}.orDefaults(),
	}
	m.board = newSwitchboard(m.limits, silentTap{}, m.wants, m.only...)
	for _, w := range m.wants {
		m.asked = append(m.asked, missing(m.asked, m.serving(w))...)
	}
	return m
}

// serving returns what to ask publishers for so that prefix is served and
// nothing comes that only excludes.
func (m *model) serving(prefix string) []string {
	if len(m.only) == 0 {
		return []string{prefix}
	}
	var all []string
	for _, o := range m.only {
		if strings.HasPrefix(prefix, o) {
			return []string{prefix}
		}
		if strings.HasPrefix(o, prefix) {
			all = append(all, o)
		}
	}
	all = slices.DeleteFunc(all, func(p string) bool {
		return slices.ContainsFunc(all, func(q string) bool { return p != q && strings.HasPrefix(p, q) })
	})
	slices.Sort(all)
	return all
}

// union is what publishers are to be asked for now.
func (m *model) union() map[string]bool {
	all := map[string]bool{}
	for _, w := range m.wants {
		for _, p := range m.serving(w) {
			all[p] = true
		}
	}
	for _, s := range m.subs {
		for h := range s.held {
			for _, p := range m.serving(h) {
				all[p] = true
			}
		}
	}
	return all
}

// missing returns what of more is not in have.
func missing(have, more []string) []string {
	return slices.DeleteFunc(slices.Clone(more), func(p string) bool { return slices.Contains(have, p) })
}

// changed compares what publishers are told with what changed since it was
// called last.
func (m *model) changed(t *rapid.T) {
	union := m.union()
	gone := slices.Clone(m.asked)
	gone = slices.DeleteFunc(gone, func(p string) bool { return union[p] })
	fresh := missing(m.asked, slices.Sorted(maps.Keys(union)))
	m.asked = append(missing(gone, m.asked), fresh...)
	for _, p := range m.pubs {
		p.changed(t, m.limits.UpstreamBytes, gone, fresh)
	}
}

// subscribe compares what comes of a subscription.
func (m *model) subscribe(t *rapid.T, s *modelSub, prefix string) {
	total := len(prefix)
	for h := range s.held {
		total += len(h)
	}
	wanted := s.held[prefix] || len(s.held) < m.limits.Subscriptions && total <= m.limits.SubscriptionTotal
	wanted = wanted && len(prefix) <= m.limits.SubscriptionBytes
	m.board.mu.Lock()
	err := m.board.subscribe(s.sink, []byte(prefix))
	m.board.mu.Unlock()
	if (err == nil) != wanted {
		t.Fatalf("subscribe %q beside %v: %v", prefix, s.held, err)
	}
	if err == nil {
		s.held[prefix] = true
	}
}

func (m *model) cancel(s *modelSub, prefix string) {
	m.board.mu.Lock()
	m.board.cancel(s.sink, []byte(prefix))
	m.board.mu.Unlock()
	delete(s.held, prefix)
}

// publish forwards messages in one batch, as a publisher's read does.
func (m *model) publish(topics []string) {
	var buf []byte
	for _, topic := range topics {
		message := zmtptest.Wire(topic, "payload of "+topic)
		buf = append(buf, message...)
		begins := func(p string) bool { return strings.HasPrefix(topic, p) }
		if len(m.only) > 0 && !slices.ContainsFunc(m.only, begins) {
			continue
		}
		for _, s := range m.subs {
			if slices.ContainsFunc(slices.Collect(maps.Keys(s.held)), begins) {
				s.got = append(s.got, message...)
			}
		}
	}
	m.published += uint64(len(topics))
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
	m.changed(t)
	held := 0
	for i, s := range m.subs {
		if got := drain(s.sink.outbox); !bytes.Equal(got, s.got) {
			t.Fatalf("subscriber %d got %q, want %q", i, got, s.got)
		}
		s.got = nil
		held += len(s.held)
		if total := len(strings.Join(slices.Collect(maps.Keys(s.held)), "")); total != s.sink.prefixBytes || len(s.held) != len(s.sink.held) {
			t.Fatalf("subscriber %d holds %v in %d bytes, want %v in %d", i, s.sink.held, s.sink.prefixBytes, s.held, total)
		}
	}
	x := m.board
	var asked []string
	size := 0
	for d := x.demands.oldest; d != nil; d = d.younger {
		asked = append(asked, d.prefix)
		size += minSubscription + len(d.prefix)
	}
	slices.Sort(asked)
	if !slices.Equal(asked, slices.Sorted(slices.Values(m.asked))) || size != x.demands.bytes {
		t.Fatalf("asked for %q in %d bytes, want %q in %d", asked, x.demands.bytes, m.asked, size)
	}
	if st := x.stats(); st.Subscriptions != held || st.In.Messages != m.published {
		t.Fatalf("%d subscriptions and %d messages, want %d and %d", st.Subscriptions, st.In.Messages, held, m.published)
	}
}

// end lets everybody leave, and checks that nothing is left.
func (m *model) end(t *rapid.T) {
	for _, p := range m.pubs {
		m.board.detachPublisher(0, p.up)
	}
	for _, s := range m.subs {
		m.board.detachSink(s.sink)
	}
	m.pubs, m.subs = nil, nil
	m.check(t)
	x := m.board
	if n := x.interests.Len(); n != len(m.wants) || len(x.sinks) != 0 || len(x.upstreams) != 0 || len(x.shared) > len(m.asked) {
		t.Fatalf("left are %d interests, %d sinks, %d upstreams, %d shared demands", n, len(x.sinks), len(x.upstreams), len(x.shared))
	}
}

func TestSwitchboardAgainstANaiveModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newModel(t)
		t.Repeat(m.operations())
		m.end(t)
	})
}

// operations are what may happen to a switchboard, in any order.
func (m *model) operations() map[string]func(*rapid.T) {
	topic := rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 0, 4, -1)
	sub := func(t *rapid.T) *modelSub { return pick(t, m.subs) }
	pub := func(t *rapid.T) *modelPub { return pick(t, m.pubs) }
	return map[string]func(*rapid.T){
		"attach subscriber": func(t *rapid.T) {
			m.subs = append(m.subs, &modelSub{sink: m.board.attachSink("s"), held: make(map[string]bool)})
		},
		"detach subscriber": func(t *rapid.T) {
			s := sub(t)
			m.board.detachSink(s.sink)
			m.subs = slices.DeleteFunc(m.subs, func(o *modelSub) bool { return o == s })
		},
		"subscribe": func(t *rapid.T) { m.subscribe(t, sub(t), topic.Draw(t, "prefix")) },
		"cancel":    func(t *rapid.T) { m.cancel(sub(t), topic.Draw(t, "prefix")) },
		"cancel what is held": func(t *rapid.T) {
			s := sub(t)
			m.cancel(s, pick(t, slices.Sorted(maps.Keys(s.held))))
		},
		"attach publisher": func(t *rapid.T) { m.attach(t) },
		"begin publisher": func(t *rapid.T) {
			up := newUpstream(m.limits, m.board.everything, m.board.telling)
			m.board.welcome(up)
			m.begin(t, up)
		},
		"tell publisher": func(t *rapid.T) {
			p := pub(t)
			m.board.tellNext(p.up)
			m.tell(t, p)
		},
		"publisher reads": func(t *rapid.T) {
			p := pub(t)
			if got := bytes.Join(p.up.take(nil), nil); !bytes.Equal(got, p.pending) {
				t.Fatalf("the publisher reads %q, want %q", got, p.pending)
			}
			p.up.wrote()
			p.pending = nil
		},
		"detach publisher": func(t *rapid.T) {
			p := pub(t)
			m.board.detachPublisher(0, p.up)
			m.pubs = slices.DeleteFunc(m.pubs, func(o *modelPub) bool { return o == p })
		},
		"publish": func(t *rapid.T) { m.publish(rapid.SliceOfN(topic, 1, 5).Draw(t, "topics")) },
		"":        func(t *rapid.T) { m.check(t) },
	}
}

// pick draws one of those that are there.
func pick[T any](t *rapid.T, all []T) T {
	if len(all) == 0 {
		t.Skip("nobody there")
	}
	return rapid.SampledFrom(all).Draw(t, "which")
}
