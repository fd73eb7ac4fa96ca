package socket_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

func TestPushTakesTurns(t *testing.T) {
	push := closing(t, socket.NewPush(quiet()))
	var pulls []*socket.Pull
	for range 3 {
		pull := closing(t, socket.NewPull(quiet()))
		pulls = append(pulls, pull)
		connect(t, push, bind(t, pull)) // takes its turn at once
	}
	for i := range 9 {
		send(t, push, fmt.Sprint(i))
	}
	for i, pull := range pulls {
		want(t, pull, fmt.Sprint(i), fmt.Sprint(i+3), fmt.Sprint(i+6))
	}
}

func TestPullTakesOneOfEach(t *testing.T) {
	pull := closing(t, socket.NewPull(quiet()))
	where := bind(t, pull)
	for _, name := range []string{"a", "b"} {
		push := closing(t, socket.NewPush(quiet()))
		connect(t, push, where)
		for i := range 3 {
			send(t, push, name, fmt.Sprint(i))
		}
		zmtptest.Eventually(t, "all has arrived", func() bool {
			return push.Stats().Waiting == 0 && pull.Stats().In.Messages%3 == 0 && pull.Stats().In.Messages > 0
		})
	}
	zmtptest.Eventually(t, "all has arrived", func() bool { return pull.Stats().In.Messages == 6 })
	want(t, pull, "a|0", "b|0", "a|1", "b|1", "a|2", "b|2")
}

func TestPushWaitsForRoom(t *testing.T) {
	cfg := quiet()
	cfg.HWM = 1
	push, pull := closing(t, socket.NewPush(cfg)), closing(t, socket.NewPull(cfg))
	connect(t, push, bind(t, pull))
	awaitPeers(t, push, 1)
	big := strings.Repeat("x", 1<<20)
	sent := 0
	for full := false; !full; {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := push.Send(ctx, message(fmt.Sprint(sent), big))
		cancel()
		switch {
		case err == nil:
			sent++
		case errors.Is(err, context.DeadlineExceeded) && strings.Contains(err.Error(), "no peer has room"):
			full = true
		default:
			t.Fatal(err)
		}
		if sent == 100 {
			t.Fatal("a PULL that does not receive holds nobody back")
		}
	}
	for i := range sent {
		want(t, pull, fmt.Sprint(i)+"|"+big)
	}
	if n := pull.Stats().In.Messages; n != uint64(sent) {
		t.Errorf("%d messages, want %d", n, sent)
	}
}

// What a peer that is lost was not written goes to the next, in order and once.
func TestNothingUnwrittenIsLost(t *testing.T) {
	push := closing(t, socket.NewPush(quiet()))
	where := bind(t, push)
	addr, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(where, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	stuck := zmtptest.Connect(t, addr, zmtp.PULL, 0)
	awaitPeers(t, push, 1)
	const n = 50
	body := strings.Repeat("x", 256<<10)
	for i := range n {
		send(t, push, fmt.Sprint(i), body)
	}
	zmtptest.Eventually(t, "TCP is full", func() bool {
		before := push.Stats().Waiting
		return before < n && before > 0 && before == push.Stats().Waiting
	})
	_ = stuck.Close()
	awaitPeers(t, push, 0)
	first := int(push.Stats().Out.Messages)
	pull := closing(t, socket.NewPull(quiet()))
	connect(t, pull, where)
	for i := first; i < n; i++ {
		want(t, pull, fmt.Sprint(i)+"|"+body)
	}
	if st := push.Stats(); st.Waiting != 0 || st.Dropped != 0 || st.Out.Messages != n {
		t.Errorf("%+v", st)
	}
}

// What an endpoint was given where nobody listens goes to another.
func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "tcp://" + l.Addr().String()
	_ = l.Close()
	push, pull := closing(t, socket.NewPush(quiet())), closing(t, socket.NewPull(quiet()))
	connect(t, push, nobody, bind(t, pull))
	seen := make(map[string]bool)
	for i := range 10 {
		send(t, push, fmt.Sprint(i))
	}
	for range 10 {
		seen[receive(t, pull)] = true
	}
	if len(seen) != 10 {
		t.Errorf("%d different messages arrived, want 10", len(seen))
	}
}

func TestSendBeforeConnection(t *testing.T) {
	pull := closing(t, socket.NewPull(quiet()))
	where := bind(t, pull)
	_ = pull.Close(t.Context())
	cfg := quiet()
	cfg.HWM = 5
	push := closing(t, socket.NewPush(cfg))
	connect(t, push, where)
	for i := range 5 {
		send(t, push, fmt.Sprint(i))
	}
	zmtptest.Eventually(t, "there is no room", func() bool { return push.Send(ended(), message("6")) != nil })
	again := closing(t, socket.NewPull(quiet()))
	if _, err := again.Bind(where); err != nil {
		t.Fatal(err)
	}
	want(t, again, "0", "1", "2", "3", "4")
}

func TestBoundPushWaitsForPeer(t *testing.T) {
	push := closing(t, socket.NewPush(quiet()))
	bind(t, push)
	err := push.Send(ended(), message("x"))
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "no peer") {
		t.Errorf("Send: %v", err)
	}
}

func TestReconnect(t *testing.T) {
	push := closing(t, socket.NewPush(quiet()))
	first := closing(t, socket.NewPull(quiet()))
	where := bind(t, first)
	connect(t, push, where)
	for round := range 5 {
		pull := first
		if round > 0 {
			pull = closing(t, socket.NewPull(quiet()))
			if _, err := pull.Bind(where); err != nil {
				t.Fatal(err)
			}
		}
		awaitPeers(t, push, 1)
		send(t, push, fmt.Sprint(round))
		want(t, pull, fmt.Sprint(round))
		if err := pull.Close(soon(t)); err != nil {
			t.Fatal(err)
		}
		awaitPeers(t, push, 0)
	}
}

func TestCloseDrains(t *testing.T) {
	push, pull := socket.NewPush(quiet()), closing(t, socket.NewPull(quiet()))
	connect(t, push, bind(t, pull))
	const n = 1000
	body := strings.Repeat("x", 10<<10)
	done := make(chan error, 1)
	go func() {
		for i := range n {
			if err := push.Send(soon(t), message(fmt.Sprint(i), body)); err != nil {
				done <- err
				return
			}
		}
		done <- push.Close(soon(t))
	}()
	for i := range n {
		want(t, pull, fmt.Sprint(i)+"|"+body)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestCloseGivesUp(t *testing.T) {
	push := socket.NewPush(quiet())
	connect(t, push, "tcp://127.0.0.1:1")
	send(t, push, "x")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := push.Close(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1 messages were not sent") {
		t.Errorf("Close: %v", err)
	}
	if err := push.Send(t.Context(), message("x")); !errors.Is(err, socket.ErrClosed) {
		t.Errorf("Send: %v", err)
	}
}
