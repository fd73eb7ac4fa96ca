package main

import (
	"errors"
	"log/slog"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/hub"
	"homebus/internal/mirror/plan"
	"homebus/internal/scene"
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
(tcp://HOST:PORT, tcp://*:PORT, ipc://PATH, or epgm://INTERFACE;GROUP:PORT, a
multicast group, in which everybody hears everything). With --http it serves
browsers and Prometheus too; docs/http.md tells who may ask and who may publish.`,
		Args: cli.NoArgs,
	}
	s := serving{
		listen: newListenFlags(cmd, "publishers", "subscribers"),
		http:   newHTTPFlags(cmd),
		scenes: cli.ScenesFlag(cmd),
		limits: hubLimitFlags(cmd),
	}
	s.groups = newGroups(cmd, s.listen)
	logs := cli.LogFlags(cmd, "info")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, flush, err := logs.OutlivingLogger(cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer flush()
		s.log = log
		return s.run(cmd)
	}
	return cmd
}

// serving is what a hub is to be by its flags.
type serving struct {
	listen listenFlags
	groups *groups
	http   *httpFlags
	scenes *cli.Scenes
	limits *hub.Limits
	log    *slog.Logger
}

// run opens the hub and what belongs to it, and serves until the context of cmd ends.
func (s serving) run(cmd *cobra.Command) error {
	at, controlled, err := s.listen.places()
	if err != nil {
		return err
	}
	if err := errors.Join(checkApart(at, controlled, s.http.place()), checkPings(s.limits.Proxy.PingEvery, s.limits.Proxy.Silence)); err != nil {
		return err
	}
	if at, err = s.groups.take(at); err != nil {
		return err
	}
	if err := s.http.check(s.log, &s.limits.Proxy); err != nil {
		return err
	}
	warnOfLost(s.log, s.limits.Proxy)
	watch := newWatcher(s.scenes.Path(), s.log)
	file, err := s.scenes.LoadIfAny(cmd.ErrOrStderr(), s.log)
	if err != nil {
		return err
	}
	h, err := hub.New(hub.Config{Frontend: at.Frontend, Backend: at.Backend, Monitor: at.Monitor, Scenes: file, Limits: *s.limits, Log: s.log})
	if err != nil {
		return err
	}
	beside, load, err := s.beside(h, file)
	if err != nil {
		h.Close()
		return err
	}
	p := program{proxy: h, at: s.groups.given(endpointsOf(h.Addrs())), control: controlled, verbs: explanations(h), beside: beside, log: s.log}
	if file == nil {
		return p.run(cmd.Context())
	}
	s.log.Info("running the scenes", "file", file.Path, "scenes", len(file.Scenes), "appliances", len(file.Devices))
	return watched(cmd.Context(), watch, load, p.run)
}

// beside opens what runs beside the hub, or nothing, and says what is wrong. load has all
// of it go on with another file of the house.
func (s serving) beside(h *hub.Hub, file *scene.File) (parts []part, load func(*scene.File) error, err error) {
	parts, err = s.groups.open(h.Attach, nil, s.log)
	if err != nil || !s.http.wanted() {
		return parts, h.Reload, err
	}
	server, err := s.http.open(h, s.log)
	if err != nil {
		closeAll(parts)
		return nil, nil, err
	}
	site := newSite(server, h, file, s.http.pages, s.log)
	load = func(file *scene.File) error {
		if err := h.Reload(file); err != nil {
			return err
		}
		site.wall.Replan(plan.Of(file))
		return nil
	}
	return append(parts, site), load, nil
}
