package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
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
}

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
}

// New returns a gate with these limits, whose fields are above 0.
func New(l Limits, log *slog.Logger) *Gate {
	return &Gate{limits: l, log: log, newcomers: newNewcomers(l.Pending)}
}

// Refused returns how many newcomers failed their handshake.
func (g *Gate) Refused() uint64 { return g.refused.Load() }

// Serve lets in whoever connects to l, as the socket that own describes, until ctx
// ends or l is closed. It returns once every connection has ended; those end with
// ctx only.
func (g *Gate) Serve(ctx context.Context, l net.Listener, own zmtp.Config, serve Handler) {
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	var running sync.WaitGroup
	defer running.Wait()
	g.accept(ctx, l, func(conn net.Conn, admitted func()) {
		running.Go(func() {
			if c := g.admit(ctx, conn, own, admitted); c != nil {
				// In a goroutine of its own, whose stack has not been grown by
				// the handshake: a connection costs little more than that.
				running.Go(func() { g.serve(ctx, c, serve) })
			}
		})
	})
}

// admit shakes hands with a newcomer. It returns nil, with conn closed, if that
// fails; done is called in any case.
func (g *Gate) admit(ctx context.Context, conn net.Conn, own zmtp.Config, done func()) *Conn {
	defer done()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c := &Conn{Conn: conn, Name: peerName(conn)}
	err := g.survive(func() (err error) {
		c.Peer, err = ShakeHands(conn, own, g.limits.Handshake)
		return err
	})
	if err == nil {
		return c
	}
	_ = conn.Close()
	if ctx.Err() == nil {
		g.refused.Add(1)
		if n, ok := g.refusals.Allow(time.Now()); ok {
			g.log.Warn("newcomer refused", "peer", c.Name, "reason", err, "more", n)
		}
	}
	return nil
}

// serve serves a peer until its end.
func (g *Gate) serve(ctx context.Context, c *Conn, serve Handler) {
	defer func() { _ = c.Close() }()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	err := g.survive(func() error { return serve(ctx, c) })
	if ctx.Err() != nil || err == nil {
		return
	}
	if !IsFault(err) {
		g.log.Debug("connection ended", "peer", c.Name, "reason", err)
	} else if n, ok := g.faults.Allow(time.Now()); ok {
		g.log.Warn("connection closed", "peer", c.Name, "reason", err, "more", n)
	}
}

// survive turns a panic into an error.
func (g *Gate) survive(do func() error) (err error) {
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

// ShakeHands does greeting and handshake within a time, on either end of a fresh
// connection, which the caller closes on error.
func ShakeHands(conn net.Conn, own zmtp.Config, within time.Duration) (zmtp.Peer, error) {
	if err := conn.SetDeadline(time.Now().Add(within)); err != nil {
		return zmtp.Peer{}, err
	}
	peer, err := zmtp.Handshake(conn, own)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return zmtp.Peer{}, fmt.Errorf("no end of the handshake within %v (--handshake-timeout): %w", within, err)
	}
	if err != nil {
		return zmtp.Peer{}, err
	}
	return peer, conn.SetDeadline(time.Time{})
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
