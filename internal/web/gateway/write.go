package gateway

import (
	"context"
	"errors"
	"time"

	"github.com/coder/websocket"
)

// write sends what waits for the client, as much at once as there is.
func (c *client) write(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.peer.Wake():
		}
		if !c.awaitTurn(ctx) {
			return nil
		}
		began := time.Now()
		c.conn.Cork()
		err := c.peer.Each(c.send)
		if err := errors.Join(err, c.conn.Uncork()); err != nil {
			return err
		}
		c.gateway.turns.took(time.Since(began))
		if cap(c.out) > keepBuffer {
			c.out = nil
		}
	}
}

// awaitTurn waits until it is this client's turn to be written to; false says that ctx has
// ended first.
func (c *client) awaitTurn(ctx context.Context) bool {
	wait := c.gateway.turns.turn(time.Since(c.gateway.began))
	if wait == 0 {
		return true
	}
	if c.turn == nil {
		c.turn = time.NewTimer(wait)
	} else {
		c.turn.Reset(wait)
	}
	select {
	case <-ctx.Done():
		return false
	case <-c.turn.C:
		return true
	}
}

// send sends one message of the bus. If its frame does not fit to what is gathered, that is
// written first, outside of the library's lock: pings and PONGs must not wait for it.
func (c *client) send(frames [][]byte) error {
	c.out = appendMessage(c.out[:0], frames)
	if err := c.conn.MakeRoom(len(c.out) + frameHeader); err != nil {
		return err
	}
	if err := c.ws.Write(context.Background(), websocket.MessageText, c.out); err != nil {
		return err
	}
	c.sent.add(len(c.out))
	return nil
}
