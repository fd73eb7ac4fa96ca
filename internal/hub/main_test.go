package hub

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"homebus/internal/link/linktest"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// TestMain fails if a goroutine of the hub is left when all tests are done.
func TestMain(m *testing.M) {
	os.Exit(linktest.Main(m, "internal/hub.", "internal/proxy."))
}

// start runs a hub on loopback ports of the kernel's choice and ends it with the
// test.
func start(t testing.TB, cfg Config) *Hub {
	t.Helper()
	h, stop := startStop(t, cfg)
	t.Cleanup(stop)
	return h
}

// startStop is start for a test that ends the hub itself. stop may be called
// more than once.
func startStop(t testing.TB, cfg Config) (h *Hub, stop func()) {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Frontend == nil {
		cfg.Frontend, cfg.Backend = []string{"tcp://127.0.0.1:0"}, []string{"tcp://127.0.0.1:0"}
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	return h, func() {
		cancel()
		select {
		case err := <-done:
			done <- nil
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(zmtptest.Patience):
			t.Error("Run did not end")
		}
	}
}

func publisherOf(t testing.TB, h *Hub) *zmtptest.Peer {
	t.Helper()
	return zmtptest.Connect(t, h.Addrs().Frontend[0], zmtp.PUB, 0)
}

// subscriberOf returns a subscriber whose subscriptions are in effect. It must
// not be given last values; see joining.
func subscriberOf(t testing.TB, h *Hub, prefixes ...string) *zmtptest.Peer {
	t.Helper()
	p := joining(t, h)
	p.Subscribe(prefixes...)
	return p
}

// joining returns a subscriber that has not subscribed yet.
func joining(t testing.TB, h *Hub) *zmtptest.Peer {
	t.Helper()
	return zmtptest.Connect(t, h.Addrs().Backend[0], zmtp.SUB, 0)
}

func subscribe(p *zmtptest.Peer, prefixes ...string) {
	for _, prefix := range prefixes {
		p.Say(zmtp.AppendSubscription(nil, true, []byte(prefix)))
	}
}
