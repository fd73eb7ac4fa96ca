package proxy

import (
	"context"
	"sync"
)

// hold is whether a relay is paused. Safe for concurrent use.
type hold struct {
	mu sync.Mutex
	// running ends when the relay is paused, and is another after that.
	running context.Context
	cancel  context.CancelFunc
	// resumed is nil unless the relay is paused, and closed when it goes on.
	resumed chan struct{}
}

func newHold() *hold {
	h := &hold{}
	h.running, h.cancel = context.WithCancel(context.Background())
	return h
}

// open waits until the relay is not paused, or returns ctx's error. The context that
// it returns ends with the next pause, and with end.
func (h *hold) open(ctx context.Context) (context.Context, error) {
	for {
		h.mu.Lock()
		running, resumed := h.running, h.resumed
		h.mu.Unlock()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if resumed == nil {
			return running, nil
		}
		select {
		case <-resumed:
		case <-ctx.Done():
		}
	}
}

func (h *hold) pause() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.resumed == nil {
		h.resumed = make(chan struct{})
		h.cancel()
	}
}

func (h *hold) resume() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.resumed != nil {
		h.running, h.cancel = context.WithCancel(context.Background())
		close(h.resumed)
		h.resumed = nil
	}
}

func (h *hold) paused() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.resumed != nil
}

// end ends the context that was given out last. It is called when the relay ends.
func (h *hold) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancel()
}
