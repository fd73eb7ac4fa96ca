package main

import (
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"homebus/devices"
	"homebus/internal/cli"
	"homebus/internal/link"
	"homebus/internal/sim"
	"homebus/internal/socket/gate"
)

// options are the flags of sim besides those that all programs have.
type options struct {
	only        string
	count       int
	connections connections
	rate        float64
	seed        uint64
	speed       cli.Speed
	lives       lives
	faults      []string
	list        bool
	describe    string
}

func newRoot() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Simulated appliances on the bus",
		Long: `Sim runs the appliances of the file of the house, connected to a hub as real
ones would be. It finds the hub whenever it comes, and comes back to it by
itself.

--speed scales the time of the appliances alone, their heating, brewing and
fading, and the days of the people who live there. Scenes run in the hub and
keep their own time. To see a whole house run faster, use mirror --demo --speed.

The hub may be behind multicast groups (epgm://INTERFACE;GROUP:PORT), on one side
or on both, in which everybody hears everything. The same group on both sides
needs no hub.

With --tail it runs no appliances. It is a node instead that follows files, those
that match now and those that come, through rotation and truncation: each whole
line is published on file/NODE/PATH as JSON, with the offset where it begins. Those
who lack something ask for it through a queue proxy (--queue), as bus collect does.`,
		Example: `  sim
  sim --only 'kitchen/*' --fault kitchen/coffee=offline,for=2m
  sim --count 10000 --rate 500
  sim --describe toaster
  sim --tail 'logs/**/*.log' --node kitchen-pi`,
		Args: cli.NoArgs,
	}
	opts := options{lives: livesFile}
	tails := tailFlags(cmd)
	scenes := cli.ScenesFlag(cmd)
	hub := cli.HubFlags(cmd)
	hub.MulticastFlags(cmd)
	cmd.Flags().StringVar(&opts.only, "only", "*/*", "simulate the appliances whose id matches the `GLOB`, such as 'kitchen/*'")
	opts.fleetFlags(cmd)
	cmd.Flags().Uint64Var(&opts.seed, "seed", 0, "the `NUMBER` from which everything random follows")
	opts.speed.Flag(cmd, "how many times as fast the appliances run; the appliances only, not scenes")
	cmd.Flags().Var(&opts.lives, "occupancy", "`WHO` lives in the house and is noticed by its motion and contact sensors: file (the people of the file), generated (somebody, if the file names nobody) or off")
	cmd.Flags().StringArrayVar(&opts.faults, "fault", nil, "a fault from the start, as `ID=KIND` or ID=KIND,for=2m; may be repeated")
	cmd.Flags().BoolVar(&opts.list, "list", false, "list the types of appliances and end")
	cmd.Flags().StringVar(&opts.describe, "describe", "", "describe a `TYPE` of appliance and end")
	logs := cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case opts.list:
			return list(cmd.OutOrStdout())
		case opts.describe != "":
			return describe(cmd.OutOrStdout(), opts.describe)
		case tails.given():
			return tails.run(cmd, hub, logs)
		}
		if err := tails.alone(cmd); err != nil {
			return err
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
	dial, err := hub.Dialer(log)
	if err != nil {
		return err
	}
	dialOwn, err := hub.CrowdDialer(log)
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
		Zone:        file.Home.Zone,
		Clock:       opts.speed.Clock(time.Now()),
		Seed:        opts.seed,
		Faults:      faults,
		Rate:        opts.rate,
		Connections: sim.Connections(opts.connections),
		Log:         log,
		Dial:        func(name string) link.Link { return dial(name, nil) }, // Run says what it finds, once
		DialOwn:     func(name string) link.Link { return dialOwn(name, nil) },
	}
	counted := cmd.Flags().Changed("count")
	if cfg.Specs, err = opts.house(file.Specs(), counted); err != nil {
		return err
	}
	if !counted { // the people of the file know no copies of their house
		cfg.Household = opts.lives.in(file.Household())
	} else if opts.lives == livesGenerated {
		return cli.Usagef("nobody can live in the copies of --count; leave --occupancy out, and have people touch things with --rate")
	}
	if err := cfg.Validate(); err != nil {
		return cli.Usagef("%w", err)
	}
	if err := enoughFiles(cfg.Links(), gate.Descriptors()); err != nil {
		return err
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
	if len(some) == 0 && len(specs) > 0 {
		return nil, cli.Usagef("--only %q matches none of %s", only, idWords(specs))
	}
	return sim.CutWires(some), nil
}

func idWords(specs []devices.Spec) string {
	ids := make([]string, len(specs))
	for i, spec := range specs {
		ids[i] = spec.ID
	}
	return strings.Join(ids, ", ")
}
