package main

import (
	"log/slog"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/endpoint"
	"homebus/internal/hub"
	"homebus/internal/proxies"
	"homebus/internal/proxy"
)

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the hub",
		Long: `Serve is the hub: it passes every message from whoever publishes it to whoever
has subscribed to it, remembers the last value of state/, online/ and scene/
topics for those who come later, says that an appliance is offline when its
connection is lost, and runs the scenes of the file of the house.

It listens on this machine only unless an endpoint says otherwise
(tcp://HOST:PORT, tcp://*:PORT, ipc://PATH).`,
		Args: cli.NoArgs,
	}
	endpoints := cli.ListenFlags(cmd, "publishers", "subscribers")
	monitor := monitorFlag(cmd)
	control := controlFlag(cmd)
	scenes := cli.ScenesFlag(cmd)
	limits := hubLimitFlags(cmd)
	logs := cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := logs.Logger(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		frontend, backend, err := endpoints.Endpoints()
		if err != nil {
			return err
		}
		monitored, err := monitor.Endpoints()
		if err != nil {
			return err
		}
		controlled, err := control.Endpoints()
		if err != nil {
			return err
		}
		file, err := scenes.LoadIfAny(cmd.ErrOrStderr(), log)
		if err != nil {
			return err
		}
		h, err := hub.New(hub.Config{Frontend: frontend, Backend: backend, Monitor: monitored, Scenes: file, Limits: *limits, Log: log})
		if err != nil {
			return err
		}
		if file != nil {
			log.Info("running the scenes", "file", file.Path, "scenes", len(file.Scenes), "appliances", len(file.Devices))
		}
		logEndpoints(log, endpointsOf(h.Addrs()))
		return runSteered(cmd.Context(), h, controlled, log)
	}
	return cmd
}

// monitorFlag gives cmd the flag --monitor.
func monitorFlag(cmd *cobra.Command) *cli.Places {
	return cli.PlacesFlag(cmd, "monitor", "an `ENDPOINT` at which to repeat all that passes, behind a frame \"in\" or \"out\"; may be repeated")
}

// logEndpoints says where a proxy listens.
func logEndpoints(log *slog.Logger, at proxies.Endpoints) {
	places := []any{"frontend", strings.Join(at.Frontend, ","), "backend", strings.Join(at.Backend, ",")}
	if len(at.Monitor) > 0 {
		places = append(places, "monitor", strings.Join(at.Monitor, ","))
	}
	log.Info("listening", places...)
}

// endpointsOf returns the addresses in ZeroMQ's form.
func endpointsOf(addrs proxy.Addrs) proxies.Endpoints {
	texts := func(addrs []net.Addr) (list []string) {
		for _, a := range addrs {
			list = append(list, endpoint.Of(a).String())
		}
		return list
	}
	return proxies.Endpoints{Frontend: texts(addrs.Frontend), Backend: texts(addrs.Backend), Monitor: texts(addrs.Monitor)}
}
