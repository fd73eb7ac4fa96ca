package socket

import (
	"context"

	"homebus/internal/zmtp"
)

// Dealer talks to any number of peers without waiting for their answers (RFC 28): it
// sends as a PUSH and receives as a PULL. Its methods may be called from any goroutine.
type Dealer struct{ *Socket }

// NewDealer returns a DEALER without endpoints.
func NewDealer(cfg Config) *Dealer {
	s := newSocket(zmtp.DEALER, cfg)
	s.pattern, s.hopeful = balanced{plain{s}}, true
	return &Dealer{s}
}

// Send is Push.Send. A peer that is a REP wants an envelope: an empty frame before the
// request, and whatever before that.
func (d *Dealer) Send(ctx context.Context, frames [][]byte) error { return d.send(ctx, frames) }

// Recv is Pull.Recv.
func (d *Dealer) Recv(ctx context.Context) ([][]byte, error) { return d.recv(ctx) }
