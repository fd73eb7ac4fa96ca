package bench

import (
	"context"
	"sync/atomic"
	"time"
)

// window holds publishers back that are too far ahead of the slowest subscriber. Publishers
// wait at it, subscribers move it; all may use it at once.
type window struct {
	size int64 // messages; 0: no bound
	// slowest is how far the slowest subscriber is, as a sum over the publishers'
	// sequences.
	slowest func() int64
	bells   []chan struct{}

	sent atomic.Int64
	// forgiven is where the slowest subscriber is taken to be at least: what was under
	// way for too long is lost.
	forgiven atomic.Int64
	waiting  atomic.Int32
}

func (w *window) open() bool {
	return w.sent.Load()-max(w.slowest(), w.forgiven.Load()) < w.size
}

// wait waits until a publisher may send, whose bell moved rings.
func (w *window) wait(ctx context.Context, bell <-chan struct{}) error {
	if w.size == 0 || w.open() {
		return nil
	}
	w.waiting.Add(1)
	defer w.waiting.Add(-1)
	stalled := time.NewTimer(patience)
	defer stalled.Stop()
	for at := w.slowest(); !w.open(); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-bell:
			if now := w.slowest(); now != at {
				at = now
				stalled.Reset(patience)
			}
		case <-stalled.C:
			w.forgiven.Store(w.sent.Load())
		}
	}
	return nil
}

// moved says that a subscriber has heard more.
func (w *window) moved() {
	if w.waiting.Load() == 0 {
		return
	}
	for _, bell := range w.bells {
		select {
		case bell <- struct{}{}:
		default: // it has not heard the last ring yet
		}
	}
}
