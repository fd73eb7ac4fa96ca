package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"

	"homebus/internal/proxy"
	"homebus/internal/socket/gate"
	"homebus/internal/web/cork"
)

// Authorizer says who may publish. Its methods may be called from any goroutine.
type Authorizer interface {
	// Granted reports whether a client may publish by what its request carries.
	Granted(r *http.Request) bool
	// Matches reports whether a client that sends this token may publish, as browsers
	// cannot add a header to the request of a WebSocket.
	Matches(token string) bool
}

// Config says what a Gateway is to be.
type Config struct {
	// Attach makes a client a peer of the forwarder; name stands in its statistics and
	// logs.
	Attach func(name string) *proxy.Local
	// Authorizer may be nil: nobody may publish.
	Authorizer Authorizer
	Limits     Limits
	// Log is slog.Default() if nil.
	Log *slog.Logger
}

// Gateway is an [http.Handler] for the requests of WebSocket clients. Its methods may be
// called from any goroutine.
type Gateway struct {
	cfg    Config
	limits Limits
	log    *slog.Logger
	// faults keeps equal lines of the log few.
	faults gate.Quiet
	// turns are those of the clients to be written to, in the time since began.
	turns pacer
	began time.Time

	mu sync.Mutex
	// serving is Run's context, nil unless it serves.
	serving context.Context
	clients map[*client]struct{}
	// entered counts the requests that are being served, with the clients.
	entered  int
	handlers sync.WaitGroup
	departed Stats
}

var _ http.Handler = (*Gateway)(nil)

// New returns a Gateway that serves once Run does.
func New(cfg Config) *Gateway {
	g := &Gateway{cfg: cfg, limits: cfg.Limits.orDefaults(), log: cfg.Log, began: time.Now(), clients: make(map[*client]struct{})}
	if g.log == nil {
		g.log = slog.Default()
	}
	return g
}

// Run serves until ctx ends, and returns nil once every client is closed and nothing is
// left running. It is called once.
func (g *Gateway) Run(ctx context.Context) error {
	g.mu.Lock()
	g.serving = ctx
	g.mu.Unlock()
	<-ctx.Done()
	g.mu.Lock()
	g.serving = nil
	g.mu.Unlock()
	g.handlers.Wait()
	return nil
}

// ServeHTTP serves a client until its end. The parameters "prefix" of the request are its
// first subscriptions. Who is not to have the bus must have been refused before.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, err := g.enter()
	if err != nil {
		w.Header().Set("Retry-After", "1")
		g.refuse(w, r, http.StatusServiceUnavailable, err)
		return
	}
	defer g.exit()
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		g.refuse(w, r, http.StatusBadRequest, fmt.Errorf("the query: %w: want /ws?prefix=state/&prefix=event/", err))
		return
	}
	up := cork.NewUpgrade(w, g.limits.Patience)
	ws, err := websocket.Accept(up, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the server before us has looked at Origin: it knows which are allowed
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil { // and Accept has answered
		g.refused()
		g.log.Debug("no WebSocket", "peer", r.RemoteAddr, "reason", err)
		return
	}
	ws.SetReadLimit(int64(g.limits.MessageBytes))
	c := &client{gateway: g, ws: ws, conn: up.Conn(), name: "ws " + r.RemoteAddr, mayPublish: g.granted(r)}
	c.peer = g.cfg.Attach(c.name)
	defer c.peer.Close()
	g.add(c)
	defer g.remove(c)
	g.report(ctx, c, c.serve(ctx, query["prefix"]))
}

// enter admits a request, which exit ends.
func (g *Gateway) enter() (context.Context, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.serving == nil || g.serving.Err() != nil:
		return nil, errors.New("not serving: try again later")
	case g.entered == g.limits.Clients:
		return nil, fmt.Errorf("%d WebSocket clients are served already: try again later", g.entered)
	}
	g.entered++
	g.handlers.Add(1)
	return g.serving, nil
}

func (g *Gateway) exit() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.entered--
	g.handlers.Done()
}

func (g *Gateway) granted(r *http.Request) bool {
	return g.cfg.Authorizer != nil && g.cfg.Authorizer.Granted(r)
}

func (g *Gateway) matches(token string) bool {
	return g.cfg.Authorizer != nil && g.cfg.Authorizer.Matches(token)
}

// refuse answers a request that does not become a client.
func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	g.refused()
	http.Error(w, err.Error(), status)
	if n, ok := g.faults.Allow(time.Now()); ok {
		g.log.Warn("WebSocket client refused", "peer", r.RemoteAddr, "reason", err, "more", n)
	}
}

func (g *Gateway) refused() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.departed.Refused++
}

func (g *Gateway) add(c *client) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.clients[c] = struct{}{}
	g.departed.Ever++
}

func (g *Gateway) remove(c *client) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.clients, c)
	c.addTo(&g.departed)
}

// report says in the log and the counts how a client ended.
func (g *Gateway) report(ctx context.Context, c *client, err error) {
	if ctx.Err() != nil || err == nil {
		return
	}
	if !isCut(err) {
		g.log.Debug("WebSocket client gone", "peer", c.name, "reason", err)
		return
	}
	g.mu.Lock()
	g.departed.Cut++
	g.mu.Unlock()
	if n, ok := g.faults.Allow(time.Now()); ok {
		g.log.Warn("WebSocket client cut", "peer", c.name, "reason", err, "more", n)
	}
}
