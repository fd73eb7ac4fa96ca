package zmqlink

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/zmtp"
)

const (
	// writeTimeout bounds each write to the hub.
	writeTimeout = 5 * time.Second
	// pingInterval is how often a guard pings a hub that knows PING, unless the hub
	// says other things: it hears from us also while our reader is slow, and has to
	// answer.
	pingInterval = time.Second
	// idleTimeout is how long a hub that has answered PING may be silent: it owes
	// three PONGs then, and some grace is over.
	idleTimeout = 3500 * time.Millisecond
	// secondLook is for how long more is read then: if it was this program that stood
	// still, what the hub has said meanwhile is there, or its PONG will be.
	secondLook = 100 * time.Millisecond
)

// guard stands between one zmq4 socket and its connection to the hub.
type guard struct {
	wire   net.Conn  // to the hub
	socket *pipeConn // to zmq4
	far    *pipeConn // zmq4's own end of that
	peer   zmtp.Peer

	// The rest of the behaviour is that of a publisher or a subscriber.
	hears     zmtp.SocketType           // what zmq4 is told that its peer is
	fromHub   func(m item) error        // a message came
	fromZMQ   func(m item) error        // zmq4 sends a message
	subscribe func(s zmtp.Subscription) // the hub subscribes, in the command form

	writing sync.Mutex // guards writes to wire, and buf
	buf     []byte     // what waits to be written, up to joined bytes

	toZMQ []byte // what waits to be given to zmq4, up to joined bytes; passToZMQ's

	talks atomic.Bool // a message has come since the last look
	why   error       // why it ended by itself; to be read when run has returned

	mu       sync.Mutex
	pings    uint64 // sent
	ponged   uint64 // the highest answered
	answered chan struct{}
	sent     uint64 // messages
	behind   uint64 // of them, those behind which the last PING was sent
	arrived  uint64 // of them, those that the hub has read
}

// dial connects to the hub and shakes hands as a socket of type t, before ctx ends.
func dial(ctx context.Context, ep endpoint.Endpoint, t zmtp.SocketType) (*guard, error) {
	conn, err := ep.Dial(ctx)
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("nobody listens on %s", ep)
	}
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", ep, readable(err))
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	peer, err := zmtp.Handshake(conn, zmtp.Config{SocketType: t, Minor: 1})
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			err = context.Cause(ctx)
		}
		return nil, fmt.Errorf("connect to %s: %w", ep, readable(err))
	}
	g := &guard{wire: conn, peer: peer, answered: make(chan struct{})}
	g.socket, g.far = newPipe()
	return g, nil
}

// run passes traffic both ways until the connection fails or ctx ends, and
// leaves everything closed.
func (g *guard) run(ctx context.Context) error {
	alive, end := context.WithCancelCause(ctx)
	closed := make(chan struct{})
	context.AfterFunc(alive, func() {
		defer close(closed)
		if ctx.Err() == nil { // now, for zmq4 complains as soon as the pipe is closed
			g.why = context.Cause(alive)
		}
		g.close()
	})
	if g.peer.Greeting.SpeaksCommands() { // the like of a bare zmq4 takes PING for a message
		defer repeat(pingInterval, func() (time.Duration, bool) { return g.pingAgain(end) }).stop()
	}
	var other sync.WaitGroup
	other.Go(func() { end(g.passToHub()) })
	end(g.passToZMQ())
	other.Wait()
	<-closed
	return context.Cause(alive)
}

func (g *guard) close() {
	g.wire.Close()
	g.socket.Close()
}

// passToHub shakes hands with zmq4 and serves what it sends.
func (g *guard) passToHub() error {
	if _, err := zmtp.Handshake(g.socket, zmtp.Config{SocketType: g.hears, Minor: 0}); err != nil {
		return fmt.Errorf("handshake with zmq4: %w", err)
	}
	r := newIntake(flushing{g.socket, g.flushIfQuiet}, zmtp.DefaultLimits)
	for {
		m, err := r.read()
		if err != nil {
			return fmt.Errorf("read from zmq4: %w", err)
		}
		if m.frames == nil { // zmq4 sends no command that the hub needs
			continue
		}
		if err := g.fromZMQ(m); err != nil {
			return err
		}
	}
}

// passToZMQ serves what the hub sends.
func (g *guard) passToZMQ() error {
	r := newIntake(flushing{idleReader{g}, g.flushToZMQ}, zmtp.DefaultLimits)
	for {
		m, err := r.read()
		if err != nil {
			return readable(err)
		}
		if m.frames == nil {
			err = g.command(m.command)
		} else {
			g.talks.Store(true)
			err = g.fromHub(m)
		}
		if err != nil {
			return err
		}
	}
}

// command serves a command of the hub. PINGs and PONGs end here, and so do all
// that nobody knows.
func (g *guard) command(body []byte) error {
	c := zmtp.ParseCommand(body)
	switch c.Name {
	case zmtp.CommandPing:
		_, echo, err := zmtp.ParsePing(c)
		if err != nil {
			return err
		}
		return g.write(func(b []byte) []byte { return zmtp.AppendPong(b, echo) })
	case zmtp.CommandPong:
		g.pong(c.Data)
	case zmtp.CommandError:
		return fmt.Errorf("the hub sent ERROR %.80q", c.Data)
	}
	if s, ok := zmtp.ParseSubscription(true, body); ok {
		g.subscribe(s)
	}
	return nil
}

// ping sends a PING and returns its number, which its context holds.
func (g *guard) ping() (number uint64, err error) {
	err = g.write(func(b []byte) []byte {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.pings++
		number, g.behind = g.pings, g.sent
		return zmtp.AppendPing(b, 0, binary.BigEndian.AppendUint64(nil, number))
	})
	return number, err
}

func (g *guard) pong(echo []byte) {
	if len(echo) != 8 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if number := binary.BigEndian.Uint64(echo); number > g.ponged && number <= g.pings {
		g.ponged = number
		if number == g.pings {
			g.arrived = g.behind
		}
		close(g.answered)
		g.answered = make(chan struct{})
	}
}

// errNoPong: the hub has not answered in time, or does not know PING.
var errNoPong = errors.New("the hub does not answer PING")

// roundTrip sends a PING and waits for its PONG: the hub has then read all that
// was written before. It returns errNoPong when ctx ends first.
func (g *guard) roundTrip(ctx context.Context) error {
	if !g.peer.Greeting.SpeaksCommands() {
		return errNoPong
	}
	number, err := g.ping()
	if err != nil {
		return err
	}
	for {
		g.mu.Lock()
		done, answered := g.ponged >= number, g.answered
		g.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-answered:
		case <-ctx.Done():
			return errNoPong
		}
	}
}

// allArrived reports whether the hub is known to have read all that was sent.
func (g *guard) allArrived() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.arrived == g.sent
}

// hasPonged reports whether the hub has ever answered a PING here.
func (g *guard) hasPonged() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ponged > 0
}

// pingAgain pings a hub that says nothing else: a SUB socket has its heartbeats.
func (g *guard) pingAgain(end context.CancelCauseFunc) (pause time.Duration, more bool) {
	if g.talks.Swap(false) {
		return pingInterval, true
	}
	if _, err := g.ping(); err != nil {
		end(err)
		return 0, false
	}
	return pingInterval, true
}

// idleReader reads from the hub, and gives up on one that has answered PING and
// then is silent. While nobody reads, no time counts.
type idleReader struct{ g *guard }

func (r idleReader) Read(b []byte) (int, error) {
	var deadline time.Time
	if r.g.hasPonged() {
		deadline = time.Now().Add(idleTimeout)
	}
	n, err := r.readBy(deadline, b)
	if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) {
		return r.readBy(time.Now().Add(secondLook), b)
	}
	return n, err
}

func (r idleReader) readBy(deadline time.Time, b []byte) (int, error) {
	if err := r.g.wire.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	return r.g.wire.Read(b)
}

// readable puts the ends of a connection in words.
func readable(err error) error {
	if err == nil {
		return nil // before anything is allocated
	}
	var timeout net.Error
	var errno syscall.Errno
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return errors.New("the hub closed the connection")
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("the hub does not respond")
	case errors.As(err, &errno):
		return errno // "no route to host", without the steps that led there
	}
	return err
}
