package proxy

import (
	"context"
	"time"
)

// Pause stops the passing of messages: once it has returned, no message of a
// publisher on the network passes until Resume. Nothing is lost by it. Publishers
// are not read, so that TCP makes them wait; they are not cut for their silence
// meanwhile, and are pinged often enough that they do not give the forwarder up.
// What was passed before is still written to subscribers; subscriptions go on, and
// so do the peers in this process, but for what they say by PublishInTurn. A publisher that
// leaves is found to be gone once its last messages have passed; one that is cut, to make
// room for others, at once. Pausing twice is pausing once.
func (f *Forwarder) Pause() {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	if f.board.resumed == nil {
		f.board.resumed = make(chan struct{})
	}
}

// Resume ends a Pause; without one it does nothing.
func (f *Forwarder) Resume() {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	if f.board.resumed != nil {
		close(f.board.resumed)
		f.board.resumed = nil
	}
}

// Paused reports whether f is paused.
func (f *Forwarder) Paused() bool {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	return f.board.resumed != nil
}

// mayPass returns at once unless the forwarder is paused; then it lets the others
// have the switchboard until that ends, or ctx, whose error it returns. What was
// forwarded before is written first.
func (t *turn) mayPass(ctx context.Context) error {
	for t.board.resumed != nil {
		resumed := t.board.resumed
		t.board.mu.Unlock()
		t.courier.deliver()
		select {
		case <-resumed:
		case <-ctx.Done():
		}
		t.board.mu.Lock()
		t.since = time.Now()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}
