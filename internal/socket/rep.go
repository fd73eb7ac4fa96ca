package socket

import (
	"context"
	"fmt"
	"slices"

	"homebus/internal/zmtp"
)

// Rep answers requests, one after the other (RFC 28). Its methods may be called from
// any goroutine; Recv and Send take turns all the same.
type Rep struct {
	*Socket
	turn turn
}

// turn is the request that a REP has given out. It belongs to the socket's lock.
type turn struct {
	// receiving says that a Recv waits for one.
	receiving bool
	// from asked it, nil if no request is open; envelope is the way back, with the
	// empty frame that ends it.
	from     *pipe
	envelope [][]byte
}

// NewRep returns a REP without endpoints.
func NewRep(cfg Config) *Rep {
	s := newSocket(zmtp.REP, cfg)
	s.pattern = answering{plain{s}}
	return &Rep{Socket: s}
}

// Recv returns the next request without its envelope, and waits for it until ctx
// ends. It returns ErrTurn while the last one is not answered. The frames are the
// caller's.
func (r *Rep) Recv(ctx context.Context) ([][]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turn.from != nil || r.turn.receiving {
		return nil, fmt.Errorf("%w: a request is to be answered first", ErrTurn)
	}
	r.turn.receiving = true
	p, m, err := r.nextArrived(ctx)
	r.turn.receiving = false
	if err != nil {
		return nil, err
	}
	n := envelopeEnd(m)
	r.turn.from, r.turn.envelope = p, m[:n:n]
	return m[n:], nil
}

// Send answers the request that Recv returned last; ErrTurn if there is none. It does
// not wait: the reply to a peer that is gone is counted as Unroutable, one to a peer
// that does not read its replies and has a full queue of them as Dropped. An ended ctx
// does not keep it from answering. It copies the frames.
func (r *Rep) Send(_ context.Context, frames [][]byte) error {
	if len(frames) == 0 {
		return fmt.Errorf("%w: it has no frame", ErrMessage)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	p := r.turn.from
	if p == nil {
		return fmt.Errorf("%w: there is no request to answer", ErrTurn)
	}
	r.sendTo(p, pack(append(slices.Clip(r.turn.envelope), frames...)))
	r.turn.from, r.turn.envelope = nil, nil
	return nil
}

// sendTo lets a message wait for one certain peer, or counts why not.
func (s *Socket) sendTo(p *pipe, m parcel) {
	switch {
	case p.deaf:
		s.stats.Unroutable++
	case !p.fits(m.cost):
		s.stats.Dropped++
	default:
		s.waiting++
		p.push(m)
	}
}

type answering struct{ plain }

// sift passes over what has no envelope, or nothing in it (RFC 28; wire/zmtp.md,
// capture zmtp31_null_rep).
func (x answering) sift(_ *pipe, m [][]byte) ([][]byte, error) {
	if envelopeEnd(m) == 0 {
		x.stats.Unwanted++
		return nil, nil
	}
	return m, nil
}

// envelopeEnd returns how many frames of a request are its envelope: all up to the
// first empty one, which is the last of them. It is 0 if there is none with something
// behind it.
func envelopeEnd(m [][]byte) int {
	n := 1 + slices.IndexFunc(m, func(frame []byte) bool { return len(frame) == 0 })
	if n == len(m) {
		return 0
	}
	return n
}
