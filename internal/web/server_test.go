package web

import (
	"context"
	"strings"
	"testing"
)

// A server that can listen no longer says so, and does not pretend to serve.
func TestALostListener(t *testing.T) {
	s := open(t, Config{})
	done := make(chan error, 1)
	go func() { done <- s.Run(t.Context()) }()
	if answer, _ := get(t, s, "/healthz"); answer.StatusCode != 200 {
		t.Errorf("%d", answer.StatusCode)
	}
	s.Close()
	if err := <-done; err == nil || !strings.HasPrefix(err.Error(), "http: ") {
		t.Errorf("Run: %v", err)
	}
}

func TestAServerThatEndsBeforeItBegins(t *testing.T) {
	s := open(t, Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Run(ctx); err != nil {
		t.Errorf("Run: %v", err)
	}
}
