package socket

import (
	"context"
	"fmt"
	"slices"
)

// balance is how PUSH, DEALER, PAIR and REQ choose a peer: they take turns over
// those with room (RFC 28, RFC 30). It belongs to the socket's lock.
type balance struct {
	// lanes are the pipes that take messages, next the one whose turn it is.
	lanes []*pipe
	next  int
	// unsent is what waits for any peer: what was taken while only attempts to
	// connect were under way, and what the peers that left had not been written.
	unsent queue[parcel]
	cost   int // of unsent
}

// add lets p take its turn, after those whose place is before its own.
func (b *balance) add(p *pipe) {
	if slices.Contains(b.lanes, p) {
		return
	}
	i := len(b.lanes)
	for i > 0 && b.lanes[i-1].place > p.place {
		i--
	}
	b.lanes = slices.Insert(b.lanes, i, p)
	if i < b.next {
		b.next++
	}
}

func (b *balance) remove(p *pipe) {
	i := slices.Index(b.lanes, p)
	if i < 0 {
		return
	}
	b.lanes = slices.Delete(b.lanes, i, i+1)
	if i < b.next {
		b.next--
	}
}

// turn returns the next pipe that has room for a message of such a cost, nil if none
// has.
func (b *balance) turn(cost int) *pipe {
	return b.after(func(p *pipe) bool { return p.fits(cost) })
}

// after returns the next pipe that will do, nil if none does.
func (b *balance) after(does func(*pipe) bool) *pipe {
	for range b.lanes {
		if b.next >= len(b.lanes) {
			b.next = 0
		}
		p := b.lanes[b.next]
		b.next++
		if does(p) {
			return p
		}
	}
	return nil
}

// keep keeps a message for whichever peer comes first.
func (b *balance) keep(m parcel) {
	b.unsent.push(m)
	b.cost += m.cost
}

// putBack keeps messages that come before all others.
func (b *balance) putBack(ms []parcel) {
	b.unsent.putBack(ms)
	for _, m := range ms {
		b.cost += m.cost
	}
}

// spread gives the peers what waits for any of them, as far as they have room.
func (s *Socket) spread() {
	b := &s.balance
	for b.unsent.len() > 0 {
		p := b.turn(b.unsent.first().cost)
		if p == nil {
			return
		}
		m := b.unsent.pop()
		b.cost -= m.cost
		p.push(m)
	}
}

// send gives a message to the peer whose turn it is, and waits for room until ctx
// ends.
func (s *Socket) send(ctx context.Context, frames [][]byte) error {
	if len(frames) == 0 {
		return fmt.Errorf("%w: it has no frame", ErrMessage)
	}
	m := pack(frames)
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.closed {
			return ErrClosed
		}
		if s.accept(m) {
			s.waiting++
			return nil
		}
		if err := s.await(ctx, &s.room); err != nil {
			return s.unsendable(err)
		}
	}
}

// accept takes a message if there is room for it.
func (s *Socket) accept(m parcel) bool {
	b := &s.balance
	if b.unsent.len() == 0 {
		if p := b.turn(m.cost); p != nil {
			p.push(m)
			return true
		}
	}
	if len(b.lanes) > 0 || s.dialled == 0 {
		return false
	}
	if b.unsent.len() > 0 && (b.unsent.len() >= s.cfg.HWM || b.cost+m.cost > s.cfg.QueueBytes) {
		return false
	}
	b.keep(m)
	return true
}

func (s *Socket) unsendable(err error) error {
	if len(s.peers) == 0 {
		return fmt.Errorf("not sent, there is no peer: %w", err)
	}
	return fmt.Errorf("not sent, no peer has room: %w", err)
}
