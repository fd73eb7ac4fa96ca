package socket

import (
	"context"

	"homebus/internal/zmtp"
)

// Push is the sending end of a pipeline (RFC 30). Its methods may be called from any
// goroutine.
type Push struct{ *Socket }

// NewPush returns a PUSH without endpoints.
func NewPush(cfg Config) *Push {
	s := newSocket(zmtp.PUSH, cfg)
	s.pattern, s.hopeful = pushing{balanced{plain{s}}}, true
	return &Push{s}
}

// Send gives a message to the peer whose turn it is among those with room, and waits
// for one until ctx ends; an ended ctx makes it a try. It copies the frames. What it
// has taken goes to another peer if the one chosen is lost before it was written.
func (p *Push) Send(ctx context.Context, frames [][]byte) error { return p.send(ctx, frames) }

type pushing struct{ balanced }

// sift passes over what a PULL may not send (RFC 30).
func (x pushing) sift(*pipe, [][]byte) ([][]byte, error) {
	x.stats.Unwanted++
	return nil, nil
}
