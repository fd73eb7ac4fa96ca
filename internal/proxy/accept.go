package proxy

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// The pauses after a failed accept, for want of descriptors mostly.
const (
	minAcceptPause = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// accept starts a goroutine of g for each newcomer until ctx ends.
func (f *Forwarder) accept(ctx context.Context, g *errgroup.Group, l net.Listener, side side) error {
	pause := minAcceptPause
	for {
		conn, err := l.Accept()
		if err == nil {
			pause = minAcceptPause
			admitted := f.newcomers.add(ctx, conn) // here, so that the oldest is known
			g.Go(func() error {
				if s := f.admit(ctx, conn, side, admitted); s != nil {
					// In a goroutine of its own, whose stack has not been grown by
					// the handshake: a connection costs little more than that.
					g.Go(func() error {
						f.serve(ctx, s, side)
						return nil
					})
				}
				return nil
			})
			continue
		}
		if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return nil
		}
		if n, ok := f.refusals.allow(time.Now()); ok {
			f.log.Error("cannot accept connections", "endpoint", l.Addr(), "reason", reason(err), "more", n)
		}
		f.newcomers.relieve()
		select {
		case <-time.After(pause):
			pause = min(2*pause, maxAcceptPause)
		case <-ctx.Done():
			return nil
		}
	}
}

// unnamed counts the peers that have no address: those on ipc.
var unnamed atomic.Uint64

// peerName names a connection for logs and statistics.
func peerName(conn net.Conn) string {
	if a := conn.RemoteAddr(); a.Network() != "unix" {
		return a.String()
	}
	return "ipc-" + strconv.FormatUint(unnamed.Add(1), 10)
}
