package gate

import (
	"context"
	"errors"
	"net"
	"time"

	"homebus/internal/endpoint"
)

// The pauses after a failed accept, for want of descriptors mostly. A connection
// that ends ends the pause.
const (
	minAcceptPause = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// accept calls enter for each newcomer until ctx ends or l is closed; enter's
// admitted is called when the newcomer is none any more. A newcomer for whom there
// is no place is closed.
func (g *Gate) accept(ctx context.Context, l net.Listener, enter func(conn net.Conn, admitted func())) {
	pause := minAcceptPause
	for {
		conn, err := l.Accept()
		if err == nil {
			pause = minAcceptPause
			if g.place(conn) {
				enter(conn, g.newcomers.add(ctx, conn)) // here, so that the oldest is known
			}
			continue
		}
		if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return
		}
		if n, ok := g.refusals.Allow(time.Now()); ok {
			g.log.Error("cannot accept connections; raise the limit of open files (ulimit -n) or lower --max-connections",
				"endpoint", l.Addr(), "reason", endpoint.Reason(err), "more", n)
		}
		g.makeRoom()
		select {
		case <-g.ended:
		case <-time.After(pause):
			pause = min(2*pause, maxAcceptPause)
		case <-ctx.Done():
			return
		}
	}
}

// place gives a newcomer a place among the connections, or closes it.
func (g *Gate) place(conn net.Conn) bool {
	if int(g.connections.Add(1)) <= g.limits.Connections || g.makeRoom() {
		return true
	}
	g.connections.Add(-1)
	_ = conn.Close()
	g.refused.Add(1)
	if n, ok := g.refusals.Allow(time.Now()); ok {
		g.log.Warn("newcomer refused, there are too many connections (--max-connections; ulimit -n bounds it)",
			"peer", conn.RemoteAddr().String(), "most", g.limits.Connections, "more", n)
	}
	return false
}

// left gives the place of a connection back.
func (g *Gate) left() {
	g.connections.Add(-1)
	select {
	case g.ended <- struct{}{}:
	default: // a token is there already
	}
}

// makeRoom ends a connection for the sake of a newcomer: the oldest in its handshake,
// unless that has just begun, or else whichever Limits.MakeRoom can spare.
func (g *Gate) makeRoom() bool {
	now := time.Now()
	if g.newcomers.relieve(now) {
		return true
	}
	return g.limits.MakeRoom != nil && g.limits.MakeRoom(now)
}
