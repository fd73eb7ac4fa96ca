package proxy

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// start runs a forwarder on loopback ports of the kernel's choice and ends it
// with the test.
func start(t testing.TB, cfg Config) *Forwarder {
	t.Helper()
	cfg.Frontend = append(cfg.Frontend, "tcp://127.0.0.1:0")
	cfg.Backend = append(cfg.Backend, "tcp://127.0.0.1:0")
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	f, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(zmtptest.Patience):
			t.Error("Run did not end")
		}
	})
	return f
}

func publisherOf(t testing.TB, f *Forwarder) *zmtptest.Peer {
	t.Helper()
	return zmtptest.Connect(t, f.Addrs().Frontend[0], zmtp.PUB, 0)
}

// subscriberOf connects and returns once its subscriptions count.
func subscriberOf(t testing.TB, f *Forwarder, prefixes ...string) *zmtptest.Peer {
	t.Helper()
	p := zmtptest.Connect(t, f.Addrs().Backend[0], zmtp.SUB, 0)
	p.Subscribe(prefixes...)
	return p
}
