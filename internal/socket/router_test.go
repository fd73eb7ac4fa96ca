package socket_test

import (
	"bytes"
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
)

func named(identity string) socket.Config {
	cfg := quiet()
	cfg.Identity = []byte(identity)
	return cfg
}

func TestRouterByName(t *testing.T) {
	router := closing(t, socket.NewRouter(quiet()))
	where := bind(t, router)
	dealers := make(map[string]*socket.Dealer)
	for _, name := range []string{"ann", "bob", ""} {
		d := closing(t, socket.NewDealer(named(name)))
		connect(t, d, where)
		send(t, d, "hello", name)
		m, err := router.Recv(soon(t))
		if err != nil || text(m[1:]) != "hello|"+name {
			t.Fatalf("%q %v", m, err)
		}
		id := string(m[0])
		if name == "" && (len(id) != 5 || id[0] != 0) || name != "" && id != name {
			t.Errorf("identity of %q is %q", name, id)
		}
		dealers[id] = d
	}
	for id, d := range dealers {
		send(t, router, id, "you", "there")
		want(t, d, "you|there")
	}
	send(t, router, "carol", "nobody")
	send(t, router, "ann", "x")
	want(t, dealers["ann"], "x")
	if st := router.Stats(); st.Unroutable != 1 || st.Dropped != 0 {
		t.Errorf("%+v", st)
	}
	if err := router.Send(soon(t), message("ann")); !errors.Is(err, socket.ErrMessage) {
		t.Errorf("Send of an identity alone: %v", err)
	}
}

// The newer of two peers of one name has it, and the log says so.
func TestRouterHandsOver(t *testing.T) {
	cfg := quiet()
	var log locked
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	router := closing(t, socket.NewRouter(cfg))
	where := bind(t, router)
	older, newer := named("x"), named("x")
	older.ReconnectMin, older.ReconnectMax = time.Hour, time.Hour
	a := closing(t, socket.NewDealer(older))
	connect(t, a, where)
	send(t, a, "from the older")
	want(t, router, "x|from the older")
	b := closing(t, socket.NewDealer(newer))
	connect(t, b, where)
	awaitPeers(t, a, 0)
	send(t, b, "from the newer")
	want(t, router, "x|from the newer")
	send(t, router, "x", "for the newer")
	want(t, b, "for the newer")
	if !strings.Contains(log.String(), "taken over") || !strings.Contains(log.String(), "identity=x") {
		t.Errorf("log: %s", log.String())
	}
}

// A flood of take-overs is a line a second of log, and costs the others nothing.
func TestRouterTakenOverAgainAndAgain(t *testing.T) {
	cfg := quiet()
	var log locked
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	router := closing(t, socket.NewRouter(cfg))
	where := bind(t, router)
	good := closing(t, socket.NewDealer(named("good")))
	connect(t, good, where)
	awaitPeers(t, router, 1)
	began := time.Now()
	var flood sync.WaitGroup
	for range 8 {
		flood.Go(func() {
			for range 20 {
				bad := socket.NewDealer(named("bad"))
				_ = bad.Connect(where)
				_ = bad.Send(soon(t), message("mine"))
				_ = bad.Close(soon(t))
			}
		})
	}
	for i := range 100 {
		send(t, router, "good", fmt.Sprint(i))
		want(t, good, fmt.Sprint(i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var receiving sync.WaitGroup
	receiving.Go(func() {
		for err := error(nil); err == nil; {
			_, err = router.Recv(ctx) // some are lost with their connections
		}
	})
	flood.Wait()
	awaitPeers(t, router, 1)
	cancel()
	receiving.Wait()
	if n, most := strings.Count(log.String(), "taken over"), 2+int(time.Since(began).Seconds()); n > most {
		t.Errorf("%d lines of log", n)
	}
}

// locked is a log that may be read while it is written.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A peer that does not read is dropped messages, counted, and costs the others little.
func TestRouterBesideOneThatNeverReads(t *testing.T) {
	cfg := quiet()
	cfg.HWM = 4
	router := closing(t, socket.NewRouter(cfg))
	where := bind(t, router)
	rude, good := rawPeer(t, where, zmtp.DEALER), closing(t, socket.NewDealer(named("good")))
	connect(t, good, where)
	rude.Send("hello")
	m, err := router.Recv(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	id, big := string(m[0]), strings.Repeat("x", 4<<20)
	awaitPeers(t, router, 2)
	sent := uint64(0)
	for ; router.Stats().Dropped == 0; sent++ {
		send(t, router, id, big)
	}
	began := time.Now()
	for i := range 100 {
		send(t, router, id, big)
		send(t, router, "good", fmt.Sprint(i))
		want(t, good, fmt.Sprint(i))
		sent++
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("the others waited %v", d)
	}
	st := router.Stats()
	if st.Out.Messages+st.Dropped+uint64(st.Waiting) != sent+100 || st.Dropped < 100 {
		t.Errorf("%d were sent: %+v", sent+100, st)
	}
	if err := router.Send(ended(), message(id, big)); err != nil {
		t.Errorf("Send: %v", err) // it is known not to read
	}
}

// Requests and answers pass several hops.
func TestReqThroughRouterAndDealer(t *testing.T) {
	router, dealer := closing(t, socket.NewRouter(quiet())), closing(t, socket.NewDealer(quiet()))
	front, back := bind(t, router), bind(t, dealer)
	ctx, cancel := context.WithCancel(t.Context())
	var pumps sync.WaitGroup
	defer pumps.Wait()
	defer cancel()
	pump := func(from receiver, to sender) {
		for {
			m, err := from.Recv(ctx)
			if err == nil {
				err = to.Send(ctx, m)
			}
			if err != nil {
				return
			}
		}
	}
	pumps.Go(func() { pump(router, dealer) })
	pumps.Go(func() { pump(dealer, router) })
	for range 2 {
		rep := closing(t, socket.NewRep(quiet()))
		answers(t, rep)
		connect(t, rep, back)
	}
	var clients sync.WaitGroup
	for c := range 5 {
		clients.Go(func() {
			req := closing(t, socket.NewReq(quiet()))
			connect(t, req, front)
			for i := range 20 {
				q := fmt.Sprint(c, i)
				if m, err := req.Request(soon(t), message(q)); err != nil || text(m) != "re|"+q {
					t.Errorf("%q %v", m, err)
				}
			}
		})
	}
	clients.Wait()
}

func TestDealersTalkBothWays(t *testing.T) {
	a, b := closing(t, socket.NewDealer(quiet())), closing(t, socket.NewDealer(quiet()))
	connect(t, a, bind(t, b))
	for i := range 3 {
		send(t, a, "a", fmt.Sprint(i))
	}
	want(t, b, "a|0", "a|1", "a|2")
	send(t, b, "b", "", "")
	want(t, a, "b||")
}

func TestPairRefusesASecond(t *testing.T) {
	a, b := closing(t, socket.NewPair(quiet())), closing(t, socket.NewPair(quiet()))
	where := bind(t, a)
	connect(t, b, where)
	send(t, b, "one")
	want(t, a, "one")
	rawPeer(t, where, zmtp.PAIR).WantClosed()
	send(t, a, "two")
	want(t, b, "two")
	_ = b.Close(soon(t))
	awaitPeers(t, a, 0)
	c := closing(t, socket.NewPair(quiet()))
	connect(t, c, where)
	send(t, a, "three") // if only bound, it waits for the next
	want(t, c, "three")
}

// So it is if its queue is full of few and large messages.
func TestRouterBesideOneThatNeverReadsLargeMessages(t *testing.T) {
	cfg := quiet()
	cfg.QueueBytes = 1 << 20
	router := closing(t, socket.NewRouter(cfg))
	rude := rawPeer(t, bind(t, router), zmtp.DEALER)
	rude.Send("hello")
	m, err := router.Recv(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	id, big := string(m[0]), strings.Repeat("x", 256<<10)
	for router.Stats().Dropped == 0 {
		send(t, router, id, big)
	}
	began := time.Now()
	for range 50 {
		send(t, router, id, big)
	}
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("50 messages to one that does not read took %v", d)
	}
}
