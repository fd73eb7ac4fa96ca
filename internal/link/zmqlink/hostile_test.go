package zmqlink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/link/linktest"
	"homebus/internal/message"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"

	"golang.org/x/sync/errgroup"
)

const (
	// hastyHandshake is the deadline for handshakes in these tests: there are many
	// ways to be silent in one.
	hastyHandshake = 500 * time.Millisecond
	// comesBack is how often a link must have come to a server that ends its
	// connections, and within comesBackWithin.
	comesBack       = 3
	comesBackWithin = 20 * time.Second
	// borneWith is how long a link is left with a server that it may bear with.
	borneWith = 300 * time.Millisecond
)

// wait keeps c open until the client closes it.
func wait(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// serveReady plays both sides of a hub, whose connections play is given after their
// handshake.
func serveReady(play func(net.Conn)) (*zmtptest.Server, error) {
	return zmtptest.Serve(func(c net.Conn, as zmtp.SocketType) {
		if _, err := zmtp.Handshake(c, zmtp.Config{SocketType: as, Minor: 1}); err == nil {
			play(c)
		}
	}, zmtp.XSUB, zmtp.XPUB)
}

// linkTo returns a link to the server.
func linkTo(s *zmtptest.Server) (*Link, error) {
	return New(Config{Frontend: "tcp://" + s.Addr(0).String(), Backend: "tcp://" + s.Addr(1).String()})
}

// survive runs a link against a hostile server, then puts a hub in its place and
// waits until the link works.
func survive(h zmtptest.Hostile, met func()) error {
	s, err := zmtptest.Serve(h.Play, zmtp.XSUB, zmtp.XPUB)
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := linkTo(s)
	if err != nil {
		return err
	}
	l.handshake = hastyHandshake
	l.Subscribe("wanted/")
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	var g errgroup.Group
	begin := time.Now()
	g.Go(func() error { defer cancel(); return ignoreEnd(l.Run(ctx)) })
	g.Go(func() error {
		defer cancel()
		if err := meet(l, s, h, begin); err != nil {
			return err
		}
		met()
		s.Close()
		return worksAgain(ctx, &g, l)
	})
	return g.Wait()
}

// meet leaves the link, which runs since begin, with the server until it has come often
// enough, with pauses in between.
func meet(l *Link, s *zmtptest.Server, h zmtptest.Hostile, begin time.Time) error {
	enough := func() bool {
		return len(s.Accepted(0)) >= comesBack && len(s.Accepted(1)) >= comesBack
	}
	limit := comesBackWithin
	if !h.Ends {
		limit = borneWith
	}
	if !drainUntil(l, enough, limit) {
		return errors.New("the link has ended by itself")
	}
	came := s.Accepted(0)
	if h.Ends && len(came) < comesBack {
		return fmt.Errorf("within %v the link has come %d times", limit, len(came))
	}
	// Two pauses of half of 0.1 s at least. From the link's beginning on, for a slow
	// machine accepts late, and then all three at once.
	if n := len(came); n >= comesBack && came[2].Sub(begin) < minPause {
		return fmt.Errorf("the link has come %d times within %v", comesBack, came[2].Sub(begin))
	}
	return nil
}

// worksAgain puts a hub where the link looks for one.
func worksAgain(ctx context.Context, g *errgroup.Group, l *Link) error {
	h, err := takeOver(ctx, l)
	if err != nil {
		return err
	}
	hubCtx, stop := context.WithCancel(context.Background())
	g.Go(func() error { return h.Run(hubCtx) })
	defer stop()
	return works(ctx, l)
}

// takeOver opens a hub where the server was. Somebody's connection may have been
// given the port from the other end meanwhile, for as long as it lasts.
func takeOver(ctx context.Context, l *Link) (*hub.Hub, error) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		h, err := hub.New(hub.Config{Frontend: []string{l.frontend.String()}, Backend: []string{l.backend.String()}, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			return h, nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, err
		}
	}
}

func ignoreEnd(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// drainUntil reads the link's events until done or the time is over.
func drainUntil(l link.Link, done func() bool, limit time.Duration) bool {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(limit); ; {
		select {
		case _, open := <-l.Events():
			if !open {
				return false
			}
		case <-tick.C:
			if done() {
				return true
			}
		case <-end:
			return true
		}
	}
}

// works publishes until it hears itself.
func works(ctx context.Context, l link.Link) error {
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	last := ""
	for {
		select {
		case e, open := <-l.Events():
			switch {
			case !open:
				return fmt.Errorf("the link has not come back: %s", last)
			case e.Status != nil:
				last = fmt.Sprint(*e.Status)
			case e.Message.Topic == "wanted/here I am":
				return nil
			}
		case <-again.C:
			_ = l.Publish(message.Message{Topic: "wanted/here I am"}) // not yet up: again
		case <-ctx.Done():
			return fmt.Errorf("the link has not come back: %s", last)
		}
	}
}

// unasked are ways to be hostile to this link alone: what it subscribes to.
func unasked() []zmtptest.Hostile {
	message := []byte("\x01\x07wanted/\x02\x00\x00\x00\x00\x00\x00\x10\x00" + strings.Repeat("x", 4096))
	return []zmtptest.Hostile{{Name: "ready: floods with messages that are wanted", Ends: true, Play: func(c net.Conn, as zmtp.SocketType) {
		if _, err := zmtp.Handshake(c, zmtp.Config{SocketType: as, Minor: 1}); err != nil {
			return
		}
		for range 1000 {
			if _, err := c.Write(message); err != nil {
				return
			}
		}
	}}}
}

// TestHostileServers runs many at once. It is not parallel to other tests, so
// that it can count what they leave behind.
func TestHostileServers(t *testing.T) {
	all := append(zmtptest.Hostiles(), unasked()...)
	goroutines, before := linktest.Goroutines("internal/link"), heap()
	var peak atomic.Uint64
	met := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		for p := peak.Load(); m.HeapAlloc > p && !peak.CompareAndSwap(p, m.HeapAlloc); p = peak.Load() {
		}
	}
	var g errgroup.Group
	g.SetLimit(128)
	for _, h := range all {
		g.Go(func() error {
			if err := survive(h, met); err != nil {
				t.Errorf("%s: %v", h.Name, err)
			}
			return nil
		})
	}
	_ = g.Wait()
	linktest.AwaitGoroutines(t, "internal/link", goroutines)
	left := int64(heap()) - int64(before)
	t.Logf("%d servers, heap at most %d MiB, %d KiB left", len(all), peak.Load()>>20, left>>10)
	if peak.Load() > 384<<20 {
		t.Errorf("the heap has grown to %d MiB", peak.Load()>>20)
	}
	if left > 16<<20 {
		t.Errorf("%d MiB of heap are left", left>>20)
	}
}
