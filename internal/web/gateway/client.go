package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"homebus/internal/proxy"
	"homebus/internal/web/cork"
	"homebus/internal/zmtp"
)

const (
	// closeTime is how long a client may take to answer a close frame.
	closeTime = 500 * time.Millisecond
	// frameHeader is the longest header of a frame from a server (RFC 6455, section 5.2).
	frameHeader = 10
	// keepBuffer is how large a buffer a client keeps while it has no use for it.
	keepBuffer = 64 << 10
)

// How a client ends that is cut from here.
var (
	errSlow   = errors.New("it cannot keep up, and more waits for it than may (--queue-bytes, --queue-messages, --queue-total, --overflow)")
	errSilent = errors.New("it does not answer a ping")
	errTokens = errors.New("too many wrong tokens")
	errText   = errors.New("a text frame that is no UTF-8")
	errPanic  = errors.New("panic")
)

// isCut reports whether err is not how clients leave by themselves.
func isCut(err error) bool {
	for _, cut := range []error{errSlow, errSilent, errTokens, errText, errPanic, cork.ErrStuck, websocket.ErrMessageTooBig} {
		if errors.Is(err, cut) {
			return true
		}
	}
	return false
}

// client is one WebSocket connection: a goroutine reads, one writes, and one looks
// whether it is still alive.
type client struct {
	gateway *Gateway
	ws      *websocket.Conn
	conn    *cork.Conn
	peer    *proxy.Local
	name    string

	// The reader's.
	in          bytes.Buffer
	mayPublish  bool
	wrongTokens int
	received    counter
	errors      counter
	// held says that it waits for the end of a pause, and so reads no PONG.
	held atomic.Bool

	// The writer's.
	out  []byte
	sent counter
	turn *time.Timer
}

// addTo adds up what c has done.
func (c *client) addTo(st *Stats) {
	st.In.add(c.received.count())
	st.Out.add(c.sent.count())
	st.Errors += c.errors.count().Messages
	st.Dropped += c.peer.Dropped()
}

// serve serves until the client leaves, is cut, or ctx ends. The error says why.
func (c *client) serve(ctx context.Context, prefixes []string) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	c.peer.OnCut(func() { end(errSlow) })
	g, ctx := errgroup.WithContext(ctx)
	for _, do := range []func(context.Context) error{
		func(ctx context.Context) error { return c.read(ctx, prefixes) }, c.write, c.keepAlive,
	} {
		g.Go(func() error { return c.survive(ctx, do) })
	}
	<-ctx.Done()
	cause := context.Cause(ctx)
	c.close(cause)
	_ = g.Wait() // what fails after that fails because of it
	return cause
}

// survive turns a panic into an error: whatever a stranger sends, the hub goes on.
func (c *client) survive(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.gateway.log.Error("panic while serving a WebSocket client", "peer", c.name, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return do(ctx)
}

// close ends the connection, and with it what waits for it. A client that is there has
// closeTime to take what is still on its way to it and to say goodbye.
func (c *client) close(cause error) {
	if errors.Is(cause, errSilent) || errors.Is(cause, cork.ErrStuck) {
		_ = c.ws.CloseNow()
		return
	}
	late := time.AfterFunc(closeTime, func() { _ = c.conn.Close() })
	defer late.Stop()
	_ = c.ws.Close(farewell(cause))
}

// farewell says in a close frame why a client is cut (RFC 6455, section 7.4.1).
func farewell(cause error) (websocket.StatusCode, string) {
	switch {
	case errors.Is(cause, context.Canceled):
		return websocket.StatusGoingAway, "the bus ends"
	case errors.Is(cause, errSlow):
		return websocket.StatusTryAgainLater, "too slow: more waits for this client than may"
	case errors.Is(cause, errTokens):
		return websocket.StatusPolicyViolation, errTokens.Error()
	case errors.Is(cause, errText):
		return websocket.StatusInvalidFramePayloadData, errText.Error()
	case errors.Is(cause, errPanic):
		return websocket.StatusInternalError, "a mistake of this program"
	case errors.Is(cause, websocket.ErrMessageTooBig):
		return websocket.StatusMessageTooBig, ""
	}
	// What the peer has broken otherwise the library has told it already, or it is gone.
	return websocket.StatusProtocolError, ""
}

// read serves what the client sends. It returns an error at the end of the connection.
func (c *client) read(ctx context.Context, prefixes []string) error {
	for _, prefix := range prefixes {
		if err := c.peer.Subscribe(prefix); err != nil {
			if err := c.complain(opSub, err); err != nil {
				return err
			}
		}
	}
	for {
		kind, r, err := c.ws.Reader(context.Background()) // serve closes it when ctx ends
		if err != nil {
			return err
		}
		if c.in.Cap() > keepBuffer {
			c.in = bytes.Buffer{}
		}
		c.in.Reset()
		if _, err := c.in.ReadFrom(r); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := c.message(ctx, kind, c.in.Bytes()); err != nil {
			return err
		}
	}
}

// message serves one message of the client. Only what ends the connection is an error.
func (c *client) message(ctx context.Context, kind websocket.MessageType, b []byte) error {
	c.received.add(len(b))
	if kind != websocket.MessageText {
		return c.complain("", errors.New("a binary frame: want text frames"))
	}
	if !utf8.Valid(b) {
		return errText // RFC 6455, section 8.1
	}
	o, err := parseOp(b)
	if err == nil {
		err = c.do(ctx, o)
	}
	if err == nil {
		return nil
	}
	if err := c.complain(o.name, err); err != nil {
		return err
	}
	if c.wrongTokens >= c.gateway.limits.WrongTokens {
		return errTokens
	}
	return nil
}

// do does what is asked for. The error is for the client.
func (c *client) do(ctx context.Context, o op) error {
	switch o.name {
	case opSub:
		return c.peer.Subscribe(o.prefix)
	case opUnsub:
		c.peer.Unsubscribe(o.prefix)
		return nil
	case opAuth:
		return c.authorize(o.token)
	}
	if !c.mayPublish {
		return errors.New(`publishing needs a token: connect with the header "Authorization: Bearer TOKEN" or with ?token=TOKEN, or send {"op":"auth","token":TOKEN}`)
	}
	c.held.Store(true)
	defer c.held.Store(false)
	if err := c.peer.PublishInTurn(ctx, o.frames); err != nil {
		// That the limits are those of ZMTP is nothing to a client of WebSocket.
		return errors.New(strings.TrimPrefix(err.Error(), zmtp.ErrProtocol.Error()+": "))
	}
	return nil
}

func (c *client) authorize(token string) error {
	if !c.gateway.matches(token) {
		c.wrongTokens++
		return errors.New("wrong token")
	}
	c.mayPublish = true
	return c.tell([]byte(`{"op":"auth","ok":true}`))
}

// complain tells the client what was wrong.
func (c *client) complain(op string, err error) error {
	text := appendError(nil, op, err)
	c.errors.add(len(text))
	return c.tell(text)
}

// tell sends what is no message of the bus. It waits while the client takes nothing, and
// so nothing more is read from one that asks and does not listen.
func (c *client) tell(text []byte) error {
	return c.ws.Write(context.Background(), websocket.MessageText, text)
}

// keepAlive pings the client, until ctx ends or it is dead.
func (c *client) keepAlive(ctx context.Context) error {
	tick := time.NewTicker(c.gateway.limits.PingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		before, held := c.conn.Progress(), c.held.Load()
		err := c.ping(ctx)
		if ctx.Err() != nil {
			return nil
		}
		// A PONG may be late behind all that a slow client has still to read. As long as
		// it reads, it is alive, and a write that it does not take ends by itself. While
		// the bus is paused its PONG may wait behind what it has published.
		if now := c.conn.Progress(); err != nil && !held && !c.held.Load() && !now.Writing && now.Waits == before.Waits {
			return fmt.Errorf("%w: %w", errSilent, err)
		}
	}
}

func (c *client) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.gateway.limits.Silence)
	defer cancel()
	return c.ws.Ping(ctx)
}
