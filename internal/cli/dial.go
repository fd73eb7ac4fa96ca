package cli

import (
	"log/slog"

	"homebus/internal/link"
	"homebus/internal/link/zmqlink"
)

// Dialer returns what makes links to the hub, each in a client's name, or the
// mistake in the endpoints. A nil log is none.
func (h *Hub) Dialer() (func(name string, log *slog.Logger) link.Link, error) {
	return h.dialer(nil)
}

// atOnce is how many links of a crowd are on their way to the hub at a time: enough to
// keep two cores busy, and few enough that each is up within a fraction of a second.
const atOnce = 128

// CrowdDialer is Dialer for links that can be thousands, which take turns to connect.
func (h *Hub) CrowdDialer() (func(name string, log *slog.Logger) link.Link, error) {
	return h.dialer(zmqlink.NewTurns(atOnce))
}

func (h *Hub) dialer(turns zmqlink.Turns) (func(name string, log *slog.Logger) link.Link, error) {
	frontend, backend, err := h.Endpoints()
	if err != nil {
		return nil, err
	}
	cfg := zmqlink.Config{Frontend: frontend[0], Backend: backend[0], Turns: turns}
	if _, err := zmqlink.New(cfg); err != nil {
		return nil, Usagef("%w", err)
	}
	return func(name string, log *slog.Logger) link.Link {
		cfg := cfg
		cfg.Name, cfg.Log = name, log
		l, err := zmqlink.New(cfg)
		if err != nil {
			panic("cli: endpoints that were good no longer are: " + err.Error())
		}
		return l
	}, nil
}
