package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/link"
)

func newSub() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sub [PREFIX...]",
		Short: "Print the messages of the bus",
		Long: `Sub prints each message whose topic starts with one of the prefixes, or every
message if none is given: the topic, a space and the payload, a line each. A
terminal is spared control characters, which appear as escapes; elsewhere the
payload comes as it is.

With --json a message is an object on one line: "topic" and "payload" as text,
or "topic_base64" and "payload_base64" where they are no UTF-8, "meta" if the
sender gave one, and "more" with any further frames in base64.

From a multicast group (--backend epgm://INTERFACE;GROUP:PORT) comes what is
published from then on, and no last values.

Without -C and -W it goes on until Ctrl-C. The exit code is 1 if -W is over
before -C messages have come, or before there was a hub; otherwise 0.`,
		Example: `  bus sub state/kitchen/
  bus sub -C 1 -W 3 online/kitchen/toaster
  bus sub --backend 'epgm://eth0;239.192.1.2:5556'
  bus sub --json event/ | jq -c '[.topic, (.payload | fromjson)]'`,
	}
	c := clientFlags(cmd)
	var opts subOptions
	var asJSON bool
	var seconds float64
	cmd.Flags().IntVarP(&opts.count, "count", "C", 0, "end after `N` messages (0: never)")
	cmd.Flags().Float64VarP(&seconds, "wait", "W", 0, "end after so many `SECONDS` (0: never)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.RunE = func(cmd *cobra.Command, prefixes []string) error {
		if opts.count < 0 {
			return cli.Usagef("--count is %d; want 0 or more", opts.count)
		}
		if !(seconds >= 0 && seconds < 1e9) {
			return cli.Usagef("--wait is %v; want a number of seconds", seconds)
		}
		opts.wait = time.Duration(seconds * float64(time.Second))
		opts.prefixes = prefixes
		if len(prefixes) == 0 {
			opts.prefixes = []string{""}
		}
		out := newPrinter(cmd.OutOrStdout(), asJSON)
		return c.run(cmd, "bus sub", func(ctx context.Context, l link.Link, log *slog.Logger) error {
			return subscribe(ctx, l, opts, out, log)
		})
	}
	return cmd
}

// subOptions are what sub was asked for.
type subOptions struct {
	prefixes []string
	count    int           // 0: no end by count
	wait     time.Duration // 0: no end by time
}

// subscribe prints messages until the count or the time is reached or ctx ends.
func subscribe(ctx context.Context, l link.Link, opts subOptions, out *printer, log *slog.Logger) error {
	if opts.wait > 0 {
		var cancel context.CancelFunc
		ctx, cancel = withTimeout(ctx, opts.wait)
		defer cancel()
	}
	for _, prefix := range opts.prefixes {
		l.Subscribe(prefix)
	}
	s := subscription{opts: opts, out: out, log: log}
	for events := l.Events(); !s.done(); {
		select {
		case <-ctx.Done():
			return errors.Join(out.flush(), s.unfinished(ctx))
		case ev, open := <-events:
			if !open {
				events = nil // ctx is about to end too
				continue
			}
			if err := s.handle(ev, len(events) == 0); err != nil {
				return fmt.Errorf("write: %w", err)
			}
		}
	}
	return out.flush()
}

// subscription is what sub knows while it listens.
type subscription struct {
	opts      subOptions
	out       *printer
	log       *slog.Logger
	conn      connection
	connected bool // ever
	printed   int
}

func (s *subscription) done() bool { return s.opts.count > 0 && s.printed == s.opts.count }

// handle takes one event; last says that no other waits behind it.
func (s *subscription) handle(ev link.Event, last bool) error {
	if ev.Status == nil {
		s.printed++
		return s.out.print(ev.Message, last)
	}
	if s.conn.fresh(*ev.Status) {
		s.connected = true
		s.log.Info("subscribed", "prefixes", s.opts.prefixes)
	}
	return s.out.flush()
}

// unfinished says whether an end before the count is a failure.
func (s *subscription) unfinished(ctx context.Context) error {
	timeout := errors.Is(context.Cause(ctx), errTimeout)
	switch {
	case timeout && !s.connected:
		return s.conn.gaveUp(ctx, s.opts.wait, "the hub came too late")
	case timeout && s.opts.count > 0:
		return fmt.Errorf("%d of %s came within %v", s.printed, count(s.opts.count, "message"), s.opts.wait)
	}
	return nil // Ctrl-C is how it ends
}
