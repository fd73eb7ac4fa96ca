package epgm

import (
	"container/heap"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// simNetwork is publishers and subscribers in virtual time, and what lies between them.
type simNetwork struct {
	t      *testing.T
	now    time.Time
	random *rand.Rand
	flying flights
	order  int
	pubs   []*simPublisher
	subs   []*simSubscriber
	// path decides about each packet on each of its ways: after which times it arrives,
	// none if it is lost. Upstream, sub is who sends it.
	path func(b []byte, pub *simPublisher, sub *simSubscriber, upstream bool) []time.Duration
}

// flight is a packet, or something to be done, at its time.
type flight struct {
	at    time.Time
	order int
	do    func()
}

type flights []flight

func (f flights) Len() int { return len(f) }
func (f flights) Less(i, j int) bool {
	return f[i].at.Before(f[j].at) || f[i].at.Equal(f[j].at) && f[i].order < f[j].order
}
func (f flights) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *flights) Push(x any)   { *f = append(*f, x.(flight)) }
func (f *flights) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// simPublisher is a sender, and what it was told to send.
type simPublisher struct {
	*sender
	addr      netip.Addr
	stopped   bool
	published []string
}

// simSubscriber is a receiver, and what it has said.
type simSubscriber struct {
	*receiver
	addr netip.Addr
	// deaf: it hears nothing. events are by source.
	deaf   bool
	events map[Source][]Event
}

// lan delivers everything after a tenth of a millisecond.
func lan([]byte, *simPublisher, *simSubscriber, bool) []time.Duration {
	return []time.Duration{100 * time.Microsecond}
}

func newSim(t *testing.T) *simNetwork {
	return &simNetwork{t: t, now: began, random: testRandom(7), path: lan}
}

// lossy returns a path that loses, doubles and reorders with these chances, both ways.
func (n *simNetwork) lossy(loss, double, reorder float64) {
	n.path = func([]byte, *simPublisher, *simSubscriber, bool) []time.Duration {
		if n.random.Float64() < loss {
			return nil
		}
		delays := []time.Duration{100 * time.Microsecond}
		if n.random.Float64() < double {
			delays = append(delays, time.Duration(n.random.Int64N(int64(20*time.Millisecond))))
		}
		if n.random.Float64() < reorder {
			delays[0] = time.Duration(n.random.Int64N(int64(5 * time.Millisecond)))
		}
		return delays
	}
}

// publisher adds a publisher.
func (n *simNetwork) publisher(c PublisherConfig, first uint32) *simPublisher {
	i := len(n.pubs) + 1
	s := session{tsi: TSI{0: 0xb7, 7: byte(i)}, port: simGroup.Port(), source: simAddr(i), group: simGroup.Addr()}
	p := &simPublisher{sender: newSender(s, c, first), addr: s.source}
	n.pubs = append(n.pubs, p)
	return p
}

// subscriber adds a subscriber.
func (n *simNetwork) subscriber(c SubscriberConfig) *simSubscriber {
	i := len(n.subs)
	s := &simSubscriber{receiver: newReceiver(simGroup, c, testRandom(uint64(i))), addr: simAddr(100 + i), events: map[Source][]Event{}}
	n.subs = append(n.subs, s)
	return s
}

// after has something done later.
func (n *simNetwork) after(d time.Duration, do func()) {
	n.order++
	heap.Push(&n.flying, flight{n.now.Add(d), n.order, do})
}

// message is message number i of about size bytes, in one to three frames.
func (p *simPublisher) message(i, size int) [][]byte {
	b := make([]byte, size)
	for j := range b {
		b[j] = byte(i + j)
	}
	return [][]byte{fmt.Appendf(nil, "%d", i), b[:size/3], b[size/3:]}[:1+i%3]
}

// publish publishes the next message.
func (n *simNetwork) publish(p *simPublisher, size int) {
	message := p.message(len(p.published), size)
	if err := p.Publish(message); err != nil {
		n.t.Fatal(err)
	}
	p.published = append(p.published, digest(message))
}

// run lets the time pass.
func (n *simNetwork) run(d time.Duration) {
	n.t.Helper()
	end := n.now.Add(d)
	for {
		n.settle()
		next := end
		if len(n.flying) > 0 && n.flying[0].at.Before(next) {
			next = n.flying[0].at
		}
		for _, p := range n.pubs {
			if at := p.Next(); !p.stopped && at.Before(next) {
				next = at
			}
		}
		for _, s := range n.subs {
			if at := s.Next(); !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		if next.Before(n.now) {
			n.t.Fatalf("%v: something is due at %v", n.now, next)
		}
		n.now = next
		for len(n.flying) > 0 && !n.flying[0].at.After(n.now) {
			heap.Pop(&n.flying).(flight).do()
		}
		if !n.now.Before(end) {
			return
		}
	}
}

// settle has done all that is due now.
func (n *simNetwork) settle() {
	for _, p := range n.pubs {
		if !p.stopped {
			n.multicast(p, p.Tick(n.now))
		}
	}
	for _, s := range n.subs {
		events, asks := s.Tick(n.now)
		s.note(events)
		for _, a := range asks {
			n.ask(s, a)
		}
	}
}

func (n *simNetwork) multicast(p *simPublisher, packets [][]byte) {
	for _, b := range packets {
		for _, s := range n.subs {
			for _, d := range n.path(b, p, s, false) {
				n.after(d, func() {
					if !s.deaf {
						s.note(s.Handle(n.now, p.addr, b))
					}
				})
			}
		}
	}
}

func (n *simNetwork) ask(s *simSubscriber, a ask) {
	for _, p := range n.pubs {
		if p.addr != a.to {
			continue
		}
		for _, d := range n.path(a.packet, p, s, true) {
			n.after(d, func() {
				if !p.stopped {
					p.Handle(n.now, a.packet)
				}
			})
		}
	}
}

// stop ends a publisher as Publisher does.
func (n *simNetwork) stop(p *simPublisher) {
	n.multicast(p, p.Finish())
	p.stopped = true
}

func (s *simSubscriber) note(events []Event) {
	for _, e := range events {
		s.events[e.Source] = append(s.events[e.Source], e)
	}
}

// of returns what a subscriber has said of a publisher.
func (s *simSubscriber) of(p *simPublisher) []Event { return s.events[Source{p.addr, p.tsi}] }

// check holds that each message came once and in order, from number first on, or that its
// loss was told where it is missing. It returns how many are missing, and how many packets
// were said to be lost.
func (n *simNetwork) check(s *simSubscriber, p *simPublisher, first int) (missing int, lost uint64) {
	n.t.Helper()
	next, told := first, false
	for _, e := range s.of(p) {
		if e.Lost != nil {
			told = true
			lost += e.Lost.Packets
		}
		if e.Message == nil {
			continue
		}
		i := slices.Index(p.published[next:], digest(e.Message))
		if i < 0 {
			n.t.Fatalf("message %.100s is no message from %d on: doubled, reordered, torn or made up", show(e.Message), next)
		}
		if i > 0 && !told {
			n.t.Fatalf("%d messages from %d on are missing and nobody said so", i, next)
		}
		missing += i
		next += i + 1
		told = false
	}
	if rest := len(p.published) - next; rest > 0 {
		if !told {
			n.t.Fatalf("the last %d messages are missing and nobody said so", rest)
		}
		missing += rest
	}
	if src := s.sources[Source{p.addr, p.tsi}]; src != nil && (src.window.n > 0 || src.held != len(src.window.slots)*slotSize) {
		n.t.Errorf("when all is quiet, %d bytes are held, and %d packets are waited for", src.held, src.window.n)
	}
	return missing, lost
}

// digest is how messages are compared, also across programs (testdata/peer.py).
func digest(frames [][]byte) string {
	sum := sha256.New()
	for _, f := range frames {
		fmt.Fprintf(sum, "%d:", len(f))
		sum.Write(f)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
