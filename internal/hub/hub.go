package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/housetime"
	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/internal/scene"
	"homebus/topics"
)

// Limits bounds what peers may cost. A zero field means the default.
type Limits struct {
	// Proxy bounds connections, messages and queues.
	Proxy proxy.Limits
	// RetainedTopics and RetainedBytes bound the last values; the bytes are those
	// of topics and messages in wire form. RetainedTopics bounds the last wills too.
	RetainedTopics, RetainedBytes int
}

// The default bounds of the last values.
const (
	DefaultRetainedTopics = 100_000
	DefaultRetainedBytes  = 64 << 20
)

// Config says what a Hub is to be. The zero Config is a hub for in-process
// links only, without scenes.
type Config struct {
	// Frontend is where publishers connect, Backend where subscribers do:
	// endpoints as endpoint.Parse has them, any number of each.
	Frontend, Backend []string
	// Monitor is where one can listen to what passes; see proxy.Config.
	Monitor []string
	// Scenes is the house whose scenes the hub runs, and whose devices it keeps that
	// live in the hub, until Reload gives it another; nil for none.
	Scenes *scene.File
	// Clock is the house's clock: the scenes' and that of what the hub publishes.
	Clock  housetime.Clock
	Limits Limits
	// IDs is message.Random if nil. It is asked by one goroutine at a time.
	IDs message.IDs
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// Hub is the hub of a home. New makes it listen, Run makes it serve. Its methods
// may be called from any goroutine.
type Hub struct {
	cfg       Config
	log       *slog.Logger
	boot      string
	began     time.Time
	ids       message.IDs
	forwarder *proxy.Forwarder
	memory    *memory
	// own is the peer that the hub publishes through.
	own    *proxy.Local
	deputy *deputy
	// keeper and director are nil without a house.
	keeper   *keeper
	director *director
	// house is what they go by, nil without; reloading is held by who gives them another.
	house     atomic.Pointer[scene.File]
	reloading sync.Mutex
	seq       atomic.Uint64
	// questions are put to the director.
	questions chan question
	// started is closed once Run serves, ended when it has returned or never will.
	started, ended chan struct{}
	end            func() // closes ended; more than once changes nothing
}

// New opens every endpoint of cfg, or none and returns what is wrong, also with the
// devices that are to live in the hub. Newcomers wait until Run. Without Run, call Close.
func New(cfg Config) (*Hub, error) {
	h := &Hub{cfg: cfg, log: cfg.Log, ids: cfg.IDs, began: time.Now(), questions: make(chan question), started: make(chan struct{}), ended: make(chan struct{})}
	h.end = sync.OnceFunc(func() { close(h.ended) })
	h.house.Store(cfg.Scenes)
	if h.log == nil {
		h.log = slog.Default()
	}
	if h.ids == nil {
		h.ids = message.Random{}
	}
	h.ids = &sharedIDs{ids: h.ids}
	h.boot = h.ids.NewID(h.now())
	h.memory = newMemory(cfg.Limits, h.will)
	h.memory.clock.Store(h.now().UnixNano())
	h.deputy = newDeputy(h)
	h.memory.unheard = h.deputy.note
	forwarder, err := proxy.New(proxy.Config{
		Frontend: cfg.Frontend,
		Backend:  cfg.Backend,
		Monitor:  cfg.Monitor,
		Limits:   cfg.Limits.Proxy,
		Tap:      h.memory,
		Wants:    wants(),
		Log:      h.log,
	})
	if err != nil {
		return nil, fmt.Errorf("start the hub: %w", err)
	}
	h.forwarder = forwarder
	h.own = forwarder.Attach(clientName)
	if cfg.Scenes != nil {
		if h.keeper, err = newKeeper(h, cfg.Scenes); err != nil {
			h.Close()
			return nil, fmt.Errorf("start the hub: %w", err)
		}
	}
	return h, nil
}

// wants is what the hub asks publishers for whoever else does: what it remembers, the
// commands that it answers when nobody else can, and the events that lead to things.
func wants() []string {
	var prefixes []string
	for _, kind := range []topics.Kind{topics.KindState, topics.KindOnline, topics.KindScene, topics.KindCommand, topics.KindEvent} {
		prefixes = append(prefixes, kind.Prefix())
	}
	return prefixes
}

// Attach adds a peer in this process, which may be used whether or not the hub runs, with
// the bounds and the wills of a connection. name stands in statistics and logs. Close it
// when done.
func (h *Hub) Attach(name string) *proxy.Local { return h.forwarder.Attach(name) }

// Addrs returns where the hub listens, in the order of its Config.
func (h *Hub) Addrs() proxy.Addrs { return h.forwarder.Addrs() }

// Pause makes publishers wait until Resume: what they send is not read, and not
// lost. The hub's own parts go on: heartbeat, statistics, running scenes, links in
// this process.
func (h *Hub) Pause() { h.forwarder.Pause() }

// Resume ends a Pause.
func (h *Hub) Resume() { h.forwarder.Resume() }

// Paused reports whether the hub is paused.
func (h *Hub) Paused() bool { return h.forwarder.Paused() }

// Why a hub is not ready.
var (
	errNotYet = errors.New("the hub does not serve yet")
	errPaused = errors.New("the hub is paused; \"bus ctl resume\" ends that")
)

// Ready returns nil if what publishers send now passes, or why it does not: Run does not
// serve yet, the hub is paused, or it has ended.
func (h *Hub) Ready() error {
	select {
	case <-h.ended:
		return errEnded
	default:
	}
	select {
	case <-h.started:
	default:
		return errNotYet
	}
	if h.Paused() {
		return errPaused
	}
	return nil
}

// Statistics returns what has passed so far, as a steerable proxy counts it.
func (h *Hub) Statistics() proxy.Statistics { return h.forwarder.Statistics() }

// Close closes the endpoints of a hub that is not to run after all.
func (h *Hub) Close() {
	h.forwarder.Close()
	h.end()
}

// Run serves until ctx ends, and then returns nil once every connection is
// closed and nothing is left running. It is called once.
func (h *Hub) Run(ctx context.Context) error {
	defer h.end()
	g, ctx := errgroup.WithContext(ctx)
	if h.keeper != nil {
		h.keeper.begin() // before the scenes, which may ask for it at once
		g.Go(func() error { return h.keeper.run(ctx) })
	}
	if h.cfg.Scenes != nil {
		h.director = newDirector(h, h.cfg.Scenes)
		h.deputy.scenes = h.director.peer
		g.Go(func() error { return h.director.run(ctx) })
	}
	g.Go(func() error { return h.forwarder.Run(ctx) })
	g.Go(func() error { return h.pulse(ctx) })
	g.Go(func() error { return h.deputy.run(ctx) })
	close(h.started)
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// now is the time in the house.
func (h *Hub) now() time.Time { return h.cfg.Clock.House(time.Now()) }

// idlePause is how long the parts of the hub wait if nothing is due before. Nobody
// tells when the computer's clock is set, as it is soon after some boot: so long at
// most a time of day is late then.
const idlePause = time.Minute

// untilDue is how long to wait for what is due next in the house, if anything is.
func (h *Hub) untilDue(due time.Time, ok bool) time.Duration {
	if !ok {
		return idlePause
	}
	return min(h.cfg.Clock.Until(time.Now(), due), idlePause)
}

// sharedIDs lets several goroutines ask one source of ids.
type sharedIDs struct {
	mu  sync.Mutex
	ids message.IDs
}

var _ message.IDs = (*sharedIDs)(nil)

// NewID returns the next id of the source.
func (s *sharedIDs) NewID(now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids.NewID(now)
}
