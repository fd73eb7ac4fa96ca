package follower

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/filewire"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/socket"
	"homebus/internal/tail"
)

// Config says what a node follows.
type Config struct {
	// Node is the node's name (filewire.CheckNode). Two nodes of one name are a mistake
	// that nobody finds for you.
	Node     string
	Patterns []tail.Pattern
	// FromStart publishes also the lines that the files have in the beginning.
	FromStart bool
	// Link is to the hub. Run runs it.
	Link link.Link
	// Queue is the backend of the queue proxy through which requests come.
	Queue string
	Log   *slog.Logger
}

const (
	round = 100 * time.Millisecond
	// hurry is the pause between rounds while there are lines that had no room.
	hurry = 5 * time.Millisecond
	// sparse is every how many rounds a file is looked at that has not changed for so
	// many looks, and the folders are searched.
	sparse, quiet = 20, 100
	beat          = time.Second
	// handed is how many requests wait that other nodes were given.
	handed = 64
)

// Run follows the files until ctx ends. Its error is about an endpoint that is none.
func Run(ctx context.Context, cfg Config) error {
	dealer := socket.NewDealer(socket.Config{Log: cfg.Log})
	if err := dealer.Connect(cfg.Queue); err != nil {
		return fmt.Errorf("queue %s: %w", cfg.Queue, err)
	}
	r := &running{Config: cfg, dealer: dealer, handed: make(chan filewire.Handover, handed)}
	r.stamper = message.Stamper{From: "sim " + cfg.Node, IDs: message.Random{}}
	r.catalog = newCatalog(message.Random{}.NewID(time.Now()))
	r.folders = newFolders()
	r.publisher = newPublisher(r.catalog, r.folders, r.say, cfg.Log)
	r.files = newFiles(cfg.Patterns, cfg.Log)
	cfg.Link.Subscribe(filewire.HandoverTopic(cfg.Node))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return ended(ctx, cfg.Link.Run(ctx)) })
	g.Go(func() error { return ended(ctx, r.answer(ctx)) })
	g.Go(func() error { return ended(ctx, r.answerHanded(ctx)) })
	g.Go(func() error { return r.follow(ctx) })
	err := g.Wait()
	now, cancel := context.WithCancel(context.Background())
	cancel()
	_ = dealer.Close(now) // an answer that did not go out is asked for again
	return err
}

// ended leaves out the error of what ended with the context.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// running is a node that follows.
type running struct {
	Config
	dealer  *socket.Dealer
	catalog *catalog
	folders *folders
	handed  chan filewire.Handover

	// Of follow alone:
	files     *files
	publisher *publisher
	stamper   message.Stamper
	up        bool
	rounds    int
}

// follow looks at the files, publishes, and takes what the bus has for this node.
func (r *running) follow(ctx context.Context) error {
	r.search(r.FromStart)
	r.Log.Info("following", "node", r.Node, "files", len(r.files.order))
	looks, beats := time.NewTicker(round), time.NewTicker(beat)
	defer looks.Stop()
	defer beats.Stop()
	events := r.Link.Events()
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev, open := <-events:
			if !open {
				events = nil // ctx is about to end
				continue
			}
			r.take(ev)
		case <-looks.C:
			looks.Reset(r.look())
		case <-beats.C:
			r.publish(filewire.BeatTopic(r.Node), r.catalog.beat())
		}
	}
}

// search takes up files that are new.
func (r *running) search(fromStart bool) {
	for _, f := range r.files.search(func(f *file) { r.catalog.remove(f.path) }) {
		r.publisher.begin(f, fromStart)
	}
}

// look makes a round and returns the pause until the next.
func (r *running) look() time.Duration {
	if r.rounds++; r.rounds%sparse == 0 {
		r.search(true)
	}
	pause := round
	for i, f := range r.files.order {
		if f.idle < quiet || i%sparse == r.rounds%sparse {
			if r.publisher.look(f, r.up) {
				pause = hurry
			}
		}
	}
	return pause
}

// take takes what the bus says.
func (r *running) take(ev link.Event) {
	if ev.Status != nil {
		if r.up = ev.Status.Up; r.up { // whoever collects learns at once what it missed
			r.publish(filewire.BeatTopic(r.Node), r.catalog.beat())
		}
		return
	}
	if ev.Message.Topic != filewire.HandoverTopic(r.Node) {
		return // the subscription is a prefix
	}
	var h filewire.Handover
	if err := json.Unmarshal(ev.Message.Payload, &h); err != nil || len(h.Envelope) == 0 || h.Request.Node != r.Node {
		r.Log.Debug("a handover that is none", "why", err)
		return
	}
	select {
	case r.handed <- h:
	default: // asked again by who asked
	}
}

// say publishes a line if there is room for it.
func (r *running) say(path string, l filewire.Line) bool {
	return r.publish(filewire.Topic(r.Node, path), l)
}

func (r *running) publish(topic string, v any) bool {
	now := time.Now()
	err := r.Link.Publish(r.stamper.Stamp(now, message.New(topic, v), nil))
	if errors.Is(err, link.ErrDown) {
		r.up = false // its status is on the way
	}
	return err == nil
}

// answer answers the requests that the queue gives this node, and hands on those for
// others.
func (r *running) answer(ctx context.Context) error {
	a := answerer{r.Node, r.catalog, r.folders}
	stamper := message.Stamper{From: r.stamper.From + " answers", IDs: message.Random{}}
	for {
		frames, err := r.dealer.Recv(ctx)
		if err != nil {
			return err
		}
		envelope, body := split(frames)
		if body == nil {
			continue // no request (RFC 28)
		}
		request, err := filewire.ParseRequest(body)
		var answer [][]byte
		switch {
		case err != nil:
			answer = [][]byte{filewire.Encode(filewire.Answer{Node: request.Node, Path: request.Path, Error: err.Error()})}
		case request.Node != r.Node:
			m := message.New(filewire.HandoverTopic(request.Node), filewire.Handover{Envelope: envelope, Request: request})
			_ = r.Link.Publish(stamper.Stamp(time.Now(), m, nil)) // if it is lost, it is asked again by who asked
			continue
		default:
			answer = a.answer(time.Now(), request)
		}
		if err := r.dealer.Send(ctx, append(envelope, answer...)); err != nil {
			return err
		}
	}
}

// answerHanded answers the requests that another node was given.
func (r *running) answerHanded(ctx context.Context) error {
	a := answerer{r.Node, r.catalog, r.folders}
	for {
		select {
		case <-ctx.Done():
			return nil
		case h := <-r.handed:
			if err := r.dealer.Send(ctx, append(h.Envelope, a.answer(time.Now(), h.Request)...)); err != nil {
				return err
			}
		}
	}
}

// split parts a request from its envelope, which ends with an empty frame.
func split(frames [][]byte) (envelope [][]byte, body []byte) {
	for i, f := range frames[:max(0, len(frames)-1)] {
		if len(f) == 0 {
			return frames[: i+1 : i+1], frames[i+1]
		}
	}
	return nil, nil
}
