package main

import (
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/collector"
)

func newCollect() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "collect",
		Short: "Collect the files of many nodes",
		Long: `Collect gathers the files that nodes follow (sim --tail): DIR/NODE/PATH has the
bytes of the file PATH of the node NODE. What a rotated or truncated file had
before is in PATH@1, PATH@2 and so on, the newest last. It begins with the oldest
rotated file that is still there.

Nothing is missing in the end: what was lost, or was there before, is asked for
through a queue proxy. The files in DIR are all it has to remember; it may be killed
at any time, and goes on from where they end. One collector at a time has DIR.

Without --out it prints whole lines, NODE/PATH: LINE, of every file from its
beginning; on a terminal, what it would obey is shown as an escape.`,
		Example: `  bus proxy queue --frontend ` + cli.DefaultQueueFrontend + ` --backend ` + cli.DefaultQueueBackend + `
  sim --tail 'logs/**/*.log' --node kitchen-pi
  bus collect --out collected`,
		Args: cli.NoArgs,
	}
	hub := cli.HubFlags(cmd)
	queue := cli.QueueFlag(cmd, cli.EnvQueueFrontend, cli.DefaultQueueFrontend, "the `ENDPOINT` of a queue proxy's frontend, where nodes are asked")
	out := cmd.Flags().StringP("out", "o", "", "write into the folder `DIR`, which is made if it is not there (default: lines to standard output)")
	logs := cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := logs.Logger(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		dial, err := hub.Dialer(log)
		if err != nil {
			return err
		}
		cfg := collector.Config{Link: dial("bus collect", log), Log: log}
		if cfg.Queue, err = queue.Endpoint(); err != nil {
			return err
		}
		if *out == "" {
			var shown func(string) string
			if cli.IsTerminal(cmd.OutOrStdout()) {
				shown = visibleLine
			}
			cfg.Store = collector.NewStream(cmd.OutOrStdout(), shown)
			return collector.Run(cmd.Context(), cfg)
		}
		folder, err := collector.OpenFolder(*out)
		if err != nil {
			return err
		}
		defer folder.Close()
		cfg.Store = folder
		return collector.Run(cmd.Context(), cfg)
	}
	return cmd
}

// visibleLine is visible, but for tabs, which do no harm in a line.
func visibleLine(s string) string {
	parts := strings.Split(s, "\t")
	for i := range parts {
		parts[i] = visible(parts[i])
	}
	return strings.Join(parts, "\t")
}
