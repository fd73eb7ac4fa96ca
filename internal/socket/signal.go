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

// wait returns what is closed when the signal fires.
func (s *signal) wait() <-chan struct{} {
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

// await gives the lock up until the signal fires, and returns why not if ctx ends
// first. With an ended ctx it does not wait at all.
func (s *Socket) await(ctx context.Context, sig *signal) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	ch := sig.wait()
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
