package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"homebus/internal/zmtp"
)

// Limits bounds what newcomers may cost.
type Limits struct {
	// Handshake is how long a newcomer may take for greeting and handshake.
	Handshake time.Duration
	// Pending is how many newcomers may be in it at a time; one more waits for a
	// moment, and then cuts the oldest.
	Pending int
	// Bytes is how many bytes of it are read; DefaultBytes if 0.
	Bytes int
	// Connections is how many there may be, with those in their handshake;
	// DefaultConnections if 0. One more takes the place of the newcomer that has
	// been in its handshake for longest, unless that has just begun, or of the one
	// that MakeRoom ends, or else is closed at once.
	Connections int
	// MakeRoom, if not nil, ends a connection that can be spared, and reports
	// whether there was one. It is called by several goroutines.
	MakeRoom func(now time.Time) bool
}

// DefaultBytes is how many bytes of a handshake are read; a CURVE handshake with
// ordinary metadata takes less than a tenth of it.
const DefaultBytes = 8 << 10

// ErrPanic is what ends a connection whose goroutine panicked.
var ErrPanic = errors.New("panic")

// ErrQuota is what a connection ends with that asks for more than it may have.
var ErrQuota = errors.New("over the quota")

// Conn is a connection after its handshake.
type Conn struct {
	net.Conn
	// Name is the peer's address, or ipc-N for one that has none.
	Name string
	// Peer is what it said of itself.
	Peer zmtp.Peer

	// stay is what Later calls, nil if the connection was not let in by Serve.
	stay func() (end func(error))
}

// Later says that the connection goes on after its Handler, which must return nil then, until
// end is called, once, with what the Handler would have returned: so that no goroutine has
// to wait for that. Whoever calls Later also sees to it that the connection ends with ctx,
// and closes it. It is for connections that Serve let in; ok is false of others.
func (c *Conn) Later() (end func(err error), ok bool) {
	if c.stay == nil {
		return nil, false
	}
	return c.stay(), true
}

// Handler serves a connection until its end. It closes it. An error that is a
// fault of the peer's or ours is logged: one that matches zmtp.ErrProtocol,
// zmtp.ErrRefused, ErrQuota or ErrPanic. How connections end every day is not.
type Handler func(ctx context.Context, conn *Conn) error

// Gate lets connections in, from any number of listeners. Safe for concurrent use.
type Gate struct {
	limits    Limits
	log       *slog.Logger
	newcomers *newcomers
	refusals  Quiet
	faults    Quiet
	refused   atomic.Uint64
	// connections counts those that have come in and not ended; ended has a token
	// when one may have.
	connections atomic.Int64
	ended       chan struct{}
}

// New returns a gate with these limits, of which Handshake and Pending are above 0.
func New(l Limits, log *slog.Logger) *Gate {
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	if l.Connections == 0 {
		l.Connections = DefaultConnections()
	}
	return &Gate{limits: l, log: log, newcomers: newNewcomers(l.Pending), ended: make(chan struct{}, 1)}
}

// Refused returns how many newcomers failed their handshake.
func (g *Gate) Refused() uint64 { return g.refused.Load() }

// Serve lets in whoever connects to l, as the socket that own describes, until ctx
// ends or l is closed. It returns once every connection has ended; those end with
// ctx only.
func (g *Gate) Serve(ctx context.Context, l net.Listener, own zmtp.Config, serve Handler) {
	var present roster
	defer context.AfterFunc(ctx, func() {
		_ = l.Close()
		present.close()
	})()
	var running sync.WaitGroup
	defer running.Wait()
	leave := func(conn net.Conn) {
		_ = conn.Close()
		present.remove(conn)
		g.left()
	}
	g.accept(ctx, l, func(conn net.Conn, admitted func()) {
		present.add(conn)
		running.Go(func() {
			c := g.admit(ctx, conn, own, admitted)
			if c == nil {
				leave(conn)
				return
			}
			// In a goroutine of its own, whose stack has not been grown by the
			// handshake: a connection costs little more than that.
			running.Go(func() {
				stays := false
				c.stay = func() func(error) {
					stays = true
					running.Add(1)
					present.remove(conn)
					return g.later(ctx, &running, c.Name)
				}
				if err := g.Survive(func() error { return serve(ctx, c) }); !stays {
					g.tell(ctx, c.Name, err)
					leave(conn)
				}
			})
		})
	})
}

// later returns what is to be called when a connection ends that goes on without its
// Handler. It holds no more of it than a name.
func (g *Gate) later(ctx context.Context, running *sync.WaitGroup, name string) (end func(error)) {
	return func(err error) {
		defer running.Done()
		g.tell(ctx, name, err)
		g.left()
	}
}

// admit shakes hands with a newcomer. It returns nil if that fails; done is called
// in any case.
func (g *Gate) admit(ctx context.Context, conn net.Conn, own zmtp.Config, done func()) *Conn {
	defer done()
	c := &Conn{Conn: conn, Name: peerName(conn)}
	err := g.Survive(func() (err error) {
		c.Peer, err = g.shakeHands(conn, own)
		return err
	})
	if err == nil {
		return c
	}
	if ctx.Err() == nil {
		g.refused.Add(1)
		if n, ok := g.refusals.Allow(time.Now()); ok {
			g.log.Warn("newcomer refused", "peer", c.Name, "reason", err, "more", n)
		}
	}
	return nil
}

// tell logs why the connection of the peer of that name has ended.
func (g *Gate) tell(ctx context.Context, name string, err error) {
	if ctx.Err() != nil || err == nil {
		return
	}
	if !IsFault(err) {
		g.log.Debug("connection ended", "peer", name, "reason", err)
	} else if n, ok := g.faults.Allow(time.Now()); ok {
		g.log.Warn("connection closed", "peer", name, "reason", err, "more", n)
	}
}

// Survive returns what do returns, and turns a panic in it into ErrPanic, which it logs.
// Whoever serves a connection in further goroutines has each of them survive.
func (g *Gate) Survive(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			g.log.Error("panic while serving a connection", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", ErrPanic, p)
		}
	}()
	return do()
}

// IsFault reports whether err is not how connections end every day.
func IsFault(err error) bool {
	return errors.Is(err, zmtp.ErrProtocol) || errors.Is(err, zmtp.ErrRefused) || errors.Is(err, ErrQuota) || errors.Is(err, ErrPanic)
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
