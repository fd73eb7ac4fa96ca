package epgmlink

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/epgm"
	"homebus/internal/lastvalue"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/socket/gate"
	"homebus/topics"
)

// The bounds of what waits to be sent to a group, of all links together.
const (
	maxQueued      = 4096
	maxQueuedBytes = 32 << 20
)

// retry is the pause before sockets that could not be opened, or have failed, are opened
// again.
const retry = time.Second

// Config says which groups a process is at.
type Config struct {
	// Frontend is the group to publish to, Backend the one to hear. The zero Endpoint is
	// for a way that the other half of each link goes.
	Frontend, Backend epgm.Endpoint
	// Publisher says how it is sent. Its queue is this package's if it is 0.
	Publisher epgm.PublisherConfig
	// Subscriber says how it is heard.
	Subscriber epgm.SubscriberConfig
	// Log is slog.DiscardHandler's if nil.
	Log *slog.Logger
}

// none is the endpoint of a way that is no group.
var none epgm.Endpoint

// Station is a process at multicast groups, with the sockets that its links share. Its
// methods may be called from any goroutine.
type Station struct {
	cfg   Config
	log   *slog.Logger
	air   air
	warns sync.Once

	// shift is held while the sockets' time begins or ends with the first link or the last.
	shift sync.Mutex
	stop  context.CancelFunc
	ended chan struct{} // closed when run has

	mu     sync.Mutex
	links  []*Link
	wills  lastvalue.Wills[*Link]
	pulse  pulse
	status *link.Status // the last one told; nil before the first
	mouth  *mouth       // nil while there are no sockets, or no Frontend
	speaks bool         // somebody has published

	losses, drops, strangers gate.Quiet
}

// New returns a station without links, which holds nothing open. Whether there is such an
// interface is seen when a link runs, and told by its Status.
func New(c Config) *Station {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Publisher.QueueMessages == 0 {
		c.Publisher.QueueMessages = maxQueued
	}
	if c.Publisher.QueueBytes == 0 {
		c.Publisher.QueueBytes = maxQueuedBytes
	}
	return &Station{cfg: c, log: c.Log, air: udp{}}
}

// Link returns a new link in a client's name, for the log. other makes the half that is no
// group; it is nil if both are.
func (s *Station) Link(name string, other func() link.Link) link.Link {
	return &Link{
		station: s, name: name, other: other,
		queue:  link.NewQueue(),
		events: make(chan link.Event),
	}
}

// enter makes l one of those that run.
func (s *Station) enter(l *Link) {
	s.shift.Lock()
	defer s.shift.Unlock()
	s.mu.Lock()
	first := len(s.links) == 0
	s.links = append(s.links, l)
	if s.status != nil {
		status := *s.status
		l.queue.Put(link.Event{Status: &status})
	}
	s.mu.Unlock()
	if !first {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop, s.ended = stop, make(chan struct{})
	go func() {
		defer close(s.ended)
		s.run(ctx)
	}()
}

// leave ends l, speaks its wills, and ends the sockets' time with the last.
func (s *Station) leave(l *Link) {
	s.shift.Lock()
	defer s.shift.Unlock()
	s.mu.Lock()
	s.speakWills(l)
	s.links = slices.DeleteFunc(s.links, func(o *Link) bool { return o == l })
	last := len(s.links) == 0
	s.mu.Unlock()
	if !last {
		return
	}
	s.stop()
	<-s.ended
	s.mu.Lock()
	s.status, s.pulse = nil, pulse{}
	s.mu.Unlock()
}

// run keeps sockets open until ctx ends.
func (s *Station) run(ctx context.Context) {
	s.warns.Do(func() { s.log.Warn(epgm.Warning) })
	for {
		err := s.session(ctx)
		if ctx.Err() != nil {
			return
		}
		s.fail(err)
		again := time.NewTimer(retry)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return
		}
	}
}

// session opens sockets and serves them until ctx ends, or until one of them fails.
func (s *Station) session(ctx context.Context) error {
	m, err := s.openMouth()
	if err != nil {
		return err
	}
	ear, err := s.openEar()
	if err != nil {
		m.discard()
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	if ear != nil {
		g.Go(func() error { return ear.Run(ctx) })
	}
	if m != nil {
		s.setMouth(m) // before a link is told that it may publish
		g.Go(func() error { return s.speak(ctx, m) })
	}
	g.Go(func() error { return s.watch(ctx, ear) })
	return g.Wait()
}

// openEar joins the group that is heard; nil if none is.
func (s *Station) openEar() (subscriber, error) {
	if s.cfg.Backend == none {
		return nil, nil
	}
	ear, err := s.air.hear(s.cfg.Backend, s.cfg.Subscriber, s.handle)
	if err != nil {
		return nil, err
	}
	s.log.Info("hearing multicast", "backend", s.cfg.Backend.String())
	return ear, nil
}

// watch says when there is taken to be no hub, and when one is gone. ear is nil if nothing
// is to be heard.
func (s *Station) watch(ctx context.Context, ear subscriber) error {
	pause := readyTimeout
	if ear == nil {
		pause = 0
	}
	var then epgm.SubscriberStats
	look := time.NewTimer(pause)
	defer look.Stop()
	for {
		select {
		case now := <-look.C:
			behind := false
			if ear != nil {
				stats := ear.Stats()
				behind = stats.Packets != then.Packets && stats.Messages == then.Messages
				then = stats
			}
			s.look(now, behind)
			look.Reset(watchInterval)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Station) look(now time.Time, behind bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch up := s.status != nil && s.status.Up; {
	case s.pulse.missed(now, behind):
		if up {
			reason := "no heartbeat for " + heartbeatTimeout.String()
			s.log.Info("not connected", "reason", reason)
			s.tell(link.Status{Boot: s.pulse.boot, Reason: reason})
		}
	case !up && s.pulse.boot == "":
		s.tell(link.Status{Up: true})
	}
}

// handle takes what is heard in the group.
func (s *Station) handle(e epgm.Event) {
	switch {
	case e.Lost != nil:
		if n, ok := s.losses.Allow(time.Now()); ok {
			s.log.Warn("lost on multicast", "backend", s.cfg.Backend.String(), "from", e.Source.String(), "what", e.Lost.String(), "more", n)
		}
	case e.Message != nil:
		m := message.FromFrames(e.Message)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.pulse.heard(time.Now(), e.Source)
		if m.Topic == topics.BusHeartbeat {
			s.beat(e.Source, bootOf(m.Payload))
		}
		s.spread(m)
	}
}

// beat takes a heartbeat. s.mu is held.
func (s *Station) beat(from epgm.Source, boot string) {
	now := time.Now()
	switch {
	case boot == "":
	case !s.pulse.beat(now, from, boot):
		if n, ok := s.strangers.Allow(now); ok {
			s.log.Warn("a second hub beats in the multicast group, and is not heeded", "backend", s.cfg.Backend.String(), "from", from.String(), "more", n)
		}
	case s.status == nil || !s.status.Up || s.status.Boot != boot:
		s.tell(link.Status{Up: true, Boot: boot})
	}
}

// spread gives a message to the links that want it. s.mu is held.
func (s *Station) spread(m message.Message) {
	if s.status == nil || !s.status.Up {
		return
	}
	for _, l := range s.links {
		if l.wants(m.Topic) && !l.queue.Put(link.Event{Message: m}) {
			if n, ok := s.drops.Allow(time.Now()); ok {
				s.log.Warn("messages lost, they are not read in time", "link", l.name, "more", n)
			}
		}
	}
}

// fail tells that there are no sockets, and why. Over TCP it is usual that there is no hub
// yet; here something is wrong on this computer, which whoever waits has to know.
func (s *Station) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tell(link.Status{Reason: err.Error()}) {
		s.log.Warn("multicast does not work, trying again", "reason", err)
	}
}

// tell gives all links a status, unless it is an end that they have been told of; then it
// reports false. s.mu is held.
func (s *Station) tell(status link.Status) bool {
	if old := s.status; old != nil && !old.Up && !status.Up && old.Reason == status.Reason {
		return false
	}
	status.Since = time.Now()
	s.status = &status
	for _, l := range s.links {
		each := status
		l.queue.Put(link.Event{Status: &each})
	}
	return true
}
