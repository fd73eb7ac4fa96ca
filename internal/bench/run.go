package bench

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"time"

	"golang.org/x/sync/errgroup"
)

// Progress is how far a run is.
type Progress struct {
	// Sent counts messages, Heard those that a subscriber has heard, by every one of them.
	Sent, Heard int64
	Elapsed     time.Duration
}

// atOnce is how many connections are made at a time; a blind relay wants all of its
// clients' before it passes anything on.
const atOnce = 256

// run is one run.
type run struct {
	cfg        Config
	wire       wire
	topics     topicSet
	settling   *settling
	latencies  *latencies
	schedule   schedule
	clock      *clock
	publishers []*publisher
	intakes    []*intake // by subscriber
	window     window
	late       error // the cause when preparing takes too long
	// readers are the goroutines that read, for as long as reading lasts.
	readers *errgroup.Group
	reading context.Context
}

// Run connects, waits until every subscription is in effect, sends, and returns what has
// arrived. watch, if not nil, is called when all is ready and nothing sent yet, now and then
// while messages are under way, and at last when the run is over and everybody still
// connected, unless a connection is lost. What is known of a run that was begun is returned also with an error: a lost connection, or the end of ctx.
func Run(ctx context.Context, cfg Config, watch func(Progress)) (*Result, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	r := newRun(cfg)
	reading, stop := context.WithCancel(context.WithoutCancel(ctx))
	r.readers, r.reading = errgroup.WithContext(reading)
	err := r.prepare(ctx)
	if err != nil {
		stop()
		return nil, cmp.Or(r.readers.Wait(), err) // a lost connection is why the rest failed
	}
	ended, err := r.play(ctx, watch)
	stop()
	err = cmp.Or(r.readers.Wait(), err)
	return r.result(ended), err
}

func newRun(cfg Config) *run {
	r := &run{cfg: cfg, wire: newWire(cfg), topics: topicSet{cfg.Topic, cfg.Distinct},
		settling: newSettling(cfg.Pubs, cfg.Subs), schedule: newSchedule(cfg), clock: newClock()}
	if cfg.Latency {
		r.latencies = newLatencies()
	}
	for p := range cfg.Pubs {
		r.publishers = append(r.publishers, newPublisher(cfg, r.wire, p))
		r.window.bells = append(r.window.bells, r.publishers[p].bell)
	}
	for i := range cfg.Subs {
		r.intakes = append(r.intakes, r.newIntake(i))
	}
	r.window.slowest = r.slowest
	if cfg.Rate == 0 && cfg.Window > 0 {
		r.window.size = max(int64(cfg.Window)/r.publishers[0].length, 1)
	}
	return r
}

func (r *run) newIntake(subscriber int) *intake {
	in := &intake{wire: r.wire, clock: r.clock, subscriber: subscriber, size: r.cfg.Size, settling: r.settling, share: everything}
	if subscriber >= 0 {
		in.share = r.cfg.shareOf(subscriber)
	}
	if subscriber < 0 || !r.cfg.numbered() {
		return in
	}
	in.numbered, in.schedule, in.latencies = true, r.schedule, r.latencies
	for range r.cfg.Pubs {
		in.streams = append(in.streams, newStream(in.share, r.cfg.each()))
	}
	in.tell()
	return in
}

// prepare connects everybody, and waits until every subscription is in effect.
func (r *run) prepare(ctx context.Context) error {
	r.late = fmt.Errorf("not done within %v", r.cfg.Timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, r.cfg.Timeout, r.late)
	defer cancel()
	defer context.AfterFunc(r.reading, cancel)() // a connection is lost
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range r.cfg.Subs {
		g.Go(func() error { return r.addSubscriber(gctx, i) })
	}
	for _, p := range r.publishers {
		g.Go(func() error { return r.addPublisher(gctx, p) })
	}
	for i := range r.cfg.Connections {
		g.Go(func() error { return r.addIdle(gctx, i) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	g, gctx = errgroup.WithContext(ctx)
	for _, p := range r.publishers {
		g.Go(func() error { return r.settle(gctx, p) })
	}
	return g.Wait()
}

func (r *run) addSubscriber(ctx context.Context, i int) error {
	patterns := []string{r.wire.everything(r.topics)}
	if r.cfg.Own {
		patterns = patterns[:0]
		for t := range r.cfg.shareOf(i).topics {
			patterns = append(patterns, r.wire.only(r.topics.name(t)))
		}
	}
	who := fmt.Sprintf("subscriber %d", i+1)
	conn, err := dial(ctx, r.cfg.Backend, who, func(conn net.Conn) error { return r.wire.subscribe(conn, patterns) })
	if err != nil {
		return err
	}
	buffer := min(readMost, max(readLeast, readAll/r.cfg.Subs)) + 2*int(r.publishers[0].length)
	r.read(&client{who: who, conn: conn, in: r.intakes[i], buffer: buffer, after: r.window.moved})
	return nil
}

func (r *run) addPublisher(ctx context.Context, p *publisher) error {
	who := fmt.Sprintf("publisher %d", p.number+1)
	conn, err := dial(ctx, r.cfg.Frontend, who, r.wire.publish)
	if err != nil {
		return err
	}
	p.conn = conn
	r.read(&client{who: who, conn: conn, in: r.newIntake(-1), buffer: readBack})
	return nil
}

// idleTopic is what all idle subscribers have subscribed to, and nobody publishes on.
const idleTopic = "bench-idle/kitchen/toaster"

// ownIdleTopic is topic j of the n that idle subscriber i alone has subscribed to. All
// have 28 bytes.
func ownIdleTopic(i, j, n int) string { return fmt.Sprintf("bench-idle/sensor/%010d", i*n+j) }

func (r *run) addIdle(ctx context.Context, i int) error {
	patterns := []string{r.wire.only(idleTopic)}
	for j := range r.cfg.IdleTopics {
		patterns = append(patterns, r.wire.only(ownIdleTopic(i, j, r.cfg.IdleTopics)))
	}
	who := fmt.Sprintf("idle subscriber %d", i+1)
	conn, err := dial(ctx, r.cfg.Backend, who, func(conn net.Conn) error { return r.wire.hold(conn, patterns) })
	if err != nil {
		return err
	}
	r.read(&client{who: who, conn: conn, in: r.newIntake(-1), buffer: readIdle})
	return nil
}

// read has a connection read for as long as reading lasts.
func (r *run) read(c *client) {
	c.in.answer = func(b []byte) error {
		_, err := c.conn.Write(b)
		return err
	}
	r.readers.Go(func() error { return c.read(r.reading) })
}

// slowest is how far the slowest subscriber is, see window.
func (r *run) slowest() int64 {
	least := r.intakes[0].position.Load()
	for _, in := range r.intakes[1:] {
		least = min(least, in.position.Load())
	}
	return least
}
