package cli

import (
	"log/slog"
	"strings"

	"homebus/internal/epgm"
	"homebus/internal/link"
	"homebus/internal/link/epgmlink"
	"homebus/internal/link/zmqlink"
)

// Dial makes a link to the hub in a client's name. A nil log is none.
type Dial func(name string, log *slog.Logger) link.Link

// Dialer returns what makes links to the hub, or the mistake in the endpoints. log is for
// what the links share: the sockets at multicast groups, of which there is one a direction
// however often Dialer is called.
func (h *Hub) Dialer(log *slog.Logger) (Dial, error) { return h.dialer(log, nil) }

// atOnce is how many links of a crowd are on their way to the hub at a time: enough to
// keep two cores busy, and few enough that each is up within a fraction of a second.
const atOnce = 128

// CrowdDialer is Dialer for links that can be thousands, which take turns to connect.
func (h *Hub) CrowdDialer(log *slog.Logger) (Dial, error) {
	return h.dialer(log, zmqlink.NewTurns(atOnce))
}

func (h *Hub) dialer(log *slog.Logger, turns zmqlink.Turns) (Dial, error) {
	frontends, backends, err := h.Endpoints()
	if err != nil {
		return nil, err
	}
	var groups epgmlink.Config
	frontend, backend := takeGroup(frontends[0], &groups.Frontend), takeGroup(backends[0], &groups.Backend)
	if frontend == "" && backend == "" {
		s := h.stationAt(groups, log)
		return func(name string, _ *slog.Logger) link.Link { return s.Link(name, nil) }, nil
	}
	connect, err := connecting(zmqlink.Config{Frontend: frontend, Backend: backend, Turns: turns})
	if err != nil || frontend != "" && backend != "" {
		return connect, err
	}
	s := h.stationAt(groups, log)
	return func(name string, log *slog.Logger) link.Link {
		return s.Link(name, func() link.Link { return connect(name, log) })
	}, nil
}

// connecting makes links over TCP.
func connecting(cfg zmqlink.Config) (Dial, error) {
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

// takeGroup puts an endpoint, which has been checked, into group if it is one, and returns
// what is then left to connect to.
func takeGroup(text string, group *epgm.Endpoint) string {
	if !isGroup(text) {
		return text
	}
	*group, _ = epgm.ParseEndpoint(text)
	return ""
}

// isGroup reports whether an endpoint says that it is a multicast group.
func isGroup(text string) bool { return strings.HasPrefix(text, "epgm:") }

// stationAt returns the program's station at the groups, the same each time.
func (h *Hub) stationAt(c epgmlink.Config, log *slog.Logger) *epgmlink.Station {
	if h.station == nil {
		if h.multicast != nil {
			c.Publisher = h.Publisher()
		}
		c.Log = log
		h.station = epgmlink.New(c)
	}
	return h.station
}
