package socket_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/socket"
	"homebus/internal/zmtp/zmtptest"
)

// bound opens a socket of libzmq in a process of its own, bound where the last one was.
func bound(t testing.TB, kind, where string) (*libzmq, *remote, string) {
	t.Helper()
	l := startLibzmq(t)
	r := l.open(t, kind, "", 0)
	zmtptest.Eventually(t, "the port is free", func() bool {
		w, err := r.Bind(where)
		if err == nil {
			where = w
		}
		return err == nil
	})
	return l, r, where
}

// kill kills the process, as with kill -9.
func (l *libzmq) kill(t testing.TB) {
	t.Helper()
	if err := l.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
}

// A question outlives the server that was asked it.
func TestLibzmqServerIsKilled(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"REP", "ROUTER"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			req := closing(t, socket.NewReq(quiet()))
			l, server, where := bound(t, kind, "tcp://127.0.0.1:*")
			connect(t, req, where)
			for round := range 2 {
				if err := req.Send(soon(t), message("q")); err != nil {
					t.Fatal(err)
				}
				if got := receive(t, server); !strings.HasSuffix(got, "q") {
					t.Fatalf("asked %q", got)
				}
				l.kill(t)
				l, server, _ = bound(t, kind, where)
				asked, err := server.Recv(soon(t))
				if err != nil {
					t.Fatal(err)
				}
				asked[len(asked)-1] = fmt.Append(nil, "a", round)
				if err := server.Send(soon(t), asked); err != nil {
					t.Fatal(err)
				}
				want(t, req, fmt.Sprint("a", round))
			}
		})
	}
}

// Jobs that were not written to a worker that is killed go to the next.
func TestLibzmqWorkerIsKilled(t *testing.T) {
	t.Parallel()
	zmtptest.NeedLibzmq(t)
	push := closing(t, socket.NewPush(quiet()))
	where := bind(t, push)
	worker := startLibzmq(t)
	slow := worker.open(t, "PULL", "", 1)
	if err := slow.Connect(where); err != nil {
		t.Fatal(err)
	}
	awaitPeers(t, push, 1)
	big, sent := strings.Repeat("x", 1<<20), 0
	fill(t, push, big, &sent)
	waiting := push.Stats().Waiting
	if sent > 100 || waiting == 0 {
		t.Errorf("%d messages were sent to one that does not receive, %d wait", sent, waiting)
	}
	worker.kill(t)
	awaitPeers(t, push, 0)
	waiting = push.Stats().Waiting
	next := startLibzmq(t).open(t, "PULL", "", 0)
	if err := next.Connect(where); err != nil {
		t.Fatal(err)
	}
	for range waiting {
		want(t, next, big)
	}
	if st := push.Stats(); int(st.Out.Messages) != sent || st.Dropped != 0 {
		t.Errorf("%d were sent: %+v", sent, st)
	}
}

// libzmq's PUSH is held back by a PULL of ours that does not receive, and loses nothing.
func TestLibzmqIsHeldBack(t *testing.T) {
	t.Parallel()
	cfg := quiet()
	cfg.HWM = 1
	pull := closing(t, socket.NewPull(cfg))
	push := startLibzmq(t).open(t, "PUSH", "", 1)
	if err := push.Connect(bind(t, pull)); err != nil {
		t.Fatal(err)
	}
	big, sent := strings.Repeat("x", 1<<20), 0
	fill(t, push, big, &sent)
	if sent > 100 {
		t.Errorf("%d messages went to one that does not receive", sent)
	}
	for range sent {
		want(t, pull, big)
	}
}

// Heartbeats of both sides at a high rate cut nobody.
func TestLibzmqHeartbeats(t *testing.T) {
	t.Parallel()
	pull := closing(t, socket.NewPull(unhurried()))
	l := startLibzmq(t)
	push := l.open(t, "PUSH", "", 0)
	for option, ms := range map[string]int{"heartbeat_ivl": 50, "heartbeat_timeout": 1000, "heartbeat_ttl": 1000} {
		if _, err := l.do(order{Do: "set", Socket: push.id, Option: option, Value: ms}); err != nil {
			t.Fatal(err)
		}
	}
	if err := push.Connect(bind(t, pull)); err != nil {
		t.Fatal(err)
	}
	awaitPeers(t, pull, 1)
	staysFor(t, pull, 2*time.Second)
	send(t, push, "still there")
	want(t, pull, "still there")
}

// A libzmq worker that is busy for longer than a silent peer is borne with, its queue
// full and our PINGs unread behind it, is left alone, and gets all its jobs.
func TestLibzmqMayBeBusy(t *testing.T) {
	t.Parallel()
	cfg := unhurried()
	cfg.HWM = 1
	push := closing(t, socket.NewPush(cfg))
	worker := startLibzmq(t).open(t, "PULL", "", 1)
	if err := worker.Connect(bind(t, push)); err != nil {
		t.Fatal(err)
	}
	awaitPeers(t, push, 1)
	big, sent := strings.Repeat("x", 1<<20), 0
	fill(t, push, big, &sent)
	staysFor(t, push, 2*time.Second)
	for range sent {
		want(t, worker, big)
	}
	if st := push.Stats(); st.Dropped != 0 || st.Peers != 1 {
		t.Errorf("%d were sent: %+v", sent, st)
	}
}

// Of two libzmq DEALERs with one name, the newer has it.
func TestLibzmqTakesOver(t *testing.T) {
	t.Parallel()
	router := closing(t, socket.NewRouter(quiet()))
	where := bind(t, router)
	l := startLibzmq(t)
	older, newer := l.open(t, "DEALER", "x", 0), l.open(t, "DEALER", "x", 0)
	for _, d := range []*remote{older, newer} {
		// Or the older one would come back and take over in its turn.
		if _, err := l.do(order{Do: "set", Socket: d.id, Option: "reconnect_ivl", Value: -1}); err != nil {
			t.Fatal(err)
		}
		if err := d.Connect(where); err != nil {
			t.Fatal(err)
		}
		send(t, d, "hello")
		want(t, router, "x|hello")
	}
	send(t, router, "x", "for the newer")
	want(t, newer, "for the newer")
}

// libzmq's options for a REQ that may ask again work with a REP of ours.
func TestLibzmqCorrelates(t *testing.T) {
	t.Parallel()
	rep := closing(t, socket.NewRep(quiet()))
	l := startLibzmq(t)
	req := l.open(t, "REQ", "", 0)
	for _, option := range []string{"req_correlate", "req_relaxed"} {
		if _, err := l.do(order{Do: "set", Socket: req.id, Option: option, Value: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := req.Connect(bind(t, rep)); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"given up", "asked"} {
		send(t, req, q)
	}
	for _, q := range []string{"given up", "asked"} {
		want(t, rep, q)
		send(t, rep, "re "+q)
	}
	want(t, req, "re asked")
}

// A PAIR that has a peer refuses libzmq's.
func TestLibzmqPairIsRefused(t *testing.T) {
	t.Parallel()
	a, b := closing(t, socket.NewPair(quiet())), closing(t, socket.NewPair(quiet()))
	where := bind(t, a)
	connect(t, b, where)
	send(t, b, "first")
	want(t, a, "first")
	second := startLibzmq(t).open(t, "PAIR", "", 0)
	if err := second.Connect(where); err != nil {
		t.Fatal(err)
	}
	send(t, second, "second")
	send(t, b, "third")
	want(t, a, "third")
	if _, err := second.Recv(brief(t)); err == nil {
		t.Error("the second was spoken to")
	}
	if n := a.Stats().Peers; n != 1 {
		t.Errorf("%d peers", n)
	}
}

// brief is a context for what is not to happen.
func brief(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), zmtptest.Patience/50)
	t.Cleanup(cancel)
	return ctx
}
