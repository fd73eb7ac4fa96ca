package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"homebus/internal/cli"
	"homebus/internal/link"
)

// client is what pub, sub and send have in common: a link to a hub that lasts as
// long as the command does.
type client struct {
	hub *cli.Hub
	log *cli.Log
}

func clientFlags(cmd *cobra.Command) *client { return clientOf(cmd, cli.HubFlags(cmd)) }

// clientOf is clientFlags with a hub's flags that are there already.
func clientOf(cmd *cobra.Command, hub *cli.Hub) *client {
	return &client{hub: hub, log: cli.LogFlags(cmd, "warn")}
}

// speakerFlags is clientFlags for commands that publish.
func speakerFlags(cmd *cobra.Command) *client {
	c := clientFlags(cmd)
	c.hub.MulticastFlags(cmd)
	return c
}

// run connects in the name given and calls do; the connection ends when do
// returns, after what do published has been sent.
func (c *client) run(cmd *cobra.Command, name string, do func(context.Context, link.Link, *slog.Logger) error) error {
	log, err := c.log.Logger(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	dial, err := c.hub.Dialer(log)
	if err != nil {
		return err
	}
	l := dial(name, log)
	return during(cmd.Context(), l, func(ctx context.Context) error { return do(ctx, l, log) })
}

// during runs l for as long as do lasts and returns do's error.
func during(ctx context.Context, l link.Link, do func(context.Context) error) error {
	g, ctx := errgroup.WithContext(ctx)
	linked, stop := context.WithCancel(ctx)
	g.Go(func() error {
		if err := l.Run(linked); linked.Err() == nil {
			return err
		}
		return nil
	})
	g.Go(func() error {
		defer stop()
		return do(ctx)
	})
	return g.Wait()
}

// connection follows what a link says of itself.
type connection struct {
	last link.Status
}

// fresh takes a new status and reports whether the link has just come up, or is
// up with a hub that has just begun and knows nothing yet.
func (c *connection) fresh(s link.Status) bool {
	was := c.last
	c.last = s
	return s.Up && (!was.Up || was.Boot != "" && was.Boot != s.Boot)
}

// gaveUp says why the bus did not do what was hoped within the time given: there
// was no connection, or else what connected says.
func (c *connection) gaveUp(ctx context.Context, within time.Duration, connected string) error {
	switch {
	case !errors.Is(context.Cause(ctx), errTimeout):
		return errors.New("interrupted")
	case c.last.Up:
		return errors.New(connected)
	case c.last.Reason != "":
		return fmt.Errorf("no hub within %v (%s)", within, c.last.Reason)
	}
	return fmt.Errorf("no hub within %v", within)
}

// errTimeout is the cause of a context's end when the command's own time is up.
var errTimeout = errors.New("timeout")

func withTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, errTimeout)
}

// timeoutFlag gives cmd the flag --timeout.
func timeoutFlag(cmd *cobra.Command, doc string) *positive {
	p := positive(5 * time.Second)
	cmd.Flags().Var(&p, "timeout", doc)
	return &p
}

// positive is a flag's duration above 0.
type positive time.Duration

func (p *positive) String() string { return time.Duration(*p).String() }

func (p *positive) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return errors.New(`want a duration above 0, such as "5s"`)
	}
	*p = positive(d)
	return nil
}

func (p *positive) Type() string { return "DURATION" }
