package main

import (
	"context"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/hub"
)

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the hub",
		Long: `Serve is the hub: it passes every message from whoever publishes it to whoever
has subscribed to it, remembers the last value of state/, online/ and scene/
topics for those who come later, says that an appliance is offline when its
connection is lost, and runs the scenes of the file of the house. When that file
changes, and at SIGHUP, it is loaded again: what did not change in it goes on
undisturbed, and if it has mistakes, they are logged and nothing changes.

It listens on this machine only unless an endpoint says otherwise
(tcp://HOST:PORT, tcp://*:PORT, ipc://PATH).`,
		Args: cli.NoArgs,
	}
	listen := newListenFlags(cmd, "publishers", "subscribers")
	scenes := cli.ScenesFlag(cmd)
	limits := hubLimitFlags(cmd)
	logs := cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, flush, err := logs.OutlivingLogger(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer flush()
		at, controlled, err := listen.places()
		if err != nil {
			return err
		}
		if err := checkPings(limits.Proxy.PingEvery, limits.Proxy.Silence); err != nil {
			return err
		}
		warnOfLost(log, limits.Proxy)
		watch := newWatcher(scenes.Path(), log)
		file, err := scenes.LoadIfAny(cmd.ErrOrStderr(), log)
		if err != nil {
			return err
		}
		h, err := hub.New(hub.Config{Frontend: at.Frontend, Backend: at.Backend, Monitor: at.Monitor, Scenes: file, Limits: *limits, Log: log})
		if err != nil {
			return err
		}
		serve := func(ctx context.Context) error {
			return runSteered(ctx, h, endpointsOf(h.Addrs()), controlled, explanations(h), log)
		}
		if file == nil {
			return serve(cmd.Context())
		}
		log.Info("running the scenes", "file", file.Path, "scenes", len(file.Scenes), "appliances", len(file.Devices))
		return watched(cmd.Context(), watch, h.Reload, serve)
	}
	return cmd
}
