package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"homebus/devices"
	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/mirror"
	"homebus/internal/mirror/plan"
	"homebus/internal/scene"
	"homebus/internal/sim"
)

// touchAfter is how long the demo waits with its press where nobody can press.
const touchAfter = 2 * time.Second

// demo runs the mirror in front of a hub and a house in this process.
func demo(cmd *cobra.Command, opts *options, cfg mirror.Config) error {
	file, err := opts.scenes.Load(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	cfg.Plan, cfg.Clock = plan.Of(file), opts.speed.Clock(time.Now())
	h, err := hub.New(hub.Config{Scenes: file, Clock: cfg.Clock, Log: cfg.Log})
	if err != nil {
		return err
	}
	cfg.Link = h.Link("mirror")
	cfg.Touch, cfg.TouchAfter = switchOf(file), touchAfter
	house := sim.Config{
		Specs:     file.Specs(),
		Zone:      file.Home.Zone,
		Household: file.Household(),
		Dial:      func(name string) link.Link { return h.Link(name) },
		Clock:     cfg.Clock,
		Log:       cfg.Log,
	}

	ctx, quit := context.WithCancel(cmd.Context())
	defer quit()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.Run(ctx) })
	if !allInHub(house.Specs) {
		g.Go(func() error { return sim.Run(ctx, house) })
	}
	g.Go(func() error {
		err := mirror.Run(ctx, cfg)
		if err == nil {
			quit() // whoever leaves the mirror leaves the demo; what has failed ends it by itself
		}
		return err
	})
	if err := g.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// allInHub reports whether there is something, and nothing for the simulator.
func allInHub(specs []devices.Spec) bool {
	return len(specs) > 0 && !slices.ContainsFunc(specs, func(s devices.Spec) bool { return !s.InHub() })
}

// switchOf returns the light switch with which the story begins: the bathroom's,
// or the first in the file; "" if the house has none.
func switchOf(file *scene.File) string {
	first := ""
	for _, d := range file.Devices {
		if d.Type.Name != "light-switch" {
			continue
		}
		if d.ID == "bathroom/switch" {
			return d.ID
		}
		if first == "" {
			first = d.ID
		}
	}
	return first
}
