package socket

import (
	"context"
	"fmt"

	"homebus/internal/socket/gate"
	"homebus/internal/zmtp"
)

// errSecond refuses the second peer of a PAIR.
var errSecond = fmt.Errorf("%w: a PAIR has one peer at a time, and has it", gate.ErrQuota)

// Pair talks to one peer (RFC 31). While it has one, it refuses every other. Its
// methods may be called from any goroutine.
type Pair struct{ *Socket }

// NewPair returns a PAIR without endpoints.
func NewPair(cfg Config) *Pair {
	s := newSocket(zmtp.PAIR, cfg)
	s.pattern = &pairing{balanced: balanced{plain{s}}}
	return &Pair{s}
}

// Send gives a message to the peer, and waits for room until ctx ends; an ended ctx
// makes it a try. It copies the frames. What it has taken waits for the next connection
// if this one is lost before it was written.
func (p *Pair) Send(ctx context.Context, frames [][]byte) error { return p.send(ctx, frames) }

// Recv returns the next message and waits for it until ctx ends. The frames are the
// caller's.
func (p *Pair) Recv(ctx context.Context) ([][]byte, error) { return p.recv(ctx) }

type pairing struct {
	balanced
	peer *pipe
}

func (x *pairing) joined(p *pipe) error {
	if x.peer != nil {
		return errSecond
	}
	x.peer = p
	return x.balanced.joined(p)
}

func (x *pairing) left(p *pipe, unwritten []parcel) {
	if x.peer == p {
		x.peer = nil
	}
	x.balanced.left(p, unwritten)
}
