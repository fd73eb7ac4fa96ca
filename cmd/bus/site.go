package main

import (
	"context"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"homebus/internal/hub"
	"homebus/internal/mirror/plan"
	"homebus/internal/scene"
	"homebus/internal/web"
	"homebus/internal/web/page"
	"homebus/internal/web/wall"
)

// site is what a hub serves on HTTP: the server, and what is behind its addresses.
type site struct {
	server *web.Server
	wall   *wall.Wall
}

var _ part = (*site)(nil)

// newSite puts everything behind its address. file is the house, nil for none.
func newSite(server *web.Server, h *hub.Hub, file *scene.File, pages int, log *slog.Logger) *site {
	s := &site{server: server}
	s.wall = wall.New(wall.Config{
		Plan: plan.Of(file), Link: h.Link("web"), Authorizer: server.Guard(), Ready: h.Ready, Version: page.Version(),
		Viewers: pages, Log: log,
	})
	server.Handle("/mirror", s.wall)
	server.Handle("/", page.Handler())
	return s
}

// Run serves until ctx ends.
func (s *site) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.server.Run(ctx) })
	g.Go(func() error { return s.wall.Run(ctx) })
	return g.Wait()
}

// Close closes the address of a site that is not to run after all.
func (s *site) Close() { s.server.Close() }
