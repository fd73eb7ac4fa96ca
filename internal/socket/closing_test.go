package socket_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// What was taken goes out at Close, however much the peer says that nobody will receive
// any more: before Close, while it waits, and for ever.
func TestCloseDrainsToOneThatTalks(t *testing.T) {
	t.Parallel()
	cfg := quiet()
	cfg.HWM = 900
	dealer := closing(t, socket.NewDealer(cfg))
	peer := rawPeer(t, bind(t, dealer), zmtp.DEALER)
	awaitPeers(t, dealer, 1)
	const n = 900
	body := strings.Repeat("x", 16<<10)
	for i := range n {
		send(t, dealer, fmt.Sprint(i), body)
	}
	talking := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			_, err = peer.Write(zmtptest.Wire(body))
		}
		talking <- err
	}()
	zmtptest.Eventually(t, "there is no room for more", func() bool { return dealer.Stats().In.Messages == 900 })
	closed := make(chan error, 1)
	go func() { closed <- dealer.Close(soon(t)) }()
	for i := range n {
		if got, want := peer.Receive(), fmt.Sprint(i)+"|"+body; got != want {
			t.Fatalf("message %d: got %.20q", i, got)
		}
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	<-talking
}

// A connection that Close has ended is not said to be lost.
func TestCloseIsNoLoss(t *testing.T) {
	t.Parallel()
	var log strings.Builder // read when nothing runs any more
	cfg := quiet()
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	pull := closing(t, socket.NewPull(quiet()))
	push := closing(t, socket.NewPush(cfg))
	connect(t, push, bind(t, pull))
	send(t, push, "the last")
	want(t, pull, "the last")
	if err := push.Close(soon(t)); err != nil {
		t.Error(err)
	}
	if log.Len() > 0 {
		t.Errorf("closing says %s", log.String())
	}
}

// Every call on a closed socket says that it is closed.
func TestClosedSocket(t *testing.T) {
	for _, pair := range partners {
		s := open(t, pair[0], "")
		where, err := s.Bind("tcp://127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(soon(t)); err != nil {
			t.Fatal(err)
		}
		calls := map[string]func() error{
			"Bind":           func() error { _, err := s.Bind(where); return err },
			"Bind to a name": func() error { _, err := s.Bind("tcp://localhost:0"); return err },
			"Connect":        func() error { return s.Connect(where) },
		}
		if to, ok := s.(sender); ok {
			calls["Send"] = func() error { return to.Send(context.Background(), message("a", "b")) }
		}
		if from, ok := s.(receiver); ok {
			calls["Recv"] = func() error { _, err := from.Recv(context.Background()); return err }
		}
		if err := s.Close(ended()); err != nil {
			t.Errorf("Close of a closed %s: %v", pair[0], err)
		}
		for call, do := range calls {
			if err := do(); !errors.Is(err, socket.ErrClosed) {
				t.Errorf("%s of a closed %s: %v", call, pair[0], err)
			}
		}
	}
}
