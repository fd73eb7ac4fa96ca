package hub

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"homebus/internal/link/linktest"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// start runs a hub and ends it with the test.
func start(t testing.TB, cfg Config) *Hub {
	t.Helper()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(patience):
			t.Error("Run did not end")
		}
	})
	return h
}

func TestLinkConformance(t *testing.T) {
	linktest.Run(t, func(t *testing.T) linktest.Bus {
		return linktest.Bus{Link: start(t, Config{}).Link}
	})
}
