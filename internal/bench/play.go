package bench

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// lead is how long after the last preparation the first message is due.
const lead = time.Millisecond

// look is how often is looked at how far a run is.
const look = 10 * time.Millisecond

// lastWords is how long nothing may have come before an interrupted run is over.
const lastWords = 400 * time.Millisecond

// play has the publishers send, and returns why the run is over once it is.
func (r *run) play(ctx context.Context, watch func(Progress)) (Ending, error) {
	sending, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.reading, cancel)() // a connection is lost
	if watch == nil {
		watch = func(Progress) {}
	}
	watch(Progress{})
	r.clock.start(lead)
	g, gctx := errgroup.WithContext(sending)
	for _, p := range r.publishers {
		g.Go(func() error { return r.publish(gctx, p) })
	}
	published := make(chan struct{})
	var all errgroup.Group
	all.Go(func() error {
		defer close(published)
		return g.Wait()
	})
	ended := r.follow(ctx, published, watch)
	cancel()
	return ended, all.Wait()
}

// publish sends what p has to send, until ctx ends.
func (r *run) publish(ctx context.Context, p *publisher) error {
	defer context.AfterFunc(ctx, func() { _ = p.conn.SetWriteDeadline(time.Unix(1, 0)) })()
	var err error
	sleep(-r.clock.now())
	if r.cfg.Rate > 0 {
		err = p.keepTime(ctx, r.schedule, r.clock)
	} else {
		err = p.flood(ctx, &r.window)
	}
	if ctx.Err() != nil {
		return nil // which made the write fail
	}
	return err
}

// follow watches the run until it is over.
func (r *run) follow(ctx context.Context, published <-chan struct{}, watch func(Progress)) Ending {
	tick := time.NewTicker(look)
	defer tick.Stop()
	quiet := r.quiet()
	ended := Quiet
	sending, interrupted := true, ctx.Done()
	changed := time.Now()
	for before := (Progress{}); ; {
		select {
		case <-r.reading.Done():
			return Lost
		case <-interrupted:
			interrupted, ended, quiet = nil, Interrupted, min(quiet, lastWords)
		case <-published:
			sending, published = false, nil
		case <-tick.C:
		}
		now := r.progress()
		watch(now)
		if !sending && r.allHeard() {
			if ended == Quiet {
				ended = AllHeard
			}
			return ended
		}
		if now.Sent != before.Sent || now.Heard != before.Heard {
			before, changed = now, time.Now()
		} else if time.Since(changed) > quiet {
			return ended
		}
	}
}

// quiet is Config.Quiet, or longer if messages are due less often.
func (r *run) quiet() time.Duration {
	return max(r.cfg.Quiet, r.schedule.due(0, 3))
}

func (r *run) progress() Progress {
	p := Progress{Elapsed: r.clock.now()}
	for _, pub := range r.publishers {
		p.Sent += pub.sent.Load()
	}
	for _, in := range r.intakes {
		p.Heard += in.heard.Load()
	}
	return p
}

// allHeard reports whether every subscriber has heard all that was sent for it.
func (r *run) allHeard() bool {
	for _, in := range r.intakes {
		if in.heard.Load() < r.expected(in.share) {
			return false
		}
	}
	return true
}

// expected is how many messages have been sent that are in the share.
func (r *run) expected(s share) int64 {
	var n int64
	for _, p := range r.publishers {
		n += s.count(p.sent.Load())
	}
	return n
}
