package proxy

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"homebus/internal/prefix"
	"homebus/internal/socket/gate"
)

// sink is a subscriber: what it wants and what waits for it. Its fields beside
// the outbox belong to the switchboard's lock.
type sink struct {
	*outbox
	name string
	// prefixes are its subscriptions, a set of so many bytes in all.
	prefixes    prefix.Table[struct{}]
	prefixBytes int
	// mark is the last route search that found it.
	mark uint64
	// logged is how many of its drops have been logged, loggedAt when.
	logged   uint64
	loggedAt time.Time
}

// minSubscription is what a subscription takes in an upstream beside its topic.
const minSubscription = 3

// interest is who wants a prefix.
type interest struct {
	sinks []*sink
	// pinned: the program wants it, whoever else does.
	pinned bool
}

// switchboard knows who subscribed to what and moves the messages. Everything
// happens under its lock, which a peer keeps for a turn at most.
type switchboard struct {
	limits Limits
	tap    Tap

	mu        sync.Mutex
	interests prefix.Table[*interest]
	// interestBytes is what the interests take in an upstream, at least.
	interestBytes int
	// generation counts the changes of interests; routes found before are stale.
	generation uint64
	routes     *routes
	search     uint64
	sinks      map[*sink]struct{}
	// upstreams are those of publishers that need to be told of changes.
	upstreams map[*upstream]struct{}
	lastID    PeerID
	// subscriptions counts what the sinks hold.
	subscriptions int
	received      Count
	// bodies is received.Bytes without the headers of frames.
	bodies uint64
	// changes counts what publishers were to be told, in bytes of bodies.
	changes  Count
	departed departed
	// monitor repeats what passes; it may be nil.
	monitor *monitor
	// resumed is nil unless the forwarder is paused, and closed when it runs on.
	resumed chan struct{}
	// waiting is paid for what waits for subscribers, rationed when they were last
	// held to their shares, rations how often. arriving is paid for unfinished
	// messages.
	waiting, arriving *budget
	rationed          time.Time
	rations           int
}

func newSwitchboard(l Limits, tap Tap, wants []string) *switchboard {
	x := &switchboard{
		limits: l, tap: tap, routes: newRoutes(), generation: 1,
		sinks: make(map[*sink]struct{}), upstreams: make(map[*upstream]struct{}),
		waiting: newBudget(l.QueueTotal), arriving: newBudget(l.QueueTotal),
	}
	for _, topic := range wants {
		x.interests.Put(topic, &interest{pinned: true})
		x.interestBytes += minSubscription + len(topic)
	}
	return x
}

// attachSink adds a subscriber that wants nothing yet.
func (x *switchboard) attachSink(name string) *sink {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := &sink{outbox: newOutbox(x.limits, x.waiting), name: name}
	x.sinks[s] = struct{}{}
	return s
}

// detachSink removes a subscriber and withdraws what it alone wanted.
func (x *switchboard) detachSink(s *sink) {
	s.close()
	held := x.forget(s)
	t := x.turn()
	defer t.end()
	for _, topic := range held {
		if t.over(turnStep) {
			t.again()
		}
		x.withdraw(s, topic)
	}
	s.prefixes = prefix.Table[struct{}]{} // a remembered route may hold s for long
}

// forget removes s from the sinks and returns what it subscribed to.
func (x *switchboard) forget(s *sink) []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, there := x.sinks[s]; !there {
		return nil
	}
	delete(x.sinks, s)
	x.departed.add(s)
	held := make([]string, 0, s.prefixes.Len())
	for topic := range s.prefixes.All() {
		held = append(held, topic)
	}
	return held
}

// attachUpstream adds a publisher and queues for it all that is wanted.
func (x *switchboard) attachUpstream() (PeerID, *upstream) {
	u := newUpstream(x.limits)
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.tellAll(u) {
		x.upstreams[u] = struct{}{}
	}
	x.lastID++
	return x.lastID, u
}

// tellAll queues for u all that is wanted. It reports whether u is to be told of
// changes.
func (x *switchboard) tellAll(u *upstream) bool {
	if x.interestBytes > x.limits.UpstreamBytes {
		u.wantEverything()
		return false
	}
	for topic := range x.interests.All() {
		if !u.change(true, topic) {
			return false
		}
	}
	return true
}

// newID names a peer that needs no subscriptions sent.
func (x *switchboard) newID() PeerID {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lastID++
	return x.lastID
}

// detachPublisher removes a publisher and lets the tap speak for it; u is nil
// for one that is in this process.
func (x *switchboard) detachPublisher(id PeerID, u *upstream) {
	t := x.turn()
	defer t.end()
	delete(x.upstreams, u)
	b := batch{board: x}
	for x.tap.Gone(id, b.message) {
		t.again()
	}
}

// subscribe adds a subscription of s; the lock is held. A second one to the same
// prefix changes nothing.
func (x *switchboard) subscribe(s *sink, topic []byte) error {
	if len(topic) > x.limits.SubscriptionBytes {
		return fmt.Errorf("%w: a subscription of %d bytes, at most %d are taken (--max-topic)", gate.ErrQuota, len(topic), x.limits.SubscriptionBytes)
	}
	if _, held := s.prefixes.Get(topic); held {
		return nil
	}
	if s.prefixes.Len() == x.limits.Subscriptions {
		return fmt.Errorf("%w: more than %d subscriptions (--max-subscriptions)", gate.ErrQuota, x.limits.Subscriptions)
	}
	if s.prefixBytes+len(topic) > x.limits.SubscriptionTotal {
		return fmt.Errorf("%w: subscriptions of more than %d bytes together (--max-topics)", gate.ErrQuota, x.limits.SubscriptionTotal)
	}
	covered := s.prefixes.Covers(topic)
	x.add(s, string(topic))
	if !covered {
		x.tap.Subscribed(topic, s.give)
	}
	return nil
}

// add enters a subscription that s does not hold yet.
func (x *switchboard) add(s *sink, topic string) {
	wanted, known := x.interests.Get([]byte(topic))
	if !known {
		wanted = &interest{}
		x.interests.Put(topic, wanted)
		x.interestBytes += minSubscription + len(topic)
		x.tellUpstreams(true, topic)
	}
	wanted.sinks = append(wanted.sinks, s)
	s.prefixes.Put(topic, struct{}{})
	s.prefixBytes += len(topic)
	x.subscriptions++
	x.generation++
}

// cancel removes a subscription of s; the lock is held. Cancelling what is not
// held changes nothing.
func (x *switchboard) cancel(s *sink, topic []byte) {
	if _, held := s.prefixes.Get(topic); held {
		x.withdraw(s, string(topic))
	}
}

func (x *switchboard) withdraw(s *sink, topic string) {
	s.prefixes.Remove(topic)
	s.prefixBytes -= len(topic)
	wanted, _ := x.interests.Get([]byte(topic))
	i := slices.Index(wanted.sinks, s)
	wanted.sinks = slices.Delete(wanted.sinks, i, i+1)
	x.subscriptions--
	x.generation++
	if len(wanted.sinks) == 0 && !wanted.pinned {
		x.interests.Remove(topic)
		x.interestBytes -= minSubscription + len(topic)
		x.tellUpstreams(false, topic)
	}
}

// tellUpstreams tells every publisher that needs it, and the monitor.
func (x *switchboard) tellUpstreams(subscribe bool, topic string) {
	x.changes.Messages++
	x.changes.Bytes += uint64(1 + len(topic))
	x.monitor.change(subscribe, topic)
	for u := range x.upstreams {
		if !u.change(subscribe, topic) {
			delete(x.upstreams, u)
		}
	}
}

// routeOf returns where messages on topic go. What it returns for a topic that
// is not remembered stays valid until the call after the next.
func (x *switchboard) routeOf(topic []byte) *route {
	r := x.routes.get(topic)
	if r == nil {
		r = x.routes.make(topic)
		r.watcher = x.tap.Watch(topic)
	}
	if r.generation != x.generation {
		x.find(r, topic)
	}
	return r
}

// find fills in the receivers of topic, each once.
func (x *switchboard) find(r *route, topic []byte) {
	x.search++
	r.generation = x.generation
	r.sinks = r.sinks[:0]
	x.interests.Match(topic, func(wanted *interest) bool {
		for _, s := range wanted.sinks {
			if s.mark != x.search {
				s.mark = x.search
				r.sinks = append(r.sinks, s)
			}
		}
		return true
	})
}

// deliver forwards one whole message from an in-process peer.
func (x *switchboard) deliver(from PeerID, m Raw) {
	x.mu.Lock()
	defer x.mu.Unlock()
	b := batch{board: x, from: from}
	b.message(m)
	b.flush()
}
