package gate

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"homebus/internal/zmtp"
)

// shakeHands does greeting and handshake within the limits, on either end of a
// fresh connection, which the caller closes on error.
func (g *Gate) shakeHands(conn net.Conn, own zmtp.Config) (zmtp.Peer, error) {
	within := g.limits.Handshake
	if err := conn.SetDeadline(time.Now().Add(within)); err != nil {
		return zmtp.Peer{}, err
	}
	peer, err := zmtp.Handshake(&thrifty{Conn: conn, left: g.limits.Bytes, most: g.limits.Bytes}, own)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return zmtp.Peer{}, fmt.Errorf("no end of the handshake within %v (--handshake-timeout): %w", within, err)
	}
	if err != nil {
		return zmtp.Peer{}, err
	}
	return peer, conn.SetDeadline(time.Time{})
}

// thrifty is a connection that so much may be read from.
type thrifty struct {
	net.Conn
	left, most int
}

// Read reads no more than what may be read.
func (c *thrifty) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, fmt.Errorf("%w: no end of the handshake after %d bytes (--max-handshake-bytes)", ErrQuota, c.most)
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}
