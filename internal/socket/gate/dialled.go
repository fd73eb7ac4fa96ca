package gate

import (
	"context"
	"net"

	"homebus/internal/zmtp"
)

// Dialled shakes hands on a connection that this end has made, and serves it until
// its end. It closes conn, and returns why it ended; that is not logged here. It
// ends with ctx.
func (g *Gate) Dialled(ctx context.Context, conn net.Conn, own zmtp.Config, serve Handler) error {
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c := &Conn{Conn: conn, Name: peerName(conn)}
	return g.Survive(func() (err error) {
		if c.Peer, err = g.shakeHands(conn, own); err != nil {
			return err
		}
		return serve(ctx, c)
	})
}
