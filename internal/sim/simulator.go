package sim

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/devices"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/occupancy"
	"homebus/topics"
)

// retryAfter is how long a full queue gets before it is tried again.
const retryAfter = 50 * time.Millisecond

// controlName is the client's name of the connection on which no appliance speaks.
const controlName = "sim"

// simulator is a running house. One goroutine, in run, owns everything in it.
type simulator struct {
	cfg   Config
	log   *slog.Logger
	fleet *devices.Fleet
	types map[string]*devices.Type // by appliance
	clock func() time.Time         // the time in the house

	people   *occupancy.Script
	deeds    []occupancy.Touch // of people, that the house has not come to
	reached  time.Time         // until when all is done in the house
	disputed map[string]bool   // of whom something wrong was said
	disputes time.Time         // when that was last contradicted

	ctx      context.Context
	group    *errgroup.Group
	arrivals chan arrival
	late     []*conn     // connections whose queues were full
	retry    *time.Timer // for catchUp
	acts     *acts       // nil while nobody acts
	tally    tally

	control *conn            // hears faults, and who is said to be offline
	waiting bool             // for the hub, and it has been said
	shared  *conn            // nil if every appliance has its own
	speaker map[string]*conn // by appliance; nil while it is cut off
	moving  map[string]*conn // connections that an appliance of shared is moving to
	present int              // appliances whose connection is up
	muster  muster
}

// Run simulates the appliances until ctx ends, and then returns nil. It runs the
// links that it dials and returns when they have ended.
func Run(ctx context.Context, cfg Config) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	s, err := newSimulator(ctx, g, cfg)
	if err != nil {
		return err
	}
	g.Go(s.run)
	return g.Wait()
}

func newSimulator(ctx context.Context, g *errgroup.Group, cfg Config) (*simulator, error) {
	if cfg.IDs == nil {
		cfg.IDs = message.Random{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	var kept []string
	if cfg.Specs, kept = cfg.split(); len(kept) > 0 {
		cfg.Log.Info("left to the hub", "devices", kept)
	}
	if cfg.DialOwn == nil {
		cfg.DialOwn = cfg.Dial
	}
	clock := func() time.Time { return cfg.Clock.House(time.Now()) }
	types, err := typesOf(cfg.Specs)
	if err != nil {
		return nil, err
	}
	fleet, err := devices.NewFleet(cfg.Specs, clock(), devices.Options{Seed: cfg.Seed, IDs: cfg.IDs, Zone: cfg.Zone})
	if err != nil {
		return nil, fmt.Errorf("build the house: %w", err)
	}
	return &simulator{
		cfg: cfg, log: cfg.Log, fleet: fleet, types: types, clock: clock,
		ctx: ctx, group: g,
		arrivals: make(chan arrival),
		speaker:  make(map[string]*conn),
		moving:   make(map[string]*conn),
		disputed: make(map[string]bool),
	}, nil
}

func (s *simulator) run() error {
	s.retry = time.NewTimer(0)
	defer s.retry.Stop()
	s.tally.since = time.Now()
	s.muster.begin(s.tally.since)
	s.moveIn(s.clock())
	s.setFaults()
	s.connect()
	due := time.NewTimer(0)
	defer due.Stop()
	second := time.NewTicker(progressEvery)
	defer second.Stop()
	for {
		if wait, ok := s.untilDue(time.Now()); ok {
			due.Reset(wait)
		} else {
			due.Stop()
		}
		select {
		case <-s.ctx.Done():
			return nil
		case <-due.C:
			s.touch(time.Now())
			s.now()
		case <-s.retry.C:
			s.catchUp()
		case a := <-s.arrivals:
			s.touch(time.Now()) // what people did before comes before
			s.take(a)
		case now := <-second.C:
			s.dispute()
			s.tellProgress()
			s.sumUp(now)
		}
		s.endMuster(time.Now())
	}
}

// connect opens the connections that the house begins with.
func (s *simulator) connect() {
	s.control = s.start(s.cfg.Dial(controlName), controlName, nil, topics.KindFault.Prefix(), topics.KindOnline.Prefix())
	var sharing []string
	for _, id := range s.fleet.IDs() {
		switch {
		case s.fleet.Offline(id):
		case s.speaker[id] != nil: // it was offline, and is back already
		case s.cfg.Connections.own(len(s.cfg.Specs)):
			s.speaker[id] = s.dialOwn(id)
		default:
			sharing = append(sharing, id)
		}
	}
	if len(sharing) > 0 {
		s.shared = s.start(s.cfg.Dial(controlName), controlName, sharing, topics.KindCommand.Prefix())
		for _, id := range sharing {
			s.speaker[id] = s.shared
		}
	}
	s.log.Info("simulating", "appliances", len(s.cfg.Specs), "on_one_connection", len(sharing))
}

func (s *simulator) dialOwn(id string) *conn {
	return s.start(s.cfg.DialOwn(id), id, []string{id}, topics.Of(topics.KindCommand, id))
}

// take handles what a connection brought.
func (s *simulator) take(a arrival) {
	switch {
	case a.from.dropped:
	case a.event.Status != nil:
		s.connected(a.from, *a.event.Status)
	case a.from == s.control:
		s.overheard(a.event.Message)
	case s.speaks(a.from, a.event.Message.Topic):
		s.tally.heard++
		s.act(s.fleet.Handle(s.now(), a.event.Message))
	}
}

// connected handles what a connection says of itself. Where the other end knows
// nothing of us yet, the appliances announce themselves; an appliance that has
// just moved does so before the fault for which it moved, so that its last will
// is in place when it is dropped.
func (s *simulator) connected(c *conn, status link.Status) {
	wasUp := c.up
	fresh := c.fresh(status)
	s.count(c, wasUp)
	if fresh {
		held := s.moved(c)
		if len(c.ids) > 0 { // none would mean all
			s.act(s.fleet.Announce(s.now(), c.ids...))
		}
		for _, m := range held {
			s.fault(m)
		}
	}
	if c == s.control { // a line for the house, not for each appliance
		s.tell(wasUp, status)
	}
}

// count notes that the connection of appliances has come or gone.
func (s *simulator) count(c *conn, wasUp bool) {
	switch {
	case c.up && !wasUp:
		s.present += len(c.ids)
		if c.again {
			s.tally.reconnects++
		}
		c.again = len(c.ids) > 0
	case wasUp && !c.up:
		s.present -= len(c.ids)
	}
}

// tell logs that the house is connected, or no longer, or not yet; the last once,
// however often it is tried.
func (s *simulator) tell(wasUp bool, status link.Status) {
	switch {
	case status.Up && !wasUp:
		s.log.Info("connected")
		if s.waiting {
			s.muster.begin(time.Now())
		}
	case !status.Up && wasUp:
		s.log.Warn("connection lost", "reason", status.Reason)
	case !status.Up && !s.waiting:
		s.log.Info("waiting for the hub", "reason", status.Reason)
	}
	s.waiting = !status.Up
}

// speaks reports whether the appliance of a topic speaks on c. A subscription is
// a prefix, so that the one of kitchen/toaster also brings what is meant for
// kitchen/toaster-2, which hears it on its own.
func (s *simulator) speaks(c *conn, topic string) bool {
	t, ok := topics.Parse(topic)
	return ok && s.speaker[t.ID()] == c
}

// act does what the appliances want done. Of an appliance whose connection comes and
// goes several times, as after a long stop, the last is done alone.
func (s *simulator) act(outputs []devices.Output) {
	var links map[string]int // the last output of each connection
	for i, out := range outputs {
		if out.Link != devices.LinkKept {
			if links == nil {
				links = make(map[string]int)
			}
			links[out.Device] = i
		}
	}
	for i, out := range outputs {
		switch {
		case out.Link != devices.LinkKept && i < links[out.Device]:
		case out.Link == devices.LinkLost:
			s.cutOff(out.Device)
		case out.Link == devices.LinkBack:
			s.cutOff(out.Device) // if it was lost just now
			s.speaker[out.Device] = s.dialOwn(out.Device)
			s.speaker[out.Device].again = true
		case out.Control:
			s.publish(s.control, out.Message)
		default:
			s.publish(s.speaker[out.Device], out.Message)
		}
	}
}

// cutOff drops an appliance's connection without a goodbye.
func (s *simulator) cutOff(id string) {
	switch c := s.speaker[id]; c {
	case nil: // it never was on the network
	case s.shared:
		s.leaveShared(id)
	default:
		if c.up {
			s.present -= len(c.ids)
		}
		c.hangUp()
	}
	delete(s.speaker, id)
}

func (s *simulator) leaveShared(id string) {
	if s.shared.up {
		s.present--
	}
	s.shared.ids = slices.DeleteFunc(s.shared.ids, func(other string) bool { return other == id })
}
