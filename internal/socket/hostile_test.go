package socket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// partners are the patterns of ours, and for each one that talks to it.
var partners = [][2]string{
	{"REQ", "REP"}, {"REP", "REQ"}, {"DEALER", "DEALER"}, {"ROUTER", "DEALER"}, {"PUSH", "PULL"},
	{"PULL", "PUSH"}, {"PUB", "SUB"}, {"SUB", "PUB"}, {"PAIR", "PAIR"},
}

// hasty is for those who are silent in their handshake.
func hasty() socket.Config {
	cfg := quiet()
	cfg.Handshake = 300 * time.Millisecond
	return cfg
}

// ends says that a bad peer of a socket of this type is rid of in time: one that
// says it is another type may well be welcome.
func ends(h zmtptest.Hostile, at string) bool {
	for _, other := range []zmtp.SocketType{zmtp.REQ, zmtp.REP, zmtp.DEALER, zmtp.ROUTER, zmtp.PUB, zmtp.SUB, zmtp.PUSH, zmtp.PULL, zmtp.PAIR} {
		if zmtp.SocketType(at).Accepts(other) && strings.Contains(h.Name, "READY with the type "+string(other)+",") {
			return false
		}
	}
	return h.Ends
}

var marker = []byte("an honest message")

// use does with a socket of ours what one does with it, for as long as ctx lasts, and
// calls heard for each honest message.
func use(ctx context.Context, s peer, heard func()) error {
	to, sends := s.(sender)
	from, receives := s.(receiver)
	_, asks := s.(*socket.Req)
	_, answers := s.(*socket.Rep)
	var g errgroup.Group
	if sends && !answers {
		g.Go(func() error { return repeat(ctx, s, to) })
	}
	for receives && !asks {
		m, err := from.Recv(ctx)
		if err != nil {
			break
		}
		if bytes.Equal(m[len(m)-1], marker) {
			heard()
		}
		if answers {
			if err := to.Send(ctx, m); err != nil {
				return err
			}
		}
	}
	return g.Wait()
}

// repeat says the honest message again and again.
func repeat(ctx context.Context, s peer, to sender) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	m := [][]byte{marker}
	if _, ok := s.(*socket.Router); ok {
		m = [][]byte{[]byte("nobody"), marker}
	}
	for {
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		var err error
		if req, ok := s.(*socket.Req); ok {
			_, err = req.Request(short, m)
		} else {
			err = to.Send(short, m)
		}
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// inUse uses two sockets until one of them has heard the other.
func inUse(ctx context.Context, ours, other peer) error {
	ctx, cancel := context.WithTimeout(ctx, 3*zmtptest.Patience)
	defer cancel()
	came := make(chan struct{})
	var once sync.Once
	heard := func() { once.Do(func() { close(came) }) }
	var g errgroup.Group
	g.Go(func() error { return use(ctx, ours, heard) })
	g.Go(func() error { return use(ctx, other, heard) })
	var err error
	select {
	case <-came:
	case <-ctx.Done():
		err = errors.New("it does not work with an honest peer any more")
	}
	cancel()
	return errors.Join(err, g.Wait())
}

// survive connects a socket to a hostile server, and then to an honest one in its
// place.
func survive(t *testing.T, pair [2]string, h zmtptest.Hostile) error {
	server, err := zmtptest.Serve(h.Play, zmtp.SocketType(pair[1]))
	if err != nil {
		return err
	}
	defer server.Close()
	ours := openWith(t, pair[0], hasty())
	defer func() { _ = ours.Close(ended()) }()
	where := "tcp://" + server.Addr(0).String()
	if err := ours.Connect(where); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(t.Context())
	var g errgroup.Group
	g.Go(func() error { return use(ctx, ours, func() {}) })
	comesBack := comesTo(server, ends(h, pair[0]))
	cancel()
	if err := errors.Join(comesBack, g.Wait()); err != nil {
		return err
	}
	server.Close()
	other := open(t, pair[1], "")
	defer func() { _ = other.Close(ended()) }()
	for begin := time.Now(); ; runtime.Gosched() {
		if _, err = other.Bind(where); err == nil {
			break
		}
		if time.Since(begin) > zmtptest.Patience {
			return err
		}
	}
	return inUse(t.Context(), ours, other)
}

// comesTo waits until the server was come to three times, if it must be.
func comesTo(server *zmtptest.Server, ends bool) error {
	limit := time.After(2 * zmtptest.Patience)
	if !ends {
		limit = time.After(100 * time.Millisecond)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if len(server.Accepted(0)) >= 3 {
				return nil
			}
		case <-limit:
			if ends {
				return fmt.Errorf("the socket has come %d times", len(server.Accepted(0)))
			}
			return nil
		}
	}
}

// heap returns how much is in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestHostileServers connects sockets of all patterns to several hundred bad servers,
// and each to an honest one afterwards. It is not parallel to other tests, so that it
// can say what they leave behind.
func TestHostileServers(t *testing.T) {
	before := heap()
	var g errgroup.Group
	g.SetLimit(96)
	for i, h := range zmtptest.Hostiles() {
		g.Go(func() error {
			pair := partners[i%len(partners)]
			if err := survive(t, pair, h); err != nil {
				t.Errorf("%s at %s: %v", pair[0], h.Name, err)
			}
			return nil
		})
	}
	_ = g.Wait()
	zmtptest.Eventually(t, "all have ended", func() bool { return running() == "" })
	if left := int64(heap()) - int64(before); left > 16<<20 {
		t.Errorf("%d MiB of heap are left", left>>20)
	}
}

// TestHostileClients has bad clients come to sockets of all patterns, while each has
// an honest peer that notices nothing.
func TestHostileClients(t *testing.T) {
	hostiles := zmtptest.Hostiles()
	for i, pair := range partners {
		t.Run(pair[0], func(t *testing.T) {
			t.Parallel()
			ours, other := openWith(t, pair[0], hasty()), open(t, pair[1], "honest")
			where, err := ours.Bind("tcp://127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Connect(where); err != nil {
				t.Fatal(err)
			}
			awaitPeers(t, ours.(endpoints), 1)
			ctx, cancel := context.WithCancel(t.Context())
			var honest errgroup.Group
			honest.Go(func() error { return use(ctx, ours, func() {}) })
			honest.Go(func() error { return use(ctx, other, func() {}) })
			var g errgroup.Group
			g.SetLimit(16)
			for j := i; j < len(hostiles); j += len(partners) {
				g.Go(func() error { visit(t, where, hostiles[j], pair); return nil })
			}
			_ = g.Wait()
			cancel()
			if err := honest.Wait(); err != nil {
				t.Error(err)
			}
			if n := other.(endpoints).Stats().Peers; n != 1 {
				t.Error("the honest peer was cut")
			}
			if err := inUse(t.Context(), ours, other); err != nil {
				t.Error(err)
			}
		})
	}
}

// visit has a bad client come once.
func visit(t *testing.T, where string, h zmtptest.Hostile, pair [2]string) {
	conn, err := net.Dial("tcp", where[len("tcp://"):])
	if err != nil {
		t.Error(err)
		return
	}
	limit := 2 * zmtptest.Patience
	ends := ends(h, pair[0])
	if !ends {
		limit = 100 * time.Millisecond
	}
	timer := time.AfterFunc(limit, func() { _ = conn.Close() })
	h.Play(conn, zmtp.SocketType(pair[1]))
	if !timer.Stop() && ends {
		t.Errorf("%s: is still connected", h.Name)
	}
	_ = conn.Close()
}
