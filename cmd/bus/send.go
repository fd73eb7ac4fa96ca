package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/link"
	"homebus/internal/message"
)

func newSend() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "send DEVICE ACTION [KEY=VALUE...]",
		Short: "Ask an appliance to do something, and wait for its answer",
		Long: `Send publishes a command and waits for the answer. It repeats the command, with
the same id, every second until the answer or the timeout; whoever hears it
twice does it once. A value is true or false, a number, or else a text.

The exit code is 0 if it was done and 1 if it was refused or nobody answered.

A scene is asked with scene/NAME run or stop. The action "fault" sets a fault of
a simulated appliance, or takes its faults away.`,
		Example: `  bus send kitchen/toaster start browning=4
  bus send scene/morning run
  bus send kitchen/coffee fault kind=offline for=2m
  bus send kitchen/coffee fault clear=true`,
		Args: cli.Args(2, -1),
	}
	c := speakerFlags(cmd)
	timeout := timeoutFlag(cmd, "how long to wait for the answer")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		req, err := parseRequest(args[0], args[1], args[2:])
		if err != nil {
			return cli.Usagef("%w", err)
		}
		return c.ask(cmd, req, time.Duration(*timeout))
	}
	return cmd
}

// ask sends the request, waits for its answer and says that it was done.
func (c *client) ask(cmd *cobra.Command, req request, timeout time.Duration) error {
	err := c.run(cmd, req.client(), func(ctx context.Context, l link.Link, _ *slog.Logger) error {
		return ask(ctx, l, req, c.hub.HearsLastValues(), timeout)
	})
	if err == nil {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s: ok\n", req.shown(req.id), req.action)
	}
	return err
}

// ask sends the request until it is answered. It returns nil if it was done. lastValues says
// whether the link brings those, from which it knows who is there.
func ask(ctx context.Context, l link.Link, req request, lastValues bool, timeout time.Duration) error {
	ctx, cancel := withTimeout(ctx, timeout)
	defer cancel()
	a := newAsking(l, req)
	a.blind = !lastValues
	defer a.again.Stop()
	l.Subscribe(req.ackTopic())
	l.Subscribe(req.presence())
	for events := l.Events(); ; {
		select {
		case <-ctx.Done():
			if a.absent != nil {
				return a.absent
			}
			return a.conn.gaveUp(ctx, timeout, a.silence(timeout))
		case <-a.again.C:
			if a.absent != nil {
				return a.absent
			}
			if err := a.send(); err != nil {
				return err
			}
		case ev, open := <-events:
			if !open {
				events = nil // ctx is about to end too
				continue
			}
			if done, err := a.handle(ev); done || err != nil {
				return err
			}
		}
	}
}

// asking is a request on its way.
type asking struct {
	link    link.Link
	req     request
	blind   bool // nobody tells who is there
	stamper message.Stamper
	id      string // of the command, the same each time
	conn    connection
	again   *time.Timer
	present map[string]presence // who is there, by id
	// absent is the hub's refusal for an appliance that is offline. One whose
	// connection was lost for a moment, with the hub's, is back at once: it gets until
	// the command would be repeated.
	absent error
	// cameBack says that it was back when the refusal came.
	cameBack bool
}

// repeatEvery is the time between two sendings of a command.
const repeatEvery = time.Second

func newAsking(l link.Link, req request) *asking {
	a := &asking{
		link:    l,
		req:     req,
		stamper: message.Stamper{From: req.client(), IDs: message.Random{}},
		again:   time.NewTimer(repeatEvery),
		present: make(map[string]presence),
	}
	a.id = a.stamper.IDs.NewID(time.Now())
	return a
}

// send publishes the command once more and sets the time for the next.
func (a *asking) send() error {
	a.again.Reset(repeatEvery)
	m := message.New(a.req.topic(), a.req.payload)
	err := a.link.Publish(a.stamper.StampID(time.Now(), m, nil, a.id))
	if err != nil && !errors.Is(err, link.ErrDown) {
		return err
	}
	return nil
}

// handle takes one event. It reports true when the request was answered.
func (a *asking) handle(ev link.Event) (answered bool, err error) {
	if ev.Status != nil {
		if a.conn.fresh(*ev.Status) {
			return false, a.send()
		}
		return false, nil
	}
	if id, p, ok := presenceIn(ev.Message); ok {
		a.present[id] = p
		if id == a.req.id && p.gone == "" && a.absent != nil {
			a.absent = nil
			return false, a.send()
		}
	}
	if ev.Message.Topic != a.req.ackTopic() {
		return false, nil
	}
	ack, ok := parseAck(ev.Message.Payload)
	if !ok || ack.ID != a.id {
		return false, nil
	}
	if ack.OK {
		return true, nil
	}
	refused := fmt.Errorf("%s: %s refused: %s%s", a.req.shown(a.req.id), a.req.action, cmp.Or(visible(ack.Error), "no reason given"), a.sceneHint())
	if !a.forAbsent(ev.Message) {
		return true, refused
	}
	if a.present[a.req.id].gone != "" {
		a.absent = refused
		return false, nil
	}
	if a.cameBack { // and is refused all the same
		return true, refused
	}
	a.cameBack = true
	return false, a.send()
}

// forAbsent reports whether an ack is the hub's, for an appliance that is offline, and
// not the appliance's own.
func (a *asking) forAbsent(ack message.Message) bool {
	_, known := a.present[a.req.id]
	return known && ack.Meta != nil && ack.Meta.From == "bus" && !a.req.isScene() && !a.req.isFault()
}

// sceneHint says which scenes there are, if the one that was asked for is none of them.
// The last values have all come before the answer.
func (a *asking) sceneHint() string {
	if _, known := a.present[a.req.id]; known || !a.req.isScene() {
		return ""
	}
	return a.req.knownWords(a.present)
}

// silence says in words what the bus knows of whoever did not answer.
func (a *asking) silence(timeout time.Duration) string {
	who := a.req.shown(a.req.id)
	p, known := a.present[a.req.id]
	switch {
	case known && p.gone != "":
		return fmt.Sprintf("%s did not answer within %v: it is offline (%s)", who, timeout, visible(p.gone))
	case !known && a.blind:
		return fmt.Sprintf("nobody answered for %s within %v; by multicast it cannot be known who is there", who, timeout)
	case known && a.req.isFault():
		return fmt.Sprintf("%s: no simulator answered within %v", who, timeout)
	case a.req.isScene() && len(a.present) == 0:
		return fmt.Sprintf("nobody answered for %s within %v: the hub runs no scenes", who, timeout)
	case known:
		return fmt.Sprintf("%s is there but did not answer within %v", who, timeout)
	}
	return fmt.Sprintf("nobody answered for %s within %v: the bus does not know it%s", who, timeout, a.req.knownWords(a.present))
}
