package main

import (
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"homebus/devices"
	"homebus/internal/cli"
	"homebus/internal/link"
	"homebus/internal/sim"
)

// options are the flags of sim besides those that all programs have.
type options struct {
	only     string
	seed     uint64
	speed    cli.Speed
	lives    lives
	faults   []string
	list     bool
	describe string
}

func newRoot() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Simulated appliances on the bus",
		Long: `Sim runs the appliances of the file of the house, connected to a hub as real
ones would be. It finds the hub whenever it comes, and comes back to it by
itself.

--speed scales the time of the appliances alone, their heating, brewing and
fading, and the days of the people who live there. Scenes run in the hub and keep their own time. To see a whole house run
faster, use mirror --demo --speed.`,
		Example: `  sim
  sim --only 'kitchen/*' --fault kitchen/coffee=offline
  sim --describe toaster`,
		Args: cli.NoArgs,
	}
	opts := options{lives: livesFile}
	scenes := cli.ScenesFlag(cmd)
	hub := cli.HubFlags(cmd)
	cmd.Flags().StringVar(&opts.only, "only", "*/*", "simulate the appliances whose id matches the `GLOB`, such as 'kitchen/*'")
	cmd.Flags().Uint64Var(&opts.seed, "seed", 0, "the `NUMBER` from which everything random follows")
	opts.speed.Flag(cmd, "how many times as fast the appliances run; the appliances only, not scenes")
	cmd.Flags().Var(&opts.lives, "occupancy", "`WHO` lives in the house and is noticed by its motion and contact sensors: file (the people of the file), generated (somebody, if the file names nobody) or off")
	cmd.Flags().StringArrayVar(&opts.faults, "fault", nil, "a fault from the start, as `ID=KIND`; may be repeated")
	cmd.Flags().BoolVar(&opts.list, "list", false, "list the types of appliances and end")
	cmd.Flags().StringVar(&opts.describe, "describe", "", "describe a `TYPE` of appliance and end")
	logs := cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case opts.list:
			return list(cmd.OutOrStdout())
		case opts.describe != "":
			return describe(cmd.OutOrStdout(), opts.describe)
		}
		return simulate(cmd, &opts, scenes, hub, logs)
	}
	return cmd
}

func simulate(cmd *cobra.Command, opts *options, scenes *cli.Scenes, hub *cli.Hub, logs *cli.Log) error {
	log, flush, err := logs.OutlivingLogger(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer flush()
	dial, err := hub.Dialer()
	if err != nil {
		return err
	}
	faults, err := parseFaults(opts.faults)
	if err != nil {
		return err
	}
	file, err := scenes.Load(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	cfg := sim.Config{
		Zone:   file.Home.Zone,
		Clock:  opts.speed.Clock(time.Now()),
		Seed:   opts.seed,
		Faults: faults,
		Log:    log,
		Dial:   func(name string) link.Link { return dial(name, nil) }, // Run says what it finds, once
	}
	if cfg.Specs, err = matching(file.Specs(), opts.only); err != nil {
		return err
	}
	cfg.Household = opts.lives.in(file.Household())
	if err := cfg.Validate(); err != nil {
		return cli.Usagef("%w", err)
	}
	return sim.Run(cmd.Context(), cfg)
}

// matching returns the appliances whose id matches the pattern.
func matching(specs []devices.Spec, only string) ([]devices.Spec, error) {
	var some []devices.Spec
	for _, spec := range specs {
		ok, err := path.Match(only, spec.ID)
		if err != nil {
			return nil, cli.Usagef("--only %q: %w", only, err)
		}
		if ok {
			some = append(some, spec)
		}
	}
	for i := range some {
		some[i].Config = withoutWires(some[i], some)
	}
	if len(some) == 0 && len(specs) > 0 {
		return nil, cli.Usagef("--only %q matches none of %s", only, idWords(specs))
	}
	return some, nil
}

// withoutWires returns the configuration of an appliance without the keys that
// name an appliance outside house: nobody here is at the other end.
func withoutWires(spec devices.Spec, house []devices.Spec) map[string]any {
	t, ok := devices.Lookup(spec.Type)
	if !ok {
		return spec.Config
	}
	config := maps.Clone(spec.Config)
	maps.DeleteFunc(config, func(name string, value any) bool {
		key, ok := t.ConfigKey(name)
		return ok && key.Kind == devices.DeviceID &&
			!slices.ContainsFunc(house, func(other devices.Spec) bool { return other.ID == value })
	})
	return config
}

func idWords(specs []devices.Spec) string {
	ids := make([]string, len(specs))
	for i, spec := range specs {
		ids[i] = spec.ID
	}
	return strings.Join(ids, ", ")
}

func parseFaults(flags []string) ([]sim.Fault, error) {
	faults := make([]sim.Fault, 0, len(flags))
	for _, f := range flags {
		id, kind, ok := strings.Cut(f, "=")
		if !ok || id == "" || kind == "" {
			return nil, cli.Usagef("--fault %q: want ID=KIND, such as kitchen/coffee=offline", f)
		}
		faults = append(faults, sim.Fault{Device: id, Kind: kind})
	}
	return faults, nil
}
