package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"homebus/internal/endpoint"
)

// The sizes of the buffers that are read into, in bytes.
const (
	// readMost is what a subscriber reads at once, if readAll allows that to all.
	readMost  = 512 << 10
	readLeast = 32 << 10
	readAll   = 64 << 20
	// readBack is what a publisher reads of subscriptions at once, readIdle what an
	// idle subscriber reads.
	readBack = 64 << 10
	readIdle = 512
)

// client is one connection.
type client struct {
	who    string
	conn   net.Conn
	in     *intake
	buffer int // bytes
	// after, if not nil, is called after each read.
	after func()
}

// dial connects and shakes hands within the deadline of ctx.
func dial(ctx context.Context, at endpoint.Endpoint, who string, shake func(net.Conn) error) (net.Conn, error) {
	conn, err := at.Dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: connect to %s: %w", who, at, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	err = shake(conn)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("%s: shake hands at %s: %w", who, at, err)
	}
	return conn, nil
}

// read takes what comes until ctx ends, which closes the connection.
func (c *client) read(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { _ = c.conn.Close() })()
	buf := make([]byte, c.buffer)
	for held := 0; ; {
		n, err := c.conn.Read(buf[held:])
		if ctx.Err() != nil {
			return nil
		}
		if n > 0 {
			used, bad := c.in.arrived(buf[:held+n])
			if bad != nil {
				return fmt.Errorf("%s: %w", c.who, bad)
			}
			if held = copy(buf, buf[used:held+n]); held == len(buf) {
				return fmt.Errorf("%s: a message of more than %d bytes, which is none of this run", c.who, len(buf))
			}
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return fmt.Errorf("%s: the connection is lost: %w", c.who, endpoint.Reason(err))
		}
		if c.after != nil {
			c.after()
		}
	}
}
