package eventloop

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// Whoever waits, it waits until something happens, or says that nothing has.
func TestRest(t *testing.T) {
	for name, since := range map[string]time.Duration{"in person": time.Hour, "by the runtime": -time.Hour} {
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
			l.rest.busy = since
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
	l, cancel, ran := run(t)
	c, peer := pair(t, l, "tcp")
	heard := make(chan struct{}, 1)
	serve(t, c, reader(1, func([]byte) { heard <- struct{}{} }))
	for range 3 {
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		within(t, heard, "what was said")
	}
	cancel()
	if err := within(t, ran, "the end"); err != nil {
		t.Error(err)
	}
}

// A loop is busy when some events in a row have come soon after one another.
func TestWhenALoopIsBusy(t *testing.T) {
	for _, gap := range []time.Duration{patience / 2, patience} {
		r := rest{}
		for i := range time.Duration(2 * brisk) {
			now := time.Hour + i*gap
			r.happened(now)
			want := time.Duration(0)
			if i >= brisk && gap < patience {
				want = now
			}
			if r.busy != want {
				t.Errorf("event %d, %v after another: busy at %v, want %v", i, gap, r.busy, want)
			}
		}
	}
}

// However many loops are busy, one of Go's processors is left for all else.
func TestNotEveryProcessorWaits(t *testing.T) {
	if inPerson.Load() != 0 {
		t.Fatal("a loop is left over")
	}
	most := runtime.GOMAXPROCS(0) - 1
	for i := range most {
		if !mayWait() {
			t.Errorf("only %d may wait, want %d", i, most)
		}
	}
	if mayWait() {
		t.Errorf("more than %d may wait", most)
	}
	for range most {
		waited()
	}
	if n := inPerson.Load(); n != 0 {
		t.Errorf("%d wait when all have waited", n)
	}
}
