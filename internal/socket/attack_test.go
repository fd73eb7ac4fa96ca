package socket_test

import (
	"context"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// TestRandomUse has many goroutines do anything, in any order, with sockets of all
// patterns, while others close them. The race detector and TestMain judge.
func TestRandomUse(t *testing.T) {
	t.Parallel()
	for _, pair := range partners {
		t.Run(pair[0], func(t *testing.T) {
			t.Parallel()
			cfg := quiet()
			cfg.HWM = 4
			for round := range 3 {
				misuse(t, openWith(t, pair[0], cfg), openWith(t, pair[1], cfg), uint64(round))
			}
		})
	}
}

func misuse(t *testing.T, a, b peer, seed uint64) {
	var places []string
	for _, s := range []peer{a, b} {
		for range 2 {
			where, err := s.Bind("tcp://127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			places = append(places, where)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var g errgroup.Group
	for i := range 16 {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		g.Go(func() error {
			for ctx.Err() == nil {
				mistake(ctx, []peer{a, b}[r.IntN(2)], places[r.IntN(len(places))], r)
			}
			return nil
		})
	}
	for _, s := range []peer{a, b} {
		g.Go(func() error {
			<-ctx.Done()
			_ = s.Close(ended())
			return nil
		})
	}
	_ = g.Wait()
}

// mistake does one thing with a socket.
func mistake(ctx context.Context, s peer, where string, r *rand.Rand) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(r.IntN(5))*time.Millisecond)
	defer cancel()
	switch r.IntN(20) {
	case 0:
		_ = s.Connect(where)
	case 1:
		_, _ = s.Bind("tcp://127.0.0.1:0")
	case 2:
		_ = s.(endpoints).Stats()
	default:
		if from, ok := s.(receiver); ok && r.IntN(2) == 0 {
			_, _ = from.Recv(ctx)
		} else if to, ok := s.(sender); ok {
			_ = to.Send(ctx, message("name", "", string(make([]byte, r.IntN(1<<r.IntN(18))))))
		}
	}
}

// TestStormWhileClosing has peers come and go at any moment of their lives while sockets
// of all patterns are closed. TestMain looks for what is left.
func TestStormWhileClosing(t *testing.T) {
	for _, pair := range partners {
		t.Run(pair[0], func(t *testing.T) {
			t.Parallel()
			s := open(t, pair[0], "")
			where, err := s.Bind("tcp://127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			var g errgroup.Group
			for i := range 16 {
				g.Go(func() error {
					for done := false; !done; {
						done = comeAndGo(where, zmtp.SocketType(pair[1]), i)
					}
					return nil
				})
			}
			zmtptest.Eventually(t, "some have come", func() bool { return s.(endpoints).Stats().Refused > 20 })
			if to, ok := s.(sender); ok && pair[0] != "REP" {
				_ = to.Send(ended(), message("to", "whomever"))
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_ = s.Close(ctx)
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

// comeAndGo connects and gets so far; it reports whether nobody listens any more.
func comeAndGo(where string, as zmtp.SocketType, far int) bool {
	conn, err := net.Dial("tcp", where[len("tcp://"):])
	if err != nil {
		return true
	}
	defer func() { _ = conn.Close() }()
	if far%4 == 0 {
		return false // before the greeting
	}
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: byte(far % 2)}); err != nil {
		return false
	}
	said := zmtptest.Wire("", "a", "b")
	_, _ = conn.Write(said[:len(said)/(1+far%2)]) // and half of a message
	return false
}
