package collector

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/collect"
	"homebus/internal/filewire"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/socket"
)

// Store is a collect.Store that may keep bytes back until Flush.
type Store interface {
	collect.Store
	// Flush writes whatever waits. Its errors end the collector.
	Flush() error
}

// Config says what a collector works with.
type Config struct {
	// Link is to the hub on which the nodes publish. Run runs it.
	Link link.Link
	// Queue is the frontend of the queue proxy at which the nodes answer.
	Queue string
	Store Store
	Log   *slog.Logger
}

const (
	tick = 50 * time.Millisecond
	// report is how often the log says what was done, at level debug.
	report = 10 * time.Second
)

// Run collects until ctx ends. Its error is that of the Store, or of an endpoint that is
// none.
func Run(ctx context.Context, cfg Config) error {
	dealer := socket.NewDealer(socket.Config{Log: cfg.Log})
	if err := dealer.Connect(cfg.Queue); err != nil {
		return fmt.Errorf("queue %s: %w", cfg.Queue, err)
	}
	r := running{Config: cfg, core: collect.New(cfg.Store),
		requests: make(chan filewire.Request, 4*collect.InFlight), answers: make(chan [][]byte)}
	r.core.Refused = func(s collect.Source, err error) {
		cfg.Log.Warn("a source is left out", "node", s.Node, "path", s.Path, "why", err)
	}
	r.core.Doubled = func(node string) {
		cfg.Log.Warn("two nodes have the same name; nothing is taken from either until one has gone, or has another --node", "node", node)
	}
	cfg.Link.Subscribe(filewire.Prefix)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return ended(ctx, cfg.Link.Run(ctx)) })
	g.Go(func() error { return ended(ctx, r.send(ctx, dealer)) })
	g.Go(func() error { return ended(ctx, r.receive(ctx, dealer)) })
	g.Go(func() error { return r.work(ctx) })
	err := g.Wait()
	now, cancel := context.WithCancel(context.Background())
	cancel()
	_ = dealer.Close(now) // what it still had was to be asked again anyway
	return err
}

// ended leaves out the error of what ended with the context.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// running is a collector that runs.
type running struct {
	Config
	core     *collect.Collector
	requests chan filewire.Request
	answers  chan [][]byte
	full     bool // and that was said
}

func (r *running) send(ctx context.Context, dealer *socket.Dealer) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case request := <-r.requests:
			// The empty frame is the end of the envelope, as a REQ sends it (RFC 28).
			if err := dealer.Send(ctx, [][]byte{{}, filewire.Encode(request)}); err != nil {
				return err
			}
		}
	}
}

func (r *running) receive(ctx context.Context, dealer *socket.Dealer) error {
	for {
		frames, err := dealer.Recv(ctx)
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case r.answers <- frames:
		}
	}
}

// work owns the core and the store.
func (r *running) work(ctx context.Context) error {
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	events := r.Link.Events()
	for lastReport := time.Now(); ; {
		var err error
		select {
		case <-ctx.Done():
			return r.core.Failed(r.Store.Flush())
		case ev, open := <-events:
			if !open {
				events = nil // ctx is about to end
				continue
			}
			switch {
			case ev.Status == nil:
				err = r.hear(ev.Message)
			case ev.Status.Up:
				r.core.Up(time.Now())
			}
		case frames := <-r.answers:
			err = r.answer(frames)
		case now := <-ticks.C:
			if err = r.core.Failed(r.Store.Flush()); err == nil {
				err = r.ask()
			}
			if now.Sub(lastReport) >= report {
				lastReport = now
				r.report()
			}
		}
		if err != nil {
			return err
		}
	}
}

// report says what was done; and, once, that not all of it can be.
func (r *running) report() {
	stats := r.core.Stats()
	r.Log.Debug("collecting", "so_far", fmt.Sprintf("%+v", stats))
	if !r.full && (stats.Nodes >= collect.MaxNodes || stats.Sources >= collect.MaxSources) {
		r.full = true
		r.Log.Warn("there is no room for further nodes or files, which are ignored", "nodes", stats.Nodes, "files", stats.Sources)
	}
}

// hear takes a message of the bus. What is no line and no beat is not for us.
func (r *running) hear(m message.Message) error {
	node, path, ok := filewire.ParseTopic(m.Topic)
	if !ok {
		r.Log.Debug("a topic that no node has", "topic", m.Topic)
		return nil
	}
	if path == "" {
		var b filewire.Beat
		if err := json.Unmarshal(m.Payload, &b); err != nil {
			r.Log.Debug("a beat that is none", "node", node, "why", err)
			return nil
		}
		r.core.Beat(time.Now(), node, b)
		return nil
	}
	line, err := filewire.ParseLine(m.Payload)
	if err != nil {
		r.Log.Debug("a line that is none", "topic", m.Topic, "why", err)
		return nil
	}
	return r.core.Line(time.Now(), collect.Source{Node: node, Path: path}, line)
}

// answer takes an answer from the queue, behind the empty frame.
func (r *running) answer(frames [][]byte) error {
	if len(frames) < 2 || len(frames[0]) > 0 {
		return nil
	}
	var a filewire.Answer
	if err := json.Unmarshal(frames[1], &a); err != nil {
		r.Log.Debug("an answer that is none", "why", err)
		return nil
	}
	var data []byte
	if len(frames) > 2 {
		data = frames[2]
	}
	if a.Error != "" {
		r.Log.Debug("refused", "node", a.Node, "path", a.Path, "why", a.Error)
	}
	if err := r.core.Answer(time.Now(), a, data); err != nil {
		return err
	}
	return r.ask()
}

func (r *running) ask() error {
	requests, err := r.core.Next(time.Now())
	for _, request := range requests {
		select {
		case r.requests <- request:
		default: // the queue is not there; asked again after collect.Patience
		}
	}
	return err
}
