package socket_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/socket"
	"homebus/internal/zmtp/zmtptest"
)

// couple is two patterns that talk to each other, and what the program on either side
// sees of a message: first the ones that a begins with, then how b answers.
type couple struct {
	a, b string
	// toB stands before what a sends, atB before what b receives. "*" is any frame,
	// and stands in an answer for that which b received.
	toB, atB []string
	// atA stands before the answer that a receives; b answers with atB before it. One
	// that is oneWay has none.
	atA    []string
	oneWay bool
	// lossy says that what a sends before b is known to it is lost.
	lossy bool
}

// couples are all that may talk to each other (RFC 37, section "The Socket-Type
// Property"), XPUB and XSUB at libzmq's side only.
var couples = []couple{
	{a: "REQ", b: "REP"},
	{a: "REQ", b: "ROUTER", atB: []string{"*", ""}},
	{a: "DEALER", b: "REP", toB: []string{""}, atA: []string{""}},
	{a: "DEALER", b: "ROUTER", atB: []string{"*"}},
	{a: "DEALER", b: "DEALER"},
	{a: "ROUTER", b: "ROUTER", toB: []string{"b"}, atB: []string{"a"}, atA: []string{"b"}, lossy: true},
	{a: "PUSH", b: "PULL", oneWay: true},
	{a: "PUB", b: "SUB", oneWay: true, lossy: true},
	{a: "PUB", b: "XSUB", oneWay: true, lossy: true},
	{a: "XPUB", b: "SUB", oneWay: true, lossy: true},
	{a: "PAIR", b: "PAIR"},
}

// peer is a socket of any pattern, ours or libzmq's. One whose pattern lacks Send or
// Recv fails the test there.
type peer interface {
	Bind(string) (string, error)
	Connect(string) error
	Close(context.Context) error
}

// open opens a socket of ours, and makes a subscriber subscribe to everything.
func open(t testing.TB, kind, identity string) peer {
	t.Helper()
	return openWith(t, kind, named(identity))
}

func openWith(t testing.TB, kind string, cfg socket.Config) peer {
	t.Helper()
	switch kind {
	case "REQ":
		return closing(t, socket.NewReq(cfg))
	case "REP":
		return closing(t, socket.NewRep(cfg))
	case "DEALER":
		return closing(t, socket.NewDealer(cfg))
	case "ROUTER":
		return closing(t, socket.NewRouter(cfg))
	case "PUSH":
		return closing(t, socket.NewPush(cfg))
	case "PULL":
		return closing(t, socket.NewPull(cfg))
	case "PUB":
		return closing(t, socket.NewPub(cfg))
	case "SUB":
		s := closing(t, socket.NewSub(cfg))
		s.Subscribe("")
		return s
	case "PAIR":
		return closing(t, socket.NewPair(cfg))
	}
	t.Fatalf("there is no %s of ours", kind)
	return nil
}

// opener opens a socket of one side.
type opener func(t testing.TB, kind, identity string) peer

// theirs opens sockets of libzmq.
func theirs(l *libzmq) opener {
	return func(t testing.TB, kind, identity string) peer {
		r := l.open(t, kind, identity, 0)
		switch kind {
		case "SUB":
			r.Subscribe("")
		case "XSUB":
			if err := r.Send(soon(t), message("\x01")); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() { _ = r.Close(ended()) })
		return r
	}
}

// TestConformance is what every pattern must do, with each that it talks to, in both
// roles, with our own sockets and with real libzmq's on either side.
func TestConformance(t *testing.T) {
	t.Parallel()
	for _, c := range couples {
		t.Run(c.a+"-"+c.b, func(t *testing.T) {
			t.Parallel()
			if c.a != "XPUB" && c.b != "XSUB" {
				t.Run("ours", func(t *testing.T) { c.conform(t, open, open) })
			}
			l := startLibzmq(t)
			if c.a != "XPUB" {
				t.Run("ours to libzmq", func(t *testing.T) { c.conform(t, open, theirs(l)) })
			}
			if c.b != "XSUB" {
				t.Run("libzmq to ours", func(t *testing.T) { c.conform(t, theirs(l), open) })
			}
		})
	}
}

func (c couple) conform(t *testing.T, a, b opener) {
	t.Run("a binds", func(t *testing.T) { c.roles(t, a, b, true) })
	t.Run("b binds", func(t *testing.T) { c.roles(t, a, b, false) })
	t.Run("ipc", func(t *testing.T) {
		from, to := a(t, c.a, "a"), b(t, c.b, "b")
		where := "ipc://" + filepath.Join(t.TempDir(), "s")
		if _, err := from.Bind(where); err != nil {
			t.Fatal(err)
		}
		if err := to.Connect(where); err != nil {
			t.Fatal(err)
		}
		c.begin(t, from, to)
		c.exchange(t, from, to, message("x"))
	})
	t.Run("two endpoints", func(t *testing.T) { c.fanOut(t, a, b) })
}

// roles exchanges messages of all shapes, and again when the bound side has gone and
// come back.
func (c couple) roles(t *testing.T, a, b opener, aBinds bool) {
	from, to := a(t, c.a, "a"), b(t, c.b, "b")
	bound, other := from, to
	if !aBinds {
		bound, other = to, from
	}
	where, err := bound.Bind("tcp://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Connect(where); err != nil {
		t.Fatal(err)
	}
	c.begin(t, from, to)
	for _, m := range shapes() {
		c.exchange(t, from, to, m)
	}
	for i := range 100 {
		c.exchange(t, from, to, message("in order", fmt.Sprint(i)))
	}
	if err := bound.Close(soon(t)); err != nil {
		t.Fatal(err)
	}
	forgotten(t, other)
	if aBinds {
		from = a(t, c.a, "a")
		bound = from
	} else {
		to = b(t, c.b, "b")
		bound = to
	}
	zmtptest.Eventually(t, "the port is free again", func() bool {
		_, err := bound.Bind(where)
		return err == nil
	})
	c.begin(t, from, to)
	c.exchange(t, from, to, message("back"))
}

// shapes are messages of all shapes.
func shapes() [][][]byte {
	var all [][][]byte
	for _, n := range []int{0, 1, 255, 256, 8191, 8192, 65535, 65536, 1 << 20} {
		all = append(all, [][]byte{bytes.Repeat([]byte("x"), n)})
	}
	many := make([][]byte, 300)
	for i := range many {
		many[i] = bytes.Repeat([]byte{byte(i)}, i)
	}
	return append(all, message("", "", ""), message("a", "", "b"), message("\x00\xff", "\x04\x00"), many)
}

// forgotten waits until a socket of ours has no peer.
func forgotten(t testing.TB, s peer) {
	t.Helper()
	if ours, ok := s.(endpoints); ok {
		awaitPeers(t, ours, 0)
	}
}

// begin waits until a message arrives, and until nothing of that is left.
func (c couple) begin(t testing.TB, a, b peer) {
	t.Helper()
	for _, s := range []peer{a, b} {
		if ours, ok := s.(endpoints); ok {
			zmtptest.Eventually(t, "there is a peer", func() bool { return ours.Stats().Peers > 0 })
		}
	}
	if !c.lossy {
		return
	}
	from, to := a.(sender), b.(receiver)
	zmtptest.Eventually(t, "a message arrives", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_ = from.Send(ctx, slices.Concat(message(c.toB...), message("are you there")))
		_, err := to.Recv(ctx)
		return err == nil
	})
	send(t, from, append(slices.Clone(c.toB), "that was all")...)
	for !strings.HasSuffix(receive(t, to), "that was all") {
	}
}

// exchange sends m there, and back.
func (c couple) exchange(t testing.TB, a, b peer, m [][]byte) {
	t.Helper()
	if err := a.(sender).Send(soon(t), slices.Concat(message(c.toB...), m)); err != nil {
		t.Fatal(err)
	}
	way := check(t, b, c.atB, m)
	if c.oneWay {
		return
	}
	if err := b.(sender).Send(soon(t), slices.Concat(way, m)); err != nil {
		t.Fatal(err)
	}
	check(t, a, c.atA, m)
}

// check receives m behind what is to stand before it, and returns that.
func check(t testing.TB, s peer, before []string, m [][]byte) [][]byte {
	t.Helper()
	got, err := s.(receiver).Recv(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	n := len(before)
	same := func(b, want []byte) bool { return string(want) == "*" || bytes.Equal(b, want) }
	if len(got) < n || !slices.EqualFunc(got[:n], message(before...), same) || !slices.EqualFunc(got[n:], m, bytes.Equal) {
		t.Fatalf("got %.200q, want %q and %.200q", got, before, m)
	}
	return got[:n]
}

// fanOut connects one a to two b, of which each gets what the pattern has for it.
func (c couple) fanOut(t *testing.T, a, b opener) {
	if c.a == "PAIR" || c.a == "ROUTER" {
		t.Skip("talks to one peer, or to one by name")
	}
	from := a(t, c.a, "a")
	var all []peer
	for i := range 2 {
		to := b(t, c.b, fmt.Sprint("b", i))
		where, err := to.Bind("tcp://127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := from.Connect(where); err != nil {
			t.Fatal(err)
		}
		all = append(all, to)
	}
	if ours, ok := from.(endpoints); ok {
		awaitPeers(t, ours, 2)
	}
	for _, to := range all {
		c.begin(t, from, to)
	}
	if strings.HasSuffix(c.a, "PUB") {
		send(t, from.(sender), "for all")
		for _, to := range all {
			for receive(t, to.(receiver)) != "for all" {
			}
		}
		return
	}
	for i := range 6 { // they take turns
		c.exchange(t, from, all[i%2], message(fmt.Sprint(i)))
	}
}
