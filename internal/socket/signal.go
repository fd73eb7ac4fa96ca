package socket

import "context"

// signal wakes those who wait for a state of a socket to change. It belongs to the
// socket's lock.
type signal struct{ ch chan struct{} }

// fire wakes all who wait.
func (s *signal) fire() {
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}

// await gives the lock up until the signal fires, and returns why not if ctx ends
// first. With an ended ctx it does not wait at all.
func (s *Socket) await(ctx context.Context, sig *signal) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if sig.ch == nil {
		sig.ch = make(chan struct{})
	}
	ch := sig.ch
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// wake puts a token into a channel of one place.
func wake(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default: // a token is there already
	}
}
