package zmqlink

import (
	"context"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

// The bounds of what is held until the link is up.
const (
	maxEarly      = 8192
	maxEarlyBytes = 16 << 20
)

// announce makes the Status with Up, in a moment at which all that the link has
// subscribed to is in effect: also what came while the session was made ready.
func (s *session) announce(ctx context.Context) (link.Status, error) {
	for ctx.Err() == nil {
		if status, ok := s.status(); ok {
			return status, nil
		}
		<-s.link.changed // this is its one reader
		if err := s.follow(); err != nil {
			return link.Status{}, err
		}
		s.settle(ctx)
	}
	return link.Status{}, ctx.Err()
}

// status makes that Status, unless there is a change of subscriptions to follow.
func (s *session) status() (status link.Status, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.link.mu.Lock()
	defer s.link.mu.Unlock()
	if len(s.link.changed) > 0 {
		return link.Status{}, false
	}
	s.announced = true
	return s.link.status(true, ""), true
}

// goLive delivers the Status with Up and what came before it.
func (s *session) goLive(ctx context.Context, status link.Status) {
	s.link.out.rise()
	s.wentUp = true
	s.pulse.listen(time.Now())
	s.emit(ctx, link.Event{Status: &status})
	for {
		s.mu.Lock()
		batch := s.early
		s.early = nil
		if len(batch) == 0 {
			close(s.live)
			s.full = false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		for _, e := range batch {
			s.emit(ctx, e)
		}
	}
}

// deliver gives an event to the reader, after the Status with Up.
func (s *session) deliver(ctx context.Context, e link.Event) {
	select {
	case <-s.live: // as nearly always
		s.emit(ctx, e)
		return
	default:
	}
	if s.hold(e) {
		return
	}
	select {
	case <-s.live:
		s.emit(ctx, e)
	case <-ctx.Done():
	}
}

// hold keeps e back if the session is not live and there is room.
func (s *session) hold(e link.Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.live:
		return false
	default:
	}
	if len(s.early) >= maxEarly || s.earlyBytes >= maxEarlyBytes {
		s.full = true
		if s.enough != nil {
			s.enough()
		}
		return false
	}
	s.early = append(s.early, e)
	s.earlyBytes += link.Size(e.Message)
	return true
}

// emit waits for the reader; meanwhile no heartbeat counts as missed.
func (s *session) emit(ctx context.Context, e link.Event) {
	select {
	case s.link.events <- e:
		return
	default:
	}
	s.pulse.pause()
	select {
	case s.link.events <- e:
	case <-ctx.Done():
	}
	s.pulse.listen(time.Now())
}

// receive delivers what the hub sends.
func (s *session) receive(ctx context.Context) error {
	for ctx.Err() == nil {
		frames, err := s.sub.receive()
		if err != nil {
			return err
		}
		if string(frames[0]) == topics.BusHeartbeat {
			s.beat(ctx, message.FromFrames(frames))
		}
		if s.link.wants(frames[0]) {
			s.deliver(ctx, link.Event{Message: message.FromFrames(frames)})
		}
	}
	return nil
}

// beat notes a heartbeat and tells of a new boot.
func (s *session) beat(ctx context.Context, m message.Message) {
	s.mu.Lock()
	tell := s.pulse.beat(time.Now(), m) && s.announced
	s.mu.Unlock()
	if tell {
		status := s.link.status(true, "")
		s.deliver(ctx, link.Event{Status: &status})
	}
}
