package socket

import (
	"context"

	"homebus/internal/zmtp"
)

// Pull is the receiving end of a pipeline (RFC 30). Its methods may be called from any
// goroutine.
type Pull struct{ *Socket }

// NewPull returns a PULL without endpoints.
func NewPull(cfg Config) *Pull {
	s := newSocket(zmtp.PULL, cfg)
	s.pattern = plain{s}
	return &Pull{s}
}

// Recv returns the next message, one of each peer in turn, and waits for it until ctx
// ends. The frames are the caller's.
func (p *Pull) Recv(ctx context.Context) ([][]byte, error) { return p.recv(ctx) }
