package gate

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"homebus/internal/endpoint"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// A whole house that reconnects at once finds nobody cut for want of places.
func TestAnHonestCrowdIsLetIn(t *testing.T) {
	const crowd = 100
	g := New(Limits{Handshake: zmtptest.Patience, Pending: 4}, slog.New(slog.DiscardHandler))
	g.newcomers.grace = zmtptest.Patience // the machine may be busy
	l, err := endpoint.Endpoint{Network: "tcp", Address: "127.0.0.1:0"}.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var in atomic.Int64
	var serving sync.WaitGroup
	serving.Go(func() {
		g.Serve(ctx, l, zmtp.Config{SocketType: zmtp.PULL, Minor: 1}, func(ctx context.Context, _ *Conn) error {
			in.Add(1)
			<-ctx.Done()
			return nil
		})
	})
	defer serving.Wait()
	defer cancel()

	peers := make([]*zmtptest.Peer, crowd)
	for i := range peers {
		peers[i] = zmtptest.Dial(t, l.Addr())
	}
	var shaking sync.WaitGroup
	for _, p := range peers {
		shaking.Go(func() {
			if _, err := zmtp.Handshake(p, zmtp.Config{SocketType: zmtp.PUSH, Minor: 1}); err != nil {
				t.Error(err)
			}
		})
	}
	shaking.Wait()
	zmtptest.Eventually(t, "all are in", func() bool { return in.Load() == crowd })
	if n := g.Refused(); n != 0 {
		t.Errorf("%d were refused", n)
	}
}
