package socket_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// TestRandomUse has many goroutines do anything, in any order, with sockets of all
// patterns, while others close them. The race detector and TestMain judge.
func TestRandomUse(t *testing.T) {
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
