package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"homebus/internal/hub"
	"homebus/internal/proxy"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// house is a bus with a gateway before it.
type house struct {
	t       testing.TB
	attach  func(name string) *proxy.Local
	gateway *Gateway
	server  *httptest.Server
	// end ends the gateway, and returns when it has ended.
	end func()
}

// tokenOf lets those publish who know the token, and all if it is empty.
type tokenOf string

func (t tokenOf) Granted(r *http.Request) bool {
	return t == "" || r.URL.Query().Get("token") == string(t)
}
func (t tokenOf) Matches(token string) bool { return token == string(t) }

// open opens the gateway of a hub.
func open(t testing.TB, limits Limits, bounds proxy.Limits, who Authorizer) *house {
	t.Helper()
	h, err := hub.New(hub.Config{Limits: hub.Limits{Proxy: bounds}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runUntil(t, h.Run))
	return openOn(t, h.Attach, limits, who)
}

// openOn opens the gateway of a bus that runs.
func openOn(t testing.TB, attach func(string) *proxy.Local, limits Limits, who Authorizer) *house {
	t.Helper()
	g := New(Config{Attach: attach, Authorizer: who, Limits: limits, Log: slog.New(slog.DiscardHandler)})
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	end := runUntil(t, g.Run)
	t.Cleanup(end)
	await(t, "the gateway serves", g.isServing)
	return &house{t: t, attach: attach, gateway: g, server: server, end: end}
}

// runUntil runs something until what it returns is called, which waits for its end.
func runUntil(t testing.TB, run func(context.Context) error) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// await waits until something is so.
func await(t testing.TB, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(patience); !so(); {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

func (h *house) url(query string) string { return h.server.URL + "/ws" + query }

// publish publishes on the bus, as what is no client of the gateway.
func (h *house) publish(frames ...string) {
	h.t.Helper()
	peer := h.attach("test")
	defer peer.Close()
	if err := peer.Publish(framesOf(frames)); err != nil {
		h.t.Fatal(err)
	}
}

func framesOf(texts []string) [][]byte { return frames(texts...) }

// visitor is a client, and reads one message at a time.
type visitor struct {
	t  testing.TB
	ws *websocket.Conn
}

func (h *house) dial(query string) *visitor {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, resp, err := websocket.Dial(ctx, h.url(query), nil)
	if err != nil {
		h.t.Fatalf("dial %s: %v, %v", query, err, resp)
	}
	ws.SetReadLimit(64 << 20)
	h.t.Cleanup(func() { _ = ws.CloseNow() })
	return &visitor{h.t, ws}
}

func (v *visitor) say(text string) {
	v.t.Helper()
	if err := v.ws.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		v.t.Fatalf("say %.60s: %v", text, err)
	}
}

func (v *visitor) hear() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kind, b, err := v.ws.Read(ctx)
	if err == nil && kind != websocket.MessageText {
		v.t.Errorf("%v", kind)
	}
	return string(b), err
}

// expect wants these frames next. A want that ends in "…" is the beginning of one.
func (v *visitor) expect(want ...string) {
	v.t.Helper()
	for _, want := range want {
		got, err := v.hear()
		if err != nil {
			v.t.Fatalf("want %s: %v", want, err)
		}
		beginning, cut := strings.CutSuffix(want, "…")
		if got != want && !(cut && strings.HasPrefix(got, beginning)) {
			v.t.Errorf("got  %.300s\nwant %s", got, want)
		}
	}
}

// expectNothing wants no frame before the answer to an op that is none.
func (v *visitor) expectNothing() {
	v.t.Helper()
	v.say(`{"op":"fence"}`)
	v.expect(`{"error":"unknown op \"fence\"…`)
}

// expectClose wants the connection to be closed with a code next.
func (v *visitor) expectClose(code websocket.StatusCode) {
	v.t.Helper()
	text, err := v.hear()
	if websocket.CloseStatus(err) != code {
		v.t.Errorf("%.100s, %v; want a close frame with %v", text, err, code)
	}
}

// awaitClients waits until so many clients are there.
func (h *house) awaitClients(n int) {
	h.t.Helper()
	await(h.t, "clients", func() bool { return h.gateway.Stats().Clients == n })
}

// isServing reports whether Run has begun and not ended.
func (g *Gateway) isServing() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.serving != nil
}
