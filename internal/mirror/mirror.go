package mirror

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/housetime"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/mirror/logbook"
)

// Config says what a mirror shows and where.
type Config struct {
	// Plan is the house; see package plan. Rooms and scenes that it does not name are
	// what the bus reports, in the order of their names.
	Plan home.Plan
	// Link is the connection to the bus; Run runs it.
	Link link.Link
	// Clock is the house's clock; the zero Clock is the wall clock.
	Clock housetime.Clock
	// IDs gives commands their ids; nil is message.Random.
	IDs message.IDs
	// In is where keys come from. It is not read in plain mode, nor if it is a
	// file and no terminal.
	In io.Reader
	// Out is where the picture goes.
	Out io.Writer
	// Plain prints lines instead of a picture. It is also chosen when Out is no
	// terminal.
	Plain bool
	// Touch is the id of an appliance that is touched once in plain mode, where
	// nobody can press a key: its natural action is done TouchAfter (wall time)
	// after the bus was first there. "" touches nothing.
	Touch      string
	TouchAfter time.Duration
	// Log takes what is for the log; nil is nowhere. While a picture is drawn it
	// must not write to the same terminal.
	Log *slog.Logger
	// Book is what the picture shows as the log; nil shows none.
	Book *logbook.Book
}

// Run shows the house until ctx ends or a person quits, which are both no
// error. It returns when nothing of it is running any more and the terminal is
// as it was.
func Run(ctx context.Context, cfg Config) error {
	if cfg.IDs == nil {
		cfg.IDs = message.Random{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	h := home.New(cfg.Plan, &message.Stamper{From: clientName, IDs: cfg.IDs})
	for _, prefix := range home.Prefixes() {
		cfg.Link.Subscribe(prefix)
	}
	show := picture
	if cfg.Plain || !isTerminal(cfg.Out) {
		show = lines
	}
	batches := make(chan gather.Batch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return cfg.Link.Run(ctx) })
	g.Go(func() error { return (&gather.Collector{Clock: cfg.Clock}).Run(ctx, cfg.Link.Events(), batches) })
	g.Go(func() error {
		err := show(ctx, &cfg, h, batches)
		if err == nil {
			quit() // what has failed ends the others by itself, and must not come after their ends
		}
		return err
	})
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// clientName is who the mirror's commands come from.
const clientName = "mirror"
