package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"homebus/internal/cli"
	"homebus/internal/control"
)

// controlFlag gives cmd the flag --control.
func controlFlag(cmd *cobra.Command) *cli.Places {
	return cli.PlacesFlag(cmd, "control", "an `ENDPOINT` for \"bus ctl\" and other clients of a steerable proxy, who may do everything there; may be repeated")
}

// steered is a hub or another proxy that is ready to run.
type steered interface {
	control.Target
	Run(context.Context) error
	Close()
}

// runSteered runs p, with a control endpoint at each of the places, until ctx ends or
// a client of it asks for the end.
func runSteered(ctx context.Context, p steered, places []string, log *slog.Logger) error {
	if len(places) == 0 {
		return p.Run(ctx)
	}
	c, err := control.New(places, p, log)
	if err != nil {
		p.Close()
		return err
	}
	log.Info("to be steered", "control", strings.Join(c.Endpoints(), ","))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.Run(ctx) })
	g.Go(func() error { return c.Run(ctx) })
	if err := g.Wait(); !errors.Is(err, control.ErrTerminated) {
		return err
	}
	return nil
}
