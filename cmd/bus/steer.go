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

// steered is a hub or another proxy that is ready to run.
type steered interface {
	control.Target
	Run(context.Context) error
	Close()
}

// runSteered runs p, which listens at the places at, with a control endpoint at each of
// those of controlled, until ctx ends or a client of it asks for the end. verbs are what p
// can be asked there besides.
func runSteered(ctx context.Context, p steered, at proxies.Endpoints, controlled []string, verbs map[string]control.Handler, log *slog.Logger) error {
	defer sayWhyEnded(ctx, log)
	if len(controlled) == 0 {
		logEndpoints(log, at)
		return p.Run(ctx)
	}
	c, err := control.New(controlled, p, log)
	if err != nil {
		p.Close()
		return err
	}
	for verb, do := range verbs {
		c.Handle(verb, do)
	}
	logEndpoints(log, at)
	log.Info("to be steered", "control", strings.Join(c.Endpoints(), ","))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.Run(ctx) })
	g.Go(func() error { return c.Run(ctx) })
	if err := g.Wait(); !errors.Is(err, control.ErrTerminated) {
		return err
	}
	return nil
}

// sayWhyEnded logs what has ended ctx; who ends the program otherwise says so itself.
func sayWhyEnded(ctx context.Context, log *slog.Logger) {
	if ctx.Err() != nil {
		log.Info("ending", "reason", context.Cause(ctx))
	}
}
