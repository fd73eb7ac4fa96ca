package proxy

import (
	"bytes"
	"fmt"
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
	// held are its subscriptions, each with its place in the interest's sinks, and
	// prefixBytes how long they are together.
	held        map[*interest]int
	prefixBytes int
	// mark is the last route search that found it.
	mark uint64
	// stage is what a batch has for it, nil if nothing.
	stage *stage
	// logged is how many of its drops have been logged, loggedAt when.
	logged   uint64
	loggedAt time.Time
}

// switchboard knows who subscribed to what and moves the messages. Everything
// happens under its lock, which a peer keeps for a turn at most.
type switchboard struct {
	limits Limits
	tap    Tap

	// muches is where subscribers wait, before mu, who are to be given many last values.
	muches sync.Mutex

	mu        sync.Mutex
	interests prefix.Table[*interest]
	demands   demands
	// only is what is forwarded; if not nil, shared has the demands by prefix.
	only   *subset
	shared map[string]*sharedDemand
	// everything is the subscription to all that is forwarded.
	everything []byte
	// generation counts the changes of interests; routes found before are stale.
	generation uint64
	routes     *routes
	search     uint64
	sinks      map[*sink]struct{}
	// scratch is where a batch has the pieces of a run, staged where it has the
	// subscribers with a stage, which is one of stages.
	scratch pieces
	staged  []*sink
	stages  stages
	// upstreams are those of publishers that need to be told of changes.
	upstreams map[*upstream]struct{}
	// publishers counts all that are connected.
	publishers int
	lastID     PeerID
	// subscriptions counts what the sinks hold.
	subscriptions int
	received      Count
	// bodies is received.Bytes without the headers of frames.
	bodies uint64
	// excluded counts those of them that are not in only, in bytes of bodies.
	excluded Count
	// changes counts what publishers were to be told, in bytes of bodies.
	changes  Count
	departed departed
	// monitor repeats what passes; it may be nil.
	monitor *monitor
	// resumed is nil unless the forwarder is paused, and closed when it runs on.
	resumed chan struct{}
	// waiting is paid for what waits for subscribers, rationed when they were last
	// held to their shares, rations how often. arriving is paid for unfinished
	// messages, of those who hold them, telling for what waits for publishers.
	waiting, arriving, telling *budget
	claims                     map[*publisher]struct{}
	rationed                   time.Time
	rations                    int
}

// newSwitchboard returns one that asks publishers for wants whatever subscribers
// want, and forwards only what begins with one of only, if there are any.
func newSwitchboard(l Limits, tap Tap, wants []string, only ...string) *switchboard {
	x := &switchboard{
		limits: l, tap: tap, routes: newRoutes(), generation: 1,
		sinks: make(map[*sink]struct{}), upstreams: make(map[*upstream]struct{}),
		waiting: newBudget(l.QueueTotal), arriving: newBudget(l.IncomingTotal), telling: newBudget(l.UpstreamTotal), claims: make(map[*publisher]struct{}),
		only: newSubset(only), shared: make(map[string]*sharedDemand),
	}
	for _, topic := range x.only.all() {
		x.everything = appendSubscription(x.everything, true, topic)
	}
	for _, topic := range wants {
		x.interestIn([]byte(topic)).pinned = true
	}
	x.changes = Count{} // nobody was to be told yet
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
	t := x.turn()
	defer t.end()
	if _, there := x.sinks[s]; !there {
		return
	}
	delete(x.sinks, s)
	x.departed.add(s)
	for i := range s.held {
		if t.over(turnStep) {
			t.again()
		}
		x.leave(i, s)
	}
	s.held = nil // a remembered route may hold s for long
}

// attachUpstream adds a publisher and queues for it all that is wanted.
func (x *switchboard) attachUpstream() (PeerID, *upstream) {
	u := newUpstream(x.limits, x.everything, x.telling)
	t := x.turn()
	defer t.end()
	x.publishers++
	for more := x.welcome(u); more; more = x.tellNext(u) {
		if t.over(1) {
			t.again()
		}
	}
	x.lastID++
	return x.lastID, u
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
	if u != nil {
		x.publishers--
		u.close()
	}
	b := batch{board: x}
	for x.tap.Gone(id, b.message) {
		t.again()
	}
}

// subscribe adds a subscription of s; the lock is held. A second one to the same
// prefix changes nothing.
func (x *switchboard) subscribe(s *sink, topic []byte) error {
	held, err := x.maySubscribe(s, topic)
	if held || err != nil {
		return err
	}
	covered := x.covered(s, topic)
	x.enter(x.interestIn(topic), s)
	if !covered {
		x.tap.Subscribed(topic, s.give)
	}
	return nil
}

// follow adds a subscription of s to one whole topic; the lock is held. If last, s is
// given the last value of that very topic, whatever it held before, and follow reports
// whether there is one.
func (x *switchboard) follow(s *sink, topic []byte, last bool) (given bool, err error) {
	held, err := x.maySubscribe(s, topic)
	if err != nil {
		return false, err
	}
	if !held {
		x.enter(x.interestIn(topic), s)
	}
	if last {
		x.tap.Subscribed(topic, func(m Raw) {
			if t, _ := m.Frame(0); bytes.Equal(t, topic) {
				given = true
				s.give(m)
			}
		})
	}
	return given, nil
}

// maySubscribe reports whether s holds a subscription, and if not, why it must not.
func (x *switchboard) maySubscribe(s *sink, topic []byte) (held bool, err error) {
	if len(topic) > x.limits.SubscriptionBytes {
		return false, fmt.Errorf("%w: a subscription of %d bytes, at most %d are taken (--max-topic)", gate.ErrQuota, len(topic), x.limits.SubscriptionBytes)
	}
	if _, held := x.holds(s, topic); held {
		return true, nil
	}
	if len(s.held) == x.limits.Subscriptions {
		return false, fmt.Errorf("%w: more than %d subscriptions (--max-subscriptions)", gate.ErrQuota, x.limits.Subscriptions)
	}
	if s.prefixBytes+len(topic) > x.limits.SubscriptionTotal {
		return false, fmt.Errorf("%w: subscriptions of more than %d bytes together (--max-topics)", gate.ErrQuota, x.limits.SubscriptionTotal)
	}
	return false, nil
}

// cancel removes a subscription of s; the lock is held. Cancelling what is not
// held changes nothing.
func (x *switchboard) cancel(s *sink, topic []byte) {
	if i, held := x.holds(s, topic); held {
		x.leave(i, s)
	}
}

// routeOf returns where messages on topic go. What it returns for a topic that
// is not remembered stays valid until the call after the next.
func (x *switchboard) routeOf(topic []byte) *route {
	r := x.routes.get(topic)
	if r == nil {
		r = x.routes.make(topic)
		if r.barred = !x.only.has(topic); !r.barred {
			r.watcher = x.tap.Watch(topic)
		}
	}
	if r.barred {
		return r
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
	room := cap(r.sinks)
	r.sinks = r.sinks[:0]
	x.interests.Match(topic, func(i *interest) bool {
		for _, s := range i.sinks {
			if s.mark != x.search {
				s.mark = x.search
				r.sinks = append(r.sinks, s)
			}
		}
		return true
	})
	if r.remembered {
		x.routes.grown(cap(r.sinks) - room)
	}
}

// deliver forwards one whole message from an in-process peer, and ends the turn.
func (t *turn) deliver(from PeerID, m Raw) {
	c := localCouriers.Get().(*courier)
	t.courier = c
	defer func() {
		t.end()
		localCouriers.Put(c)
	}()
	b := batch{board: t.board, from: from, courier: c}
	b.message(m)
	b.flush()
}
