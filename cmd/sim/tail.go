package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/filewire"
	"homebus/internal/follower"
	"homebus/internal/tail"
)

// tails are the flags of a node that follows files.
type tails struct {
	patterns []string
	node     string
	start    bool
	queue    *cli.Remote
}

func tailFlags(cmd *cobra.Command) *tails {
	t := &tails{}
	flags := cmd.Flags()
	flags.StringArrayVar(&t.patterns, "tail", nil, "follow the files that match the `GLOB`, such as 'logs/**/*.log', in place of simulating appliances; may be repeated")
	flags.StringVar(&t.node, "node", "", "with --tail: the `NAME` of this node on the bus (default: that of the machine)")
	flags.BoolVar(&t.start, "from-start", false, "with --tail: publish also the lines that are there already (default: from the end; those who collect ask for them)")
	t.queue = cli.QueueFlag(cmd, cli.EnvQueueBackend, cli.DefaultQueueBackend, "with --tail: the `ENDPOINT` of a queue proxy's backend, where requests for bytes are answered")
	return t
}

func (t *tails) given() bool { return len(t.patterns) > 0 }

// alone refuses the flags that mean nothing without --tail.
func (t *tails) alone(cmd *cobra.Command) error {
	for _, name := range []string{"node", "from-start", "queue"} {
		if cmd.Flags().Changed(name) {
			return cli.Usagef("--%s is for --tail, which is missing", name)
		}
	}
	return nil
}

// notHouse refuses the flags of appliances, of which there are none with --tail.
func (t *tails) notHouse(cmd *cobra.Command) error {
	for _, name := range []string{"scenes", "only", "count", "connections", "rate", "seed", "speed", "occupancy", "fault"} {
		if cmd.Flags().Changed(name) {
			return cli.Usagef("--%s is for appliances, and with --tail there are none; start another sim for them", name)
		}
	}
	return nil
}

// run follows files until the command's context ends.
func (t *tails) run(cmd *cobra.Command, hub *cli.Hub, logs *cli.Log) error {
	if err := t.notHouse(cmd); err != nil {
		return err
	}
	cfg := follower.Config{Node: t.node, FromStart: t.start}
	for _, text := range t.patterns {
		p, err := tail.ParsePattern(text)
		if err != nil {
			return cli.Usagef("--tail: %w", err)
		}
		cfg.Patterns = append(cfg.Patterns, p)
	}
	if cfg.Node == "" {
		host, err := os.Hostname()
		if err != nil {
			return err
		}
		cfg.Node, _, _ = strings.Cut(host, ".")
	}
	if err := filewire.CheckNode(cfg.Node); err != nil {
		return cli.Usagef("--node: %w", err)
	}
	log, flush, err := logs.OutlivingLogger(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer flush()
	dial, err := hub.Dialer(log)
	if err != nil {
		return err
	}
	if cfg.Queue, err = t.queue.Endpoint(); err != nil {
		return err
	}
	cfg.Link, cfg.Log = dial("sim "+cfg.Node, log), log
	return follower.Run(cmd.Context(), cfg)
}
