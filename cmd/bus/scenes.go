package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/topics"
)

func newScenes() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scenes",
		Short: "List the scenes of the running hub",
		Long: `Scenes lists the scenes that the hub runs: the state of each, how often it ran
since the hub was started, when it ran last (home time) and why, and what it is
doing, or why it failed.

With --json a scene is an object on one line: "scene", and the keys of its
message on the bus.`,
		Example: `  bus scenes
  bus scenes --json | jq -r 'select(.state == "failed") | .error'`,
		Args: cli.NoArgs,
	}
	c := clientOf(cmd, cli.LastValueFlags(cmd, "scenes are last values, and a multicast group brings none; want --backend over TCP or ipc"))
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object a scene")
	timeout := timeoutFlag(cmd, "how long to wait for the hub")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var found []sceneStatus
		err := c.run(cmd, "bus scenes", func(ctx context.Context, l link.Link, _ *slog.Logger) (err error) {
			found, err = askScenes(ctx, l, time.Duration(*timeout))
			return err
		})
		switch {
		case err != nil:
			return err
		case len(found) == 0 && !*asJSON:
			return errors.New("the hub runs no scenes")
		case *asJSON:
			return printJSON(cmd.OutOrStdout(), found)
		}
		return printScenes(cmd.OutOrStdout(), found, time.Now())
	}
	return cmd
}

// sceneStatus is a scene and what it says of itself.
type sceneStatus struct {
	Scene string `json:"scene"`
	scene.Status
}

// askScenes returns the scenes that a hub runs, in the order of their names.
func askScenes(ctx context.Context, l link.Link, timeout time.Duration) ([]sceneStatus, error) {
	ctx, cancel := withTimeout(ctx, timeout)
	defer cancel()
	r := newRollCall(l)
	for events := l.Events(); !r.complete(); {
		select {
		case <-ctx.Done():
			if r.echoed { // and there were none before it
				return nil, nil
			}
			return nil, r.conn.gaveUp(ctx, timeout, "the hub passed nothing on within "+timeout.String())
		case ev, open := <-events:
			if !open {
				events = nil // ctx is about to end too
				continue
			}
			if err := r.handle(ev); err != nil {
				return nil, err
			}
		}
	}
	return r.list(), nil
}

// rollCall gathers last values. How does it know that it has all? A hub gives a
// connection its last values at once, upon the subscription and before anything newer.
// So once the link is up it publishes an echo, a message that only it subscribed to:
// when that comes back, the last values have come before it. So they have when a
// heartbeat comes after it, or a second one where none comes back, as a hub that is paused
// still sends them: the first may come before the subscription to the scenes has, for a
// link subscribes to one after the other. And as a hub has run its scenes for some time
// before its first heartbeat, only that tells of a hub without scenes from one that has
// just begun.
type rollCall struct {
	link    link.Link
	stamper message.Stamper
	echo    string // a topic that nobody else uses
	conn    connection
	scenes  map[string]scene.Status
	echoed  bool
	beats   int  // heartbeats that have come
	beaten  bool // one has come that tells that all is there
}

func newRollCall(l link.Link) *rollCall {
	r := &rollCall{link: l, stamper: message.Stamper{From: "bus scenes", IDs: message.Random{}}, scenes: make(map[string]scene.Status)}
	r.echo = "echo/" + r.stamper.IDs.NewID(time.Now())
	l.Subscribe(topics.KindScene.Prefix())
	l.Subscribe(topics.BusHeartbeat)
	l.Subscribe(r.echo)
	return r
}

func (r *rollCall) complete() bool { return r.beaten || r.echoed && len(r.scenes) > 0 }

func (r *rollCall) handle(ev link.Event) error {
	if ev.Status != nil {
		if !r.conn.fresh(*ev.Status) {
			return nil
		}
		clear(r.scenes) // of the hub before
		r.echoed, r.beats, r.beaten = false, 0, false
		err := r.link.Publish(r.stamper.Stamp(time.Now(), message.Message{Topic: r.echo}, nil))
		if errors.Is(err, link.ErrDown) {
			return nil // and then up anew
		}
		return err
	}
	switch m := ev.Message; m.Topic {
	case r.echo:
		r.echoed = true
	case topics.BusHeartbeat:
		r.beats++
		r.beaten = r.echoed || r.beats > 1
	default:
		r.hear(m)
	}
	return nil
}

// hear takes what a scene says of itself. What is none of ours says nothing.
func (r *rollCall) hear(m message.Message) {
	t, ok := topics.Parse(m.Topic)
	if !ok || t.Kind != topics.KindScene {
		return
	}
	delete(r.scenes, t.Name)
	var status scene.Status
	if json.Unmarshal(m.Payload, &status) == nil {
		r.scenes[t.Name] = status
	}
}

func (r *rollCall) list() (all []sceneStatus) {
	for _, name := range slices.Sorted(maps.Keys(r.scenes)) {
		all = append(all, sceneStatus{name, r.scenes[name]})
	}
	return all
}
