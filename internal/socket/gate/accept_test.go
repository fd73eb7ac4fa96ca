package gate

import (
	"context"
	"log/slog"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// starved is a listener of a process that has no descriptors left.
type starved struct {
	net.Listener
	calls atomic.Int64
}

func (s *starved) Accept() (net.Conn, error) {
	s.calls.Add(1)
	return nil, &net.OpError{Op: "accept", Net: "tcp", Err: syscall.EMFILE}
}

func (s *starved) Addr() net.Addr { return &net.TCPAddr{} }

func TestNoSpinningWithoutDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(Limits{Handshake: time.Second, Pending: 1}, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		l := &starved{}
		g.accept(ctx, l, nil)
		if n := l.calls.Load(); n < 60 || n > 80 {
			t.Errorf("%d tries in a minute", n)
		}
	})
}
