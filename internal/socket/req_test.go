package socket_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// answers answers every request with an echo until rep is closed; the function
// returned waits for that.
func answers(t testing.TB, rep *socket.Rep) (wait func()) {
	var done sync.WaitGroup
	done.Go(func() {
		for {
			m, err := rep.Recv(context.Background())
			if err == nil {
				err = rep.Send(context.Background(), append(message("re"), m...))
			}
			if errors.Is(err, socket.ErrClosed) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	return done.Wait
}

func request(t testing.TB, req *socket.Req, frames ...string) string {
	t.Helper()
	answer, err := req.Request(soon(t), message(frames...))
	if err != nil {
		t.Fatal(err)
	}
	return text(answer)
}

func TestReqAsksInTurn(t *testing.T) {
	req := closing(t, socket.NewReq(quiet()))
	var reps []*socket.Rep
	for range 3 {
		rep := closing(t, socket.NewRep(quiet()))
		answers(t, rep)
		reps = append(reps, rep)
		connect(t, req, bind(t, rep))
	}
	awaitPeers(t, req, 3)
	for i := range 9 {
		if got := request(t, req, fmt.Sprint(i), "x"); got != fmt.Sprintf("re|%d|x", i) {
			t.Errorf("got %q", got)
		}
	}
	for _, rep := range reps {
		if n := rep.Stats().In.Messages; n != 3 {
			t.Errorf("one of three was asked %d times of 9", n)
		}
	}
}

// The story at which the old tutorials give up.
func TestReqSurvivesItsServer(t *testing.T) {
	req := closing(t, socket.NewReq(quiet()))
	rep := closing(t, socket.NewRep(quiet()))
	where := bind(t, rep)
	connect(t, req, where)
	for round := range 5 {
		question := fmt.Sprint("q", round)
		if err := req.Send(soon(t), message(question)); err != nil {
			t.Fatal(err)
		}
		want(t, rep, question) // and dies of it
		_ = rep.Close(ended())
		rep = closing(t, socket.NewRep(quiet()))
		if _, err := rep.Bind(where); err != nil {
			t.Fatal(err)
		}
		want(t, rep, question)
		send(t, rep, "a", fmt.Sprint(round))
		want(t, req, fmt.Sprintf("a|%d", round))
	}
}

func TestReqAsksAnotherWhenOneIsLost(t *testing.T) {
	req := closing(t, socket.NewReq(quiet()))
	var peers []*zmtptest.Peer
	where := bind(t, req)
	for i := range 2 {
		peers = append(peers, rawPeer(t, where, zmtp.REP))
		awaitPeers(t, req, i+1)
	}
	if err := req.Send(soon(t), message("q")); err != nil {
		t.Fatal(err)
	}
	asked := peers[0].Receive()
	_ = peers[0].Close()
	if again := peers[1].Receive(); again != asked || !strings.HasSuffix(asked, "||q") {
		t.Fatalf("asked %q, then %q", asked, again)
	}
	peers[1].Send(append(envelopeOf(asked), "a")...)
	want(t, req, "a")
}

// envelopeOf returns the frames before the question "q", as Receive has joined them: an
// empty one, and before that perhaps the id, any four bytes, which may hold a "|".
func envelopeOf(asked string) []string {
	if id, ok := strings.CutSuffix(asked, "||q"); ok {
		return []string{id, ""}
	}
	return []string{""}
}

func TestReqAsksAgainInTime(t *testing.T) {
	cfg := quiet()
	cfg.Resend = 20 * time.Millisecond
	for _, kind := range []zmtp.SocketType{zmtp.REP, zmtp.ROUTER} {
		t.Run(string(kind), func(t *testing.T) {
			req := closing(t, socket.NewReq(cfg))
			where := bind(t, req)
			mute := rawPeer(t, where, kind)
			awaitPeers(t, req, 1)
			answered := make(chan string, 1)
			go func() {
				m, err := req.Request(soon(t), message("q"))
				answered <- fmt.Sprint(text(m), err)
			}()
			asked := mute.Receive()
			good := rawPeer(t, where, kind)
			if got := good.Receive(); got != asked {
				t.Fatalf("asked %q, then %q", asked, got)
			}
			good.Send(append(envelopeOf(asked), "a")...)
			if got := <-answered; got != "a<nil>" {
				t.Errorf("got %q", got)
			}
			if kind == zmtp.ROUTER {
				mute.WantClosed()
			}
		})
	}
}

// idAndBody returns what stands before and behind the delimiter of a question, the last of
// its kind: an id of random bytes may hold one, and end in half of it.
func idAndBody(question string) (id, body string) {
	i := max(0, strings.LastIndex(question, "||"))
	return question[:i], strings.TrimPrefix(question[i:], "||")
}

// Answers to questions that were given up are told apart by the id, at a REP.
func TestReqPassesOverStaleAnswers(t *testing.T) {
	req := closing(t, socket.NewReq(quiet()))
	peer := rawPeer(t, bind(t, req), zmtp.REP)
	awaitPeers(t, req, 1)
	var ids []string
	for _, question := range []string{"1", "2"} {
		if err := req.Send(soon(t), message(question)); err != nil {
			t.Fatal(err)
		}
		id, body := idAndBody(peer.Receive())
		if body != question || len(id) != 4 {
			t.Fatalf("asked %q with id %q", body, id)
		}
		ids = append(ids, id)
	}
	for _, m := range [][]string{{ids[0], "", "stale"}, {"", "no id"}, {"garbage"}, {ids[1], "no delimiter"}, {ids[1], ""}, {ids[1], "", "right"}, {ids[1], "", "twice"}} {
		peer.Send(m...)
	}
	want(t, req, "right")
	zmtptest.Eventually(t, "the rest is counted", func() bool { return req.Stats().Unwanted == 6 })
	if _, err := req.Recv(soon(t)); !errors.Is(err, socket.ErrTurn) {
		t.Errorf("Recv: %v", err)
	}
}

// At a ROUTER they are told apart by the connection.
func TestReqGivesUpARouterByItsConnection(t *testing.T) {
	req := closing(t, socket.NewReq(quiet()))
	router := closing(t, socket.NewRouter(quiet()))
	connect(t, req, bind(t, router))
	if err := req.Send(soon(t), message("1")); err != nil {
		t.Fatal(err)
	}
	first, err := router.Recv(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := req.Send(soon(t), message("2")); err != nil {
		t.Fatal(err)
	}
	second, err := router.Recv(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	if string(first[0]) == string(second[0]) || text(second[1:]) != "|2" {
		t.Fatalf("asked %q, then %q", first, second)
	}
	send(t, router, string(first[0]), "", "stale")
	send(t, router, string(second[0]), "", "right")
	want(t, req, "right")
}

func TestRequestsWaitForOneAnother(t *testing.T) {
	req, rep := closing(t, socket.NewReq(quiet())), closing(t, socket.NewRep(quiet()))
	answers(t, rep)
	connect(t, req, bind(t, rep))
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if m, err := req.Request(soon(t), message(fmt.Sprint(i))); err != nil || text(m) != fmt.Sprintf("re|%d", i) {
				t.Errorf("request %d: %q %v", i, m, err)
			}
		})
	}
	all.Wait()
}

// A connection that a REQ closes to ask again is not lost to something unknown: the log
// says why.
func TestReqSaysWhyItsConnectionEnds(t *testing.T) {
	t.Parallel()
	var log strings.Builder // read when nothing runs any more
	cfg := quiet()
	cfg.Resend = 20 * time.Millisecond
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	router := closing(t, socket.NewRouter(quiet()))
	req := closing(t, socket.NewReq(cfg))
	connect(t, req, bind(t, router))
	answered := make(chan error, 1)
	go func() {
		_, err := req.Request(soon(t), message("q"))
		answered <- err
	}()
	receive(t, router) // and says nothing
	for done := false; !done; {
		ctx, stop := context.WithTimeout(t.Context(), cfg.Resend)
		if m, err := router.Recv(ctx); err == nil {
			_ = router.Send(ctx, append(m[:len(m)-1], []byte("a"))) // it may have asked again meanwhile
		}
		stop()
		select {
		case err := <-answered:
			if done = true; err != nil {
				t.Error(err)
			}
		default:
		}
	}
	if err := req.Close(soon(t)); err != nil {
		t.Error(err)
	}
	if want := `reason="no answer in time, asking again"`; !strings.Contains(log.String(), want) || strings.Contains(log.String(), "use of closed") {
		t.Errorf("the log says %s; want %s", &log, want)
	}
}

func TestRequestEndsWithItsContext(t *testing.T) {
	req := closing(t, socket.NewReq(quiet()))
	connect(t, req, "tcp://127.0.0.1:1")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := req.Request(ctx, message("q")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Request: %v", err)
	}
	if _, err := req.Recv(soon(t)); !errors.Is(err, socket.ErrTurn) {
		t.Errorf("Recv: %v", err)
	}
}

// When one of several that were asked has answered, what the others say cannot become
// the answer to the next question.
func TestReqForgetsTheOthersThatWereAsked(t *testing.T) {
	cfg := quiet()
	cfg.Resend = 20 * time.Millisecond
	req := closing(t, socket.NewReq(cfg))
	where := bind(t, req)
	slow := rawPeer(t, where, zmtp.REP)
	awaitPeers(t, req, 1)
	late := rawPeer(t, where, zmtp.ROUTER)
	awaitPeers(t, req, 2)
	answered := make(chan string, 1)
	go func() {
		m, err := req.Request(soon(t), message("1"))
		answered <- fmt.Sprint(text(m), err)
	}()
	id, _ := idAndBody(slow.Receive())
	if got := late.Receive(); got != "|1" {
		t.Fatalf("asked %q", got)
	}
	slow.Send(id, "", "a")
	if got := <-answered; got != "a<nil>" {
		t.Fatalf("got %q", got)
	}
	late.WantClosed()
}
