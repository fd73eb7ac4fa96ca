package socket

import (
	"context"
	"fmt"
	"time"
)

// recv returns the next message and waits for it until ctx ends.
func (s *Socket) recv(ctx context.Context) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, m, err := s.nextArrived(ctx)
	return m, err
}

// nextArrived returns the next message, one of each peer in turn (RFC 28, RFC 30), and
// whose it is. It is called with the lock held, and gives it up while it waits.
func (s *Socket) nextArrived(ctx context.Context) (*pipe, [][]byte, error) {
	for {
		if s.closed {
			return nil, nil, ErrClosed
		}
		if s.arrived.len() > 0 {
			p := s.arrived.pop()
			m := p.receive()
			s.relist(p)
			if s.receiving.used <= s.receiving.shared() {
				s.freed.fire()
			}
			return p, m, nil
		}
		if err := s.await(ctx, &s.arrival); err != nil {
			return nil, nil, fmt.Errorf("nothing received: %w", err)
		}
	}
}

// relist gives p another turn if it has more, and tells its session if it waits for
// the last to be received.
func (s *Socket) relist(p *pipe) {
	p.listed = p.in.len() > 0
	if p.listed {
		s.arrived.push(p)
	} else {
		wake(p.room)
	}
}

// deliver lets messages of p wait for Recv, as the pattern has it. While there is no
// room, nothing more is read of p: TCP holds its peer back. While the socket is being
// closed, all is thrown away: p still has its messages to read, and a connection that is
// closed with something unread in it is reset, which may cost them.
func (s *Socket) deliver(p *pipe, batch [][][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.arrival.fire()
	p.used, p.passed = time.Now(), true
	for _, m := range batch {
		m, err := s.pattern.sift(p, m)
		if err != nil {
			return err
		}
		if m == nil {
			continue
		}
		for !s.closed && !p.holds(costOf(m)) {
			s.arrival.fire()
			if err := s.awaitRoom(p); err != nil {
				return err
			}
		}
		if s.closed {
			return nil
		}
		s.stats.In.add(bodies(m))
		p.arrive(m)
		if !p.listed {
			p.listed = true
			s.arrived.push(p)
		}
	}
	// Under the same lock: else what has arrived would count as unfinished too, and
	// might have another cut.
	s.unfinished -= p.claimed
	p.claimed = 0
	return nil
}

// awaitRoom gives the lock up until there may be room for arriving messages of p.
func (s *Socket) awaitRoom(p *pipe) error {
	p.paused = true
	var freed <-chan struct{}
	if p.in.len() == 0 { // else its own turns wake it
		freed = s.freed.wait()
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		p.paused = false
		p.vitals.Heard() // nothing was read, so its silence says nothing
	}()
	select {
	case <-p.room:
		return nil
	case <-freed:
		return nil
	case <-p.cut:
		return ErrClosed
	case <-s.ctx.Done():
		return ErrClosed
	}
}
