package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"golang.org/x/sync/errgroup"

	"homebus/internal/control"
	"homebus/internal/proxies"
)

// part is what runs for as long as the program does: its Run ends with the context, and
// without Run it is closed.
type part interface {
	Run(context.Context) error
	Close()
}

// steered is a hub or another proxy.
type steered interface {
	control.Target
	part
}

// program is a hub or another proxy that is ready to run, and what belongs to it.
type program struct {
	proxy steered
	// at is where it listens, control at which endpoints it can be steered, and verbs
	// what it can be asked there besides.
	at      proxies.Endpoints
	control []string
	verbs   map[string]control.Handler
	// beside runs beside it.
	beside []part
	log    *slog.Logger
}

// run runs all of it until ctx ends, a part of it fails, or a client at the control
// endpoint asks for the end. One part that cannot go on ends all, with its error: whoever
// looks after the program starts it again, and nobody takes half of it for the whole.
func (p program) run(ctx context.Context) error {
	defer sayWhyEnded(ctx, p.log)
	parts := append([]part{p.proxy}, p.beside...)
	steering, err := p.steering()
	if err != nil {
		closeAll(parts)
		return err
	}
	logEndpoints(p.log, p.at)
	if steering != nil {
		p.log.Info("to be steered", "control", strings.Join(steering.Endpoints(), ","))
		parts = append(parts, steering)
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, part := range parts {
		g.Go(func() error { return part.Run(ctx) })
	}
	if err := g.Wait(); !errors.Is(err, control.ErrTerminated) {
		return err
	}
	return nil
}

// closeAll closes parts that are not to run after all.
func closeAll(parts []part) {
	for _, p := range parts {
		p.Close()
	}
}

// steering opens the control endpoint; nil if there is to be none.
func (p program) steering() (*control.Server, error) {
	if len(p.control) == 0 {
		return nil, nil
	}
	c, err := control.New(p.control, p.proxy, p.log)
	if err != nil {
		return nil, err
	}
	for verb, do := range p.verbs {
		c.Handle(verb, do)
	}
	return c, nil
}

// sayWhyEnded logs what has ended ctx; who ends the program otherwise says so itself.
func sayWhyEnded(ctx context.Context, log *slog.Logger) {
	if ctx.Err() != nil {
		log.Info("ending", "reason", context.Cause(ctx))
	}
}
