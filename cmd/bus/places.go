package main

import (
	"log/slog"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/endpoint"
	"homebus/internal/proxies"
	"homebus/internal/proxy"
)

// listenFlags are the flags that say where a hub or another proxy listens.
type listenFlags struct {
	endpoints        *cli.Hub
	monitor, control *cli.Places
}

// newListenFlags gives cmd the flags --frontend, --backend, --monitor and --control.
func newListenFlags(cmd *cobra.Command, atFrontend, atBackend string) listenFlags {
	return listenFlags{
		endpoints: cli.ListenFlags(cmd, atFrontend, atBackend),
		monitor:   cli.PlacesFlag(cmd, "monitor", "an `ENDPOINT` at which to repeat all that passes, behind a frame \"in\" or \"out\"; may be repeated"),
		control:   cli.PlacesFlag(cmd, "control", "an `ENDPOINT` for \"bus ctl\", \"bus why\" and other clients of a steerable proxy, who may do everything there; may be repeated"),
	}
}

// places returns what was given, or the mistake in it.
func (f listenFlags) places() (at proxies.Endpoints, control []string, err error) {
	if at.Frontend, at.Backend, err = f.endpoints.Endpoints(); err != nil {
		return at, nil, err
	}
	if at.Monitor, err = f.monitor.Endpoints(); err != nil {
		return at, nil, err
	}
	if control, err = f.control.Endpoints(); err != nil {
		return at, nil, err
	}
	return at, control, checkApart(at, control, nil)
}

// checkApart says which place was given twice. The system would only say that it is in
// use, as if another program were there.
func checkApart(at proxies.Endpoints, control, http []string) error {
	taken := map[endpoint.Endpoint]string{}
	for _, side := range []struct {
		name  string
		texts []string
	}{{"frontend", at.Frontend}, {"backend", at.Backend}, {"monitor", at.Monitor}, {"control", control}, {"http", http}} {
		for _, text := range side.texts {
			e, err := endpoint.Parse(text)
			if err != nil || e.AnyPort() {
				continue
			}
			switch other, ok := taken[e]; {
			case ok && other == side.name:
				return cli.Usagef("%s is %s twice; want each place once", other, text)
			case ok:
				return cli.Usagef("%s and %s are both %s; want a place of its own for each", other, side.name, text)
			}
			taken[e] = side.name
		}
	}
	return nil
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
