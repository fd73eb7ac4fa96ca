package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/epgm"
	"homebus/internal/multicast"
	"homebus/internal/proxies"
	"homebus/internal/proxy"
)

// groups are the endpoints of a forwarder or hub that are multicast groups.
type groups struct {
	sending           *cli.Hub // says how
	frontend, backend []epgm.Endpoint
}

// newGroups lets the endpoints of f be multicast groups, and gives cmd the flags that say
// how it sends to them.
func newGroups(cmd *cobra.Command, f listenFlags) *groups {
	f.endpoints.AllowGroups()
	f.endpoints.MulticastFlags(cmd)
	return &groups{sending: f.endpoints}
}

// take takes the groups out of where a forwarder listens, or says which is given twice.
func (g *groups) take(at proxies.Endpoints) (proxies.Endpoints, error) {
	at.Frontend, g.frontend = apart(at.Frontend)
	at.Backend, g.backend = apart(at.Backend)
	if err := multicast.CheckApart(g.frontend, g.backend); err != nil {
		return at, cli.Usagef("%w", err)
	}
	return at, nil
}

// apart parts endpoints, which have been checked, into those to listen at and groups.
func apart(endpoints []string) (listen []string, groups []epgm.Endpoint) {
	for _, text := range endpoints {
		if e, err := epgm.ParseEndpoint(text); err == nil {
			groups = append(groups, e)
		} else {
			listen = append(listen, text)
		}
	}
	return listen, groups
}

// open opens the groups for the forwarder behind attach; nil if there are none. prefixes
// are what is sent to them, none for everything.
func (g *groups) open(attach func(string) *proxy.Local, prefixes []string, log *slog.Logger) ([]part, error) {
	if len(g.frontend)+len(g.backend) == 0 {
		return nil, nil
	}
	p, err := multicast.New(multicast.Config{
		Frontend: g.frontend, Backend: g.backend, Prefixes: prefixes,
		Publisher: g.sending.Publisher(), Attach: attach, Log: log,
	})
	if err != nil {
		return nil, err
	}
	return []part{p}, nil
}

// given says where the groups are, behind where a forwarder listens.
func (g *groups) given(at proxies.Endpoints) proxies.Endpoints {
	for _, e := range g.frontend {
		at.Frontend = append(at.Frontend, e.String())
	}
	for _, e := range g.backend {
		at.Backend = append(at.Backend, e.String())
	}
	return at
}
