package zmqlink

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"

	"github.com/go-zeromq/zmq4"
	"golang.org/x/sync/errgroup"
)

const (
	// handshakeTimeout bounds connecting and the ZMTP handshake.
	handshakeTimeout = 5 * time.Second
	// attachTimeout bounds what zmq4 needs to begin.
	attachTimeout = 2 * time.Second
	// pongTimeout bounds the wait for the first PONGs of a hub that knows PING: what
	// is published before them may be lost, so a busy machine is given time.
	pongTimeout = 3 * time.Second
	// readyTimeout bounds the wait for the subscriptions of a hub that does not.
	// And the wait for subscriptions made later, of any hub.
	readyTimeout = time.Second
	// drainTimeout bounds the sending of what is queued when Run ends.
	drainTimeout = 500 * time.Millisecond
)

// session is one pair of connections to the hub.
type session struct {
	link    *Link
	pub     *publisher        // nil if the link has no frontend
	sub     *subscriber       // nil if it has no backend
	applied map[string]uint64 // the subscriptions at the hub, by prefix
	// fresh are those of them that are not known to be in effect.
	fresh  map[string]struct{}
	pulse  pulse
	wentUp bool // to be read when run has returned
	// end ends the session for a reason; watching does when heartbeats are missed.
	end      context.CancelCauseFunc
	watching *repeater

	mu         sync.Mutex
	early      []link.Event // what came before the Status with Up
	earlyBytes int
	full       bool          // early is, or was
	enough     func()        // called then
	announced  bool          // that Status has been made
	live       chan struct{} // closed when it and early have been delivered
}

// connect opens both connections at once. If both fail it says why the frontend
// did, so that the same trouble has the same words each time.
func (l *Link) connect(ctx context.Context) (*session, error) {
	s := &session{link: l, fresh: make(map[string]struct{}), live: make(chan struct{}), pulse: pulse{memory: &l.memory}}
	var both sync.WaitGroup
	var errPub, errSub error
	within, cancel := context.WithTimeoutCause(ctx, l.handshake, fmt.Errorf("no ZMTP handshake within %v", l.handshake))
	defer cancel()
	if l.frontend != none {
		both.Go(func() { s.pub, errPub = dialPublisher(within, l.frontend) })
	}
	if l.backend != none {
		both.Go(func() { s.sub, errSub = dialSubscriber(within, l.backend) })
	}
	both.Wait()
	err := cmp.Or(errPub, errSub)
	if err == nil {
		return s, nil
	}
	if s.pub != nil {
		s.pub.close()
	}
	if s.sub != nil {
		s.sub.close()
	}
	return nil, err
}

// run serves the session until a connection fails, and returns why, or until ctx
// ends and what was queued has been sent.
func (s *session) run(ctx context.Context) error {
	var whole context.Context
	whole, s.end = context.WithCancelCause(context.WithoutCancel(ctx))
	group, alive := errgroup.WithContext(whole)
	for _, g := range s.guards() {
		group.Go(func() error { return g.run(alive) })
	}
	group.Go(func() error { return calmly(func() error { return s.serve(alive, group) }) })
	select {
	case <-ctx.Done():
		s.drain(alive)
		group.Go(ctx.Err) // ends the others
	case <-alive.Done():
	}
	err := group.Wait()
	if s.watching != nil {
		s.watching.stop()
	}
	defer s.end(nil)
	var reasons []error
	for _, g := range s.guards() { // a connection's end makes others complain, maybe earlier
		reasons = append(reasons, g.why)
	}
	err = cmp.Or(append(reasons, context.Cause(whole), err)...)
	s.closeSockets()
	if lost := s.link.out.fall(); lost > 0 {
		s.link.log.Warn("messages lost with the connection", "count", lost)
	}
	return err
}

// guards returns those of the connections that there are, the frontend's first.
func (s *session) guards() (list []*guard) {
	if s.pub != nil {
		list = append(list, s.pub.guard)
	}
	if s.sub != nil {
		list = append(list, s.sub.guard)
	}
	return list
}

// closeSockets ends zmq4's parts; the guards' have ended by then.
func (s *session) closeSockets() {
	if s.pub != nil {
		s.pub.closeSocket()
	}
	if s.sub != nil {
		s.sub.closeSocket()
	}
}

// calmly makes a panic of zmq4 an error: what it is given has been checked, but
// it is not ours.
func calmly(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("zmq4 panics: %v", r)
		}
	}()
	return f()
}

// serve makes the session ready, says so, and starts what runs from then on.
func (s *session) serve(ctx context.Context, group *errgroup.Group) error {
	s.applied = s.link.subscriptions()
	prefixes := append(slices.Sorted(maps.Keys(s.applied)), topics.BusHeartbeat)
	if err := s.attach(ctx, group, prefixes); err != nil {
		return err
	}
	if err := s.awaitReady(ctx, prefixes); err != nil {
		return err
	}
	status, err := s.announce(ctx)
	if err != nil {
		return err
	}
	s.link.turn.give()
	s.goLive(ctx, status)
	s.watch()
	return s.serveQueue(ctx)
}

// attach opens both sockets. Receiving begins at once, for PONGs stand behind
// messages.
func (s *session) attach(ctx context.Context, group *errgroup.Group, prefixes []string) error {
	within, cancel := context.WithTimeout(ctx, attachTimeout)
	defer cancel()
	if s.sub != nil {
		if err := s.sub.attach(within, prefixes); err != nil {
			return err
		}
		group.Go(func() error { return calmly(func() error { return s.receive(ctx) }) })
	}
	if s.pub != nil {
		return s.pub.attach(within)
	}
	return nil
}

// awaitReady waits until the hub has taken our subscriptions and then, on the
// other connection, until we have its own. A hub that has answered PINGs at this
// endpoint before must do so again.
func (s *session) awaitReady(ctx context.Context, prefixes []string) error {
	err := s.awaitPongs(ctx)
	memory := &s.link.memory
	memory.mu.Lock()
	expected := memory.ponged
	memory.ponged = err == nil
	memory.mu.Unlock()
	if err != nil && (expected || !errors.Is(err, errNoPong)) {
		return err
	}
	if s.pub == nil || s.sub == nil { // what it wants of us is not what this session has asked for
		return nil
	}
	within, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	s.pub.awaitWanted(within, prefixes) // else the hub has peculiar ways; go on
	return nil
}

// awaitPongs waits for a PONG on each connection.
func (s *session) awaitPongs(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, pongTimeout)
	defer cancel()
	var err error
	if s.sub != nil {
		err = s.awaitSubscribed(within)
	}
	if s.pub != nil && (err == nil || errors.Is(err, errNoPong)) {
		err = errors.Join(err, s.pub.roundTrip(within))
	}
	return err
}

// awaitSubscribed waits until the hub has taken our subscriptions. The PONG that
// says so stands behind the last values; when they are more than can be held,
// they say it.
func (s *session) awaitSubscribed(ctx context.Context) error {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	s.enough = cancel
	full := s.full
	s.mu.Unlock()
	if full {
		return nil
	}
	err := s.sub.roundTrip(within)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full && errors.Is(err, errNoPong) {
		return nil
	}
	return err
}

// serveQueue takes what is queued to the hub, and brings it the changes of the link's
// subscriptions.
func (s *session) serveQueue(ctx context.Context) error {
	for ctx.Err() == nil {
		var room bool
		var changed <-chan struct{}
		if s.pub != nil {
			room, changed = s.pub.reserve()
		}
		if room {
			m, ok := s.link.out.take()
			if ok {
				if err := s.send(ctx, m); err != nil {
					return err
				}
				continue
			}
			s.pub.release()
		}
		select {
		case <-changed:
		case <-s.link.out.filled:
		case <-s.link.changed:
			if err := s.follow(); err != nil {
				return err
			}
		case <-ctx.Done():
		}
	}
	return nil
}

// send sends m behind the subscriptions that the link had when m was published, so
// that it comes back if they cover it.
func (s *session) send(ctx context.Context, m message.Message) error {
	select {
	case <-s.link.changed:
		if err := s.follow(); err != nil {
			return err
		}
	default:
	}
	s.settle(ctx)
	return s.pub.send(m.Frames())
}

// follow brings changes of the link's subscriptions to the hub; settle waits until
// they are in effect.
func (s *session) follow() error {
	if s.sub == nil {
		return nil
	}
	wanted := s.link.subscriptions()
	for _, p := range slices.Sorted(maps.Keys(s.applied)) {
		if wanted[p] != s.applied[p] {
			if err := s.sub.set(zmq4.OptionUnsubscribe, p); err != nil {
				return err
			}
			delete(s.applied, p)
			delete(s.fresh, p)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(wanted)) {
		if _, held := s.applied[p]; !held {
			if err := s.sub.set(zmq4.OptionSubscribe, p); err != nil {
				return err
			}
			s.applied[p] = wanted[p]
			s.fresh[p] = struct{}{}
		}
	}
	return nil
}

// settle waits until the hub has taken what follow has brought to it, and until it
// has asked us for that. It does not wait for long: a hub may have peculiar ways, and
// its PONG stands behind what a slow reader of Events has not taken yet.
func (s *session) settle(ctx context.Context) {
	if len(s.fresh) == 0 {
		return
	}
	within, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if s.sub.awaitWritten(within) && s.sub.hasPonged() && s.awaitSubscribed(within) == nil {
		_ = s.pub.roundTrip(within) // else what follows waits instead
	}
	s.pub.awaitWanted(within, slices.Collect(maps.Keys(s.fresh)))
	clear(s.fresh)
}

// watch ends the session when heartbeats are missed.
func (s *session) watch() {
	looked := time.Now()
	s.watching = repeat(watchInterval, func() (time.Duration, bool) {
		now := time.Now()
		s.pulse.away(now.Sub(looked))
		looked = now
		if err := s.pulse.check(now); err != nil {
			s.end(err)
			return 0, false
		}
		return min(watchInterval, s.pulse.left(now)), true
	})
}

// drain waits, not for long, until the hub has what was queued.
func (s *session) drain(ctx context.Context) {
	s.link.out.end()
	if s.pub == nil {
		return
	}
	within, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if !s.pub.await(within, func() bool { return s.link.out.empty() && s.pub.given == s.pub.passed }) {
		return
	}
	if s.pub.flush() == nil && !s.pub.allArrived() {
		_ = s.pub.roundTrip(within) // what was written may still be lost with the connection
	}
}
