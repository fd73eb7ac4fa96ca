package gate

import (
	"context"
	"errors"
	"net"
	"time"

	"homebus/internal/endpoint"
)

// The pauses after a failed accept, for want of descriptors mostly.
const (
	minAcceptPause = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// accept calls enter for each newcomer until ctx ends or l is closed; enter's
// admitted is called when the newcomer is none any more.
func (g *Gate) accept(ctx context.Context, l net.Listener, enter func(conn net.Conn, admitted func())) {
	pause := minAcceptPause
	for {
		conn, err := l.Accept()
		if err == nil {
			pause = minAcceptPause
			enter(conn, g.newcomers.add(ctx, conn)) // here, so that the oldest is known
			continue
		}
		if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return
		}
		if n, ok := g.refusals.Allow(time.Now()); ok {
			g.log.Error("cannot accept connections", "endpoint", l.Addr(), "reason", endpoint.Reason(err), "more", n)
		}
		g.newcomers.relieve()
		select {
		case <-time.After(pause):
			pause = min(2*pause, maxAcceptPause)
		case <-ctx.Done():
			return
		}
	}
}
