package eventloop

import (
	"context"
	"math"
	"syscall"
	"testing"
	"time"
)

// Whoever waits, it waits until something happens, or says that nothing has.
func TestRest(t *testing.T) {
	for name, since := range map[string]int64{"in person": int64(time.Hour), "by the runtime": math.MinInt64 / 2} {
		l, err := New()
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if l.rest.raw == nil {
			t.Fatal("the runtime cannot wait")
		}
		events := make([]syscall.EpollEvent, 1)
		for _, rung := range []string{"before", "meanwhile"} {
			busy.Store(since)
			ring := func() {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.ring()
			}
			if rung == "before" {
				ring()
			} else {
				go ring()
			}
			n := 0
			for n == 0 && err == nil {
				n, err = l.rest.wait(events)
			}
			if n != 1 || err != nil || int(events[0].Fd) != l.bell {
				t.Fatalf("%s, rung %s: %d events, %v", name, rung, n, err)
			}
			l.letGo()
		}
	}
}

// When it is quiet a loop lets the runtime wait, and ends all the same.
func TestAQuietLoopRests(t *testing.T) {
	l, err := New()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ran := make(chan error, 1)
	go func() { ran <- l.Run(ctx) }()
	c, peer := pair(t, l, "tcp")
	heard := make(chan struct{}, 1)
	serve(t, c, reader(1, func([]byte) { heard <- struct{}{} }))
	for range 3 {
		busy.Store(math.MinInt64 / 2)
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		within(t, heard, "what was said")
	}
	busy.Store(math.MinInt64 / 2)
	cancel()
	if err := within(t, ran, "the end"); err != nil {
		t.Error(err)
	}
}

// A loop is busy when some events in a row have come soon after one another.
func TestWhenALoopIsBusy(t *testing.T) {
	for _, gap := range []time.Duration{patience / 2, patience} {
		r := rest{}
		busy.Store(0)
		for i := range time.Duration(2 * brisk) {
			now := time.Hour + i*gap
			r.happened(now)
			want := int64(0)
			if i >= brisk && gap < patience {
				want = int64(now)
			}
			if got := busy.Load(); got != want {
				t.Errorf("event %d, %v after another: busy at %v, want %v", i, gap, time.Duration(got), time.Duration(want))
			}
		}
	}
}
