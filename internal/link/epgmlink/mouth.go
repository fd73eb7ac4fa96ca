package epgmlink

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"homebus/internal/epgm"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// mouth is what a station publishes with, for the time of one session. It is used with
// the station's lock, but for its channels.
type mouth struct {
	publisher publisher      // nil until the first message
	opened    chan publisher // takes it, once
	failed    chan error     // takes why it cannot be opened, once
}

// openMouth returns what to publish with; nil if nothing is published. Who has published
// before will again: its publisher is opened at once, or else each link would be told that
// it is up, only to find out otherwise.
func (s *Station) openMouth() (*mouth, error) {
	if s.cfg.Frontend == none {
		return nil, nil
	}
	if err := s.air.check(s.cfg.Frontend); err != nil {
		return nil, err
	}
	m := &mouth{opened: make(chan publisher, 1), failed: make(chan error, 1)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.speaks {
		return m, nil
	}
	return m, s.openPublisher(m)
}

// openPublisher opens m's publisher. s.mu is held.
func (s *Station) openPublisher(m *mouth) error {
	s.speaks = true
	p, err := s.air.speak(s.cfg.Frontend, s.cfg.Publisher)
	if err != nil {
		return err
	}
	m.publisher = p
	m.opened <- p
	return nil
}

// discard closes a mouth that nobody is to speak with, or none.
func (m *mouth) discard() {
	if m != nil && m.publisher != nil {
		_ = m.publisher.Close()
	}
}

// speak runs the publisher, once there is one, until ctx ends.
func (s *Station) speak(ctx context.Context, m *mouth) error {
	var p publisher
	select {
	case err := <-m.failed:
		s.setMouth(nil)
		return err
	case p = <-m.opened:
	case <-ctx.Done():
	}
	if p == nil {
		s.setMouth(nil) // nobody opens one from now on
		select {
		case p = <-m.opened:
		default:
			return ctx.Err()
		}
	}
	s.log.Info("sending multicast", "frontend", s.cfg.Frontend.String())
	err := p.Run(ctx)
	s.setMouth(nil)
	if n := p.Stats().Waiting; n > 0 {
		s.log.Warn("messages lost, there was no time left to send them by multicast (--multicast-rate)", "count", n)
	}
	return errors.Join(err, ctx.Err())
}

func (s *Station) setMouth(m *mouth) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mouth = m
}

// publish queues m for the group on behalf of l.
func (s *Station) publish(l *Link, m message.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.send(m)
	if err != nil {
		return fmt.Errorf("publish %.60q: %w", m.Topic, err)
	}
	if strings.HasPrefix(m.Topic, topics.KindOnline.Prefix()) {
		if word, _ := presence.Read(m.Payload); word == presence.Online {
			s.wills.Claim(l, m.Topic)
		} else if word != presence.Nothing {
			s.wills.Release(m.Topic)
		}
	}
	return nil
}

// send gives m to the publisher, which it opens if there is none. s.mu is held.
func (s *Station) send(m message.Message) error {
	mouth := s.mouth
	if mouth == nil {
		return link.ErrDown
	}
	if mouth.publisher == nil {
		if err := s.openPublisher(mouth); err != nil {
			s.mouth = nil
			mouth.failed <- err
			return fmt.Errorf("%w: %w", link.ErrDown, err)
		}
	}
	err := mouth.publisher.Publish(m.Frames())
	switch {
	case errors.Is(err, epgm.ErrFull):
		return fmt.Errorf("%w by multicast (--multicast-rate): %w", link.ErrFull, err)
	case errors.Is(err, epgm.ErrTooLarge):
		return fmt.Errorf("%w: %w", link.ErrTooLarge, err)
	case errors.Is(err, epgm.ErrClosed):
		return link.ErrDown
	}
	return err
}

// speakWills says of what l has said is online, and not taken back, that it is not. s.mu is
// held.
func (s *Station) speakWills(l *Link) {
	wills, _ := s.wills.Gone(l, s.wills.Len())
	for _, topic := range wills {
		_ = s.send(message.New(topic, presence.Lost)) // without a publisher the hub has seen it go
	}
}
