package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/muesli/cancelreader"
	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/link"
	"homebus/internal/message"
)

func newPub() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pub TOPIC [PAYLOAD | -]",
		Short: "Publish one message",
		Long: `Pub publishes one message and ends when the hub has passed it on. The payload
is sent as it is; "-" takes it from standard input, all of it; without one it is
empty, which makes the hub forget the last value of a topic that it remembers.

With a multicast group (epgm://INTERFACE;GROUP:PORT) on one side alone, there is
no hub to tell: it ends when the message has gone out to the group, and who hears
it is not known. With another --backend it waits for the hub as ever.`,
		Example: `  bus pub notice/home '{"text":"Dinner!","level":"info"}'
  bus pub light ON
  date | bus pub script/date -
  bus pub camera/hall - < picture.jpg`,
		Args: cli.Args(1, 2),
	}
	c := speakerFlags(cmd)
	timeout := timeoutFlag(cmd, "how long to wait for the hub")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		payload, err := payloadOf(cmd.Context(), args[1:], cmd.InOrStdin())
		if err != nil {
			return err
		}
		stamper := message.Stamper{From: "bus pub", IDs: message.Random{}}
		m := stamper.Stamp(time.Now(), message.Message{Topic: args[0], Payload: payload}, nil)
		return c.run(cmd, stamper.From, func(ctx context.Context, l link.Link, _ *slog.Logger) error {
			silence := "sent, but the hub did not pass it on"
			if c.hub.OneGroup() {
				silence = "it did not go out to the multicast group (--multicast-rate)"
			}
			return deliver(ctx, l, m, silence, time.Duration(*timeout))
		})
	}
	return cmd
}

// payloadOf returns the payload that the arguments after the topic stand for.
func payloadOf(ctx context.Context, args []string, stdin io.Reader) ([]byte, error) {
	switch {
	case len(args) == 0:
		return []byte{}, nil
	case args[0] != "-":
		return []byte(args[0]), nil
	}
	payload, err := readAll(ctx, stdin)
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	return payload, nil
}

// readAll reads to the end of r, or until ctx ends.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	if c, err := cancelreader.NewReader(r); err == nil { // epoll refuses files, which never block
		defer c.Close()
		defer context.AfterFunc(ctx, func() { c.Cancel() })()
		r = c
	}
	return io.ReadAll(until{ctx, r})
}

// until is a reader that ends with its context, also where its input has no end.
type until struct {
	ctx context.Context
	io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Reader.Read(p)
}

// deliver publishes m, which has an id, and returns when it is certain that the
// hub has passed it on: it subscribes to the topic and waits until m comes back. In one
// multicast group, without a hub, that says that m has gone out. silence is what it means
// if m does not come back.
//
// If the connection is lost between m and its return, m is published once more
// with the same id: a message may come twice in that case, never not at all.
func deliver(ctx context.Context, l link.Link, m message.Message, silence string, timeout time.Duration) error {
	ctx, cancel := withTimeout(ctx, timeout)
	defer cancel()
	l.Subscribe(m.Topic)
	var conn connection
	for events := l.Events(); ; {
		select {
		case <-ctx.Done():
			return conn.gaveUp(ctx, timeout, fmt.Sprintf("%s within %v", silence, timeout))
		case ev, open := <-events:
			switch {
			case !open:
				events = nil // ctx is about to end too
			case ev.Status == nil && ev.Message.ID() == m.ID():
				return nil
			case ev.Status != nil && conn.fresh(*ev.Status):
				// When down again, the next connection brings another try.
				if err := l.Publish(m); err != nil && !errors.Is(err, link.ErrDown) {
					return err
				}
			}
		}
	}
}
