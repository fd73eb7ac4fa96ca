package zmqlink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/prefix"
	"homebus/topics"
)

// heldEvents is how many events are held for the reader.
const heldEvents = 16

// Config says where the hub is.
type Config struct {
	// Frontend is where the hub takes messages, Backend where it gives them:
	// tcp://host:port or ipc://path. "" for one of them is a half of a link, whose other
	// half goes another way: without a Frontend it publishes nothing (ErrDown), without a
	// Backend it hears nothing.
	Frontend, Backend string
	// Name says whose link it is, in the log.
	Name string
	// Turns are shared by links of which there are thousands; nil for none.
	Turns Turns
	// Log is slog.DiscardHandler's if nil.
	Log *slog.Logger
}

// Link is a link.Link over ZeroMQ; see the package's documentation.
type Link struct {
	frontend, backend endpoint.Endpoint
	log               *slog.Logger
	out               *outbox
	events            chan link.Event
	memory            endpointMemory
	handshake         time.Duration // handshakeTimeout
	turn              turn          // Run's, and its session's until that is up

	began atomic.Bool

	mu      sync.Mutex
	wanted  prefix.Table[uint64] // subscriptions; each has a number of its own
	count   uint64
	changed chan struct{} // holds a token after a change that no session has followed
}

var _ link.Link = (*Link)(nil)

// New returns a link to the hub. An endpoint that is none is an error; a hub
// that cannot be reached is not, and is told by a Status.
func New(cfg Config) (*Link, error) {
	frontend, errF := parse(cfg.Frontend)
	backend, errB := parse(cfg.Backend)
	if err := errors.Join(errF, errB); err != nil {
		return nil, err
	}
	if frontend == none && backend == none {
		return nil, errors.New("a link has no endpoint; want a frontend, a backend or both")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Link{
		frontend: frontend, backend: backend,
		log:       cfg.Log.With("link", cfg.Name),
		out:       newOutbox(),
		events:    make(chan link.Event, heldEvents),
		handshake: handshakeTimeout,
		turn:      turn{of: cfg.Turns},
		changed:   make(chan struct{}, 1),
	}, nil
}

// none is the endpoint of the half that is not there.
var none endpoint.Endpoint

func parse(text string) (endpoint.Endpoint, error) {
	if text == "" {
		return none, nil
	}
	return endpoint.ParseRemote(text)
}

// Run connects, and connects again, until ctx ends. What is queued then gets
// half a second.
func (l *Link) Run(ctx context.Context) error {
	if l.began.Swap(true) {
		panic("zmqlink: Run called twice")
	}
	defer close(l.events)
	defer l.out.end()
	defer l.turn.give()
	last := ""
	var pauses pauses
	for l.turn.take(ctx) {
		a := l.attempt(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if reason := a.err.Error(); a.wentUp || reason != last {
			last = reason
			l.log.Info("not connected", "reason", reason)
			status := l.status(false, reason)
			select {
			case l.events <- link.Event{Status: &status}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		pause := pauses.after(time.Now(), a)
		wait := time.NewTimer(pause/2 + rand.N(pause/2))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// attempt runs one session.
func (l *Link) attempt(ctx context.Context) attempt {
	begin := time.Now()
	s, err := l.connect(ctx)
	if err != nil {
		return attempt{err: err}
	}
	err = s.run(ctx)
	return attempt{connected: true, wentUp: s.wentUp, took: time.Since(begin), err: err}
}

func (l *Link) status(up bool, reason string) link.Status {
	return link.Status{Up: up, Boot: l.memory.bootID(), Reason: reason, Since: time.Now()}
}

// Publish queues m; see link.Link and the package's documentation.
func (l *Link) Publish(m message.Message) error {
	if err := link.CheckSize(m); err != nil {
		return err
	}
	if l.frontend == none {
		return fmt.Errorf("publish %.60q: %w: the link has no frontend", m.Topic, link.ErrDown)
	}
	return l.out.put(m)
}

// Subscribe adds a prefix to what is received.
func (l *Link) Subscribe(prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, held := l.wanted.Get([]byte(prefix)); held {
		return
	}
	l.count++
	l.wanted.Put(prefix, l.count)
	l.tell()
}

// Unsubscribe undoes Subscribe.
func (l *Link) Unsubscribe(prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wanted.Remove(prefix) {
		l.tell()
	}
}

// tell wakes the session. l.mu is held.
func (l *Link) tell() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// Events delivers messages and changes of the connection. A link whose Events
// nobody reads comes to a halt.
func (l *Link) Events() <-chan link.Event { return l.events }

// subscriptions returns the prefixes subscribed, each with a number that it
// gets anew when it is subscribed anew; without the heartbeat, which every
// session subscribes for itself.
func (l *Link) subscriptions() map[string]uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	wanted := maps.Collect(l.wanted.All())
	delete(wanted, topics.BusHeartbeat)
	return wanted
}

// wants reports whether topic is subscribed to.
func (l *Link) wants(topic []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wanted.Covers(topic)
}
