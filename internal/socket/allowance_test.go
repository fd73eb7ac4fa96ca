package socket_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// modest is a Config by which all queues together hold a megabyte.
func modest() socket.Config {
	cfg := quiet()
	cfg.QueueTotal = 1 << 20
	return cfg
}

// However many fill their queues, what waits for Recv in all is bounded, and whoever
// comes with a little is served as before.
func TestAllQueuesTogetherAreBounded(t *testing.T) {
	pull := closing(t, socket.NewPull(modest()))
	where := bind(t, pull)
	var flood sync.WaitGroup
	defer flood.Wait()
	body := strings.Repeat("x", 1<<10)
	for i := range 12 {
		peer := rawPeer(t, where, zmtp.PUSH)
		defer func() { _ = peer.Close() }()
		flood.Go(func() {
			for err := error(nil); err == nil; {
				_, err = peer.Write(zmtptest.Wire("flood", body))
			}
		})
		awaitPeers(t, pull, i+1)
	}
	zmtptest.Eventually(t, "the queues are full", func() bool { return pull.Stats().In.Bytes > 600<<10 })
	good := closing(t, socket.NewPush(quiet()))
	connect(t, good, where)
	awaitPeers(t, pull, 13)
	for i := range 10 {
		send(t, good, "good", fmt.Sprint(i))
	}
	most, received := uint64(0), uint64(0)
	for next := 0; next < 10; received++ {
		st := pull.Stats()
		most = max(most, st.In.Messages-received)
		if got := receive(t, pull); got == fmt.Sprint("good|", next) {
			next++
		} else if !strings.HasPrefix(got, "flood") {
			t.Fatalf("got %.20q, want good|%d", got, next)
		}
	}
	if most > 1<<10 {
		t.Errorf("%d messages of a kilobyte have waited", most)
	}
}

// A message that finds no room beside others has it when those are received.
func TestLargeMessagesWaitForOneAnother(t *testing.T) {
	pull := closing(t, socket.NewPull(modest()))
	where := bind(t, pull)
	body := strings.Repeat("x", 900<<10)
	for i := range 2 {
		push := closing(t, socket.NewPush(quiet()))
		connect(t, push, where)
		send(t, push, body)
		zmtptest.Eventually(t, "it has gone out", func() bool { return push.Stats().Waiting == 0 })
		awaitPeers(t, pull, i+1)
		zmtptest.Eventually(t, "one has arrived", func() bool { return pull.Stats().In.Messages == 1 })
	}
	want(t, pull, body, body)
}

// Messages that never end cost their senders the connection, the largest first.
func TestUnfinishedMessagesAreBounded(t *testing.T) {
	pull := closing(t, socket.NewPull(modest()))
	where := bind(t, pull)
	good := closing(t, socket.NewPush(quiet()))
	connect(t, good, where)
	awaitPeers(t, pull, 1)
	for range 8 {
		rawPeer(t, where, zmtp.PUSH).Say(append(zmtp.AppendHeader(nil, 0, 1<<20), make([]byte, 300<<10)...))
	}
	awaitPeers(t, pull, 4)
	large := strings.Repeat("x", 200<<10)
	for range 10 {
		send(t, good, large)
		want(t, pull, large)
	}
	if n := good.Stats().Peers; n != 1 {
		t.Error("the good one was cut")
	}
}

// What waits for those who never read their answers is bounded in all, and others have
// theirs.
func TestAnswersToManyThatNeverRead(t *testing.T) {
	cfg := modest()
	rep := closing(t, socket.NewRep(cfg))
	where := bind(t, rep)
	answer := strings.Repeat("x", 8<<10)
	var answering sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	defer answering.Wait()
	defer cancel()
	answering.Go(func() {
		for {
			if _, err := rep.Recv(ctx); err != nil {
				return
			}
			if err := rep.Send(ctx, message(answer)); err != nil {
				t.Error(err)
				return
			}
			if n := rep.Stats().Waiting; n > 1<<20/len(answer) {
				t.Errorf("%d answers wait", n)
				return
			}
		}
	})
	questions := []byte(strings.Repeat(string(zmtptest.Wire("", "q")), 1000))
	for range 20 {
		rawPeer(t, where, zmtp.REQ).Say(questions)
	}
	zmtptest.Eventually(t, "all queues are full", func() bool { return rep.Stats().Dropped > 2000 })
	req := closing(t, socket.NewReq(quiet()))
	connect(t, req, where)
	for range 10 {
		if got := request(t, req, "q"); got != answer {
			t.Fatalf("got %.20q", got)
		}
	}
}
