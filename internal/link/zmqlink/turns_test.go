package zmqlink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

func TestATurnIsTakenOnceAndGivenBack(t *testing.T) {
	all := NewTurns(1)
	one, other := turn{of: all}, turn{of: all}
	ended, end := context.WithCancel(t.Context())
	end()
	for range 2 {
		if !one.take(t.Context()) {
			t.Fatal("whoever has a turn does not keep it")
		}
	}
	if other.take(ended) {
		t.Fatal("there are two turns")
	}
	one.give()
	one.give()
	if !other.take(t.Context()) || one.take(ended) {
		t.Error("the turn is not passed on once")
	}
	if none := (turn{}); !none.take(ended) {
		t.Error("without turns, somebody waits for one")
	}
}

// crowd is a listener at both ends of a hub that takes connections and says nothing.
// It notes how many there are at most.
type crowd struct {
	l net.Listener

	mu        sync.Mutex
	now, most int
	ever      int
}

func (c *crowd) accept() error {
	var g errgroup.Group
	for {
		conn, err := c.l.Accept()
		if err != nil {
			return g.Wait()
		}
		c.mu.Lock()
		c.now++
		c.ever++
		c.most = max(c.most, c.now)
		c.mu.Unlock()
		g.Go(func() error {
			_, _ = io.Copy(io.Discard, conn) // until the link gives up
			c.mu.Lock()
			defer c.mu.Unlock()
			c.now--
			return conn.Close()
		})
	}
}

// Links that share turns come to a hub a few at a time, and all of them when it answers.
func TestACrowdTakesTurns(t *testing.T) {
	t.Parallel()
	const links, turns = 12, 2
	h := newHub(t)
	silent := crowd{}
	var err error
	if silent.l, err = net.Listen("tcp", h.frontend[len("tcp://"):]); err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	g.Go(silent.accept)
	all := NewTurns(turns)
	var crowd []*running
	for i := range links {
		l, err := New(Config{Frontend: h.frontend, Backend: h.frontend, Name: fmt.Sprint(i), Turns: all})
		if err != nil {
			t.Fatal(err)
		}
		l.handshake = 50 * time.Millisecond
		l.backend.Address = h.frontend[len("tcp://"):]
		crowd = append(crowd, run(t, l))
	}
	wait := time.NewTicker(10 * time.Millisecond)
	defer wait.Stop()
	for deadline := time.Now().Add(patience); ; <-wait.C {
		silent.mu.Lock()
		ever := silent.ever
		silent.mu.Unlock()
		if ever >= 8*turns {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("only %d attempts", ever)
		}
	}
	silent.l.Close()
	for _, r := range crowd {
		r.end()
	}
	if err := g.Wait(); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if most := 2 * turns; silent.most > 2*most { // a link closes before the listener notices
		t.Errorf("%d connections at a time, want %d", silent.most, most)
	}
	if len(all) != 0 {
		t.Errorf("%d turns are not given back", len(all))
	}
}

func TestACrowdIsUpWhenEachHadItsTurn(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	all := NewTurns(2)
	var crowd []*running
	for i := range 12 {
		l, err := New(Config{Frontend: h.frontend, Backend: h.backend, Name: fmt.Sprint(i), Turns: all})
		if err != nil {
			t.Fatal(err)
		}
		crowd = append(crowd, run(t, l))
	}
	h.start()
	for round := range 2 {
		for i, r := range crowd {
			r.await(fmt.Sprintf("round %d: link %d is up", round, i), up)
		}
		h.Kill()
		for i, r := range crowd {
			r.await(fmt.Sprintf("round %d: link %d is down", round, i), down)
		}
		h.start()
	}
	for _, r := range crowd {
		r.end()
	}
	if len(all) != 0 {
		t.Errorf("%d turns are not given back", len(all))
	}
}
