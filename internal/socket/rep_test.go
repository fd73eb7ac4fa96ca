package socket_test

import (
	"errors"
	"net"
	"strings"
	"testing"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// rawPeer connects a peer of the test's to a bound socket.
func rawPeer(t testing.TB, where string, as zmtp.SocketType) *zmtptest.Peer {
	t.Helper()
	addr, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(where, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	return zmtptest.Connect(t, addr, as, 0)
}

func TestRepReturnsTheEnvelope(t *testing.T) {
	for name, c := range map[string]struct{ asked, request, answered []string }{
		"a REQ":               {[]string{"", "q"}, []string{"q"}, []string{"", "a"}},
		"several frames":      {[]string{"", "q1", "q2"}, []string{"q1", "q2"}, []string{"", "a"}},
		"an id":               {[]string{"\x00\x00\x00\x01", "", "q"}, []string{"q"}, []string{"\x00\x00\x00\x01", "", "a"}},
		"three hops":          {[]string{"h3", "h2", "h1", "", "q"}, []string{"q"}, []string{"h3", "h2", "h1", "", "a"}},
		"the first empty one": {[]string{"", "", "q"}, []string{"", "q"}, []string{"", "a"}},
		"an empty question":   {[]string{"", ""}, []string{""}, []string{"", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			rep := closing(t, socket.NewRep(quiet()))
			peer := rawPeer(t, bind(t, rep), zmtp.DEALER)
			peer.Send("no envelope")
			peer.Send("an envelope with nothing in it", "")
			peer.Send(c.asked...)
			want(t, rep, strings.Join(c.request, "|"))
			send(t, rep, "a")
			peer.Want(strings.Join(c.answered, "|"))
			if n := rep.Stats().Unwanted; n != 2 {
				t.Errorf("%d unwanted, want 2", n)
			}
		})
	}
}

func TestRepTakesTurns(t *testing.T) {
	rep := closing(t, socket.NewRep(quiet()))
	if err := rep.Send(t.Context(), message("x")); !errors.Is(err, socket.ErrTurn) {
		t.Errorf("Send without a request: %v", err)
	}
	peer := rawPeer(t, bind(t, rep), zmtp.REQ)
	peer.Send("", "1")
	peer.Send("", "2")
	want(t, rep, "1")
	if _, err := rep.Recv(t.Context()); !errors.Is(err, socket.ErrTurn) {
		t.Errorf("Recv before the answer: %v", err)
	}
	send(t, rep, "one")
	want(t, rep, "2")
	send(t, rep, "two")
	peer.Want("|one", "|two")
}

func TestRepWhoseClientHasGone(t *testing.T) {
	rep := closing(t, socket.NewRep(quiet()))
	where := bind(t, rep)
	gone := rawPeer(t, where, zmtp.REQ)
	gone.Send("", "bye")
	want(t, rep, "bye")
	_ = gone.Close()
	awaitPeers(t, rep, 0)
	send(t, rep, "too late")
	if n := rep.Stats().Unroutable; n != 1 {
		t.Errorf("%d unroutable, want 1", n)
	}
	next := rawPeer(t, where, zmtp.REQ)
	next.Send("", "q")
	want(t, rep, "q")
	send(t, rep, "a")
	next.Want("|a")
}

// A client that asks and never reads is dropped answers when its queue is full, and
// keeps nobody waiting.
func TestRepBesideOneThatNeverReads(t *testing.T) {
	cfg := quiet()
	cfg.HWM = 4
	rep := closing(t, socket.NewRep(cfg))
	where := bind(t, rep)
	rude, good := rawPeer(t, where, zmtp.DEALER), rawPeer(t, where, zmtp.REQ)
	big := strings.Repeat("x", 4<<20)
	for rep.Stats().Dropped == 0 {
		rude.Send("", "q")
		want(t, rep, "q")
		send(t, rep, big)
	}
	good.Send("", "q")
	want(t, rep, "q")
	send(t, rep, "a")
	good.Want("|a")
}
