package socket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// restless pings often and has little patience; what counts is looked at every 250 ms.
func restless() socket.Config {
	cfg := quiet()
	cfg.PingEvery, cfg.Silence = 50*time.Millisecond, 200*time.Millisecond
	return cfg
}

// unhurried is restless with more patience, for tests in which nobody may be cut: a peer
// that a busy machine lets wait for 200 ms is not dead. See staysFor.
func unhurried() socket.Config {
	cfg := restless()
	cfg.Silence = time.Second
	return cfg
}

// rawPeer31 connects a peer that announces ZMTP 3.1.
func rawPeer31(t testing.TB, where string, as zmtp.SocketType) *zmtptest.Peer {
	t.Helper()
	addr, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(where, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	return zmtptest.Connect(t, addr, as, 1)
}

// stays fails the test if s loses a peer within a second.
func stays(t *testing.T, s endpoints) {
	t.Helper()
	staysFor(t, s, time.Second)
}

// staysFor fails the test if s loses a peer within d.
func staysFor(t *testing.T, s endpoints, d time.Duration) {
	t.Helper()
	over := time.After(d)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for before := s.Stats().Peers; ; {
		select {
		case <-over:
			return
		case <-tick.C:
			if n := s.Stats().Peers; n < before {
				t.Fatalf("%d peers of %d are left", n, before)
			}
		}
	}
}

func TestSilentPeers(t *testing.T) {
	t.Run("one of ZMTP 3.1 is cut", func(t *testing.T) {
		t.Parallel()
		pull := closing(t, socket.NewPull(restless()))
		rawPeer31(t, bind(t, pull), zmtp.PUSH).WantClosed()
	})
	t.Run("one of ZMTP 3.0 is not", func(t *testing.T) {
		t.Parallel()
		pull := closing(t, socket.NewPull(restless()))
		rawPeer(t, bind(t, pull), zmtp.PUSH)
		awaitPeers(t, pull, 1)
		stays(t, pull)
	})
	t.Run("one that breaks its word is cut", func(t *testing.T) {
		t.Parallel()
		pull := closing(t, socket.NewPull(restless()))
		peer := rawPeer(t, bind(t, pull), zmtp.PUSH)
		peer.Say(zmtp.AppendPing(nil, 2, []byte("context")))
		if c := peer.Command(); c.Name != zmtp.CommandPong || string(c.Data) != "context" {
			t.Errorf("a PING was answered with %q %q", c.Name, c.Data)
		}
		peer.WantClosed()
	})
	t.Run("one that may be busy is not, until it is heard again", func(t *testing.T) {
		t.Parallel()
		push := closing(t, socket.NewPush(restless()))
		peer := rawPeer31(t, bind(t, push), zmtp.PULL)
		awaitPeers(t, push, 1)
		send(t, push, "a long job")
		stays(t, push)
		peer.Say(zmtp.AppendPing(nil, 0, nil))
		peer.WantClosed()
	})
	t.Run("one that was told very many subscriptions may be busy, too", func(t *testing.T) {
		t.Parallel()
		sub := closing(t, socket.NewSub(restless()))
		for i := range 1000 {
			sub.Subscribe(fmt.Sprint("topic ", i))
		}
		rawPeer31(t, bind(t, sub), zmtp.PUB)
		awaitPeers(t, sub, 1)
		stays(t, sub)
	})
	t.Run("one that cannot be written to is not busy", func(t *testing.T) {
		t.Parallel()
		push := closing(t, socket.NewPush(restless()))
		path := filepath.Join(t.TempDir(), "s")
		if _, err := push.Bind("ipc://" + path); err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: zmtp.PULL, Minor: 1}); err != nil {
			t.Fatal(err)
		}
		awaitPeers(t, push, 1)
		send(t, push, "written")
		zmtptest.Eventually(t, "it is written", func() bool { return push.Stats().Waiting == 0 })
		_ = conn.(*net.UnixConn).CloseRead() // and it does not hang up
		send(t, push, "not written")
		awaitPeers(t, push, 0)
	})
	t.Run("one that is connected to is cut, and connected to again", func(t *testing.T) {
		t.Parallel()
		server, err := zmtptest.Serve(func(conn net.Conn, as zmtp.SocketType) {
			if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: 1}); err == nil {
				_, _ = io.Copy(io.Discard, conn) // and no answer
			}
		}, zmtp.PUSH)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		pull := closing(t, socket.NewPull(restless()))
		connect(t, pull, "tcp://"+server.Addr(0).String())
		zmtptest.Eventually(t, "it comes again", func() bool { return len(server.Accepted(0)) > 1 })
	})
}

// A program that does not receive for long is no dead peer, on either side.
func TestHeldBackForLong(t *testing.T) {
	t.Parallel()
	cfg := unhurried()
	cfg.HWM = 1
	a, b := closing(t, socket.NewDealer(cfg)), closing(t, socket.NewDealer(cfg))
	connect(t, a, bind(t, b))
	awaitPeers(t, a, 1)
	big, sent := strings.Repeat("x", 1<<20), [2]int{}
	for i, from := range []*socket.Dealer{a, b} {
		fill(t, from, big, &sent[i])
	}
	staysFor(t, a, 2*time.Second)
	for i, to := range []*socket.Dealer{b, a} {
		for range sent[i] {
			want(t, to, big)
		}
	}
}

// fill sends until there has been no room for a while.
func fill(t testing.TB, s sender, body string, sent *int) {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := s.Send(ctx, message(body))
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return
		case err != nil:
			t.Fatal(err)
		}
		*sent++
	}
}
