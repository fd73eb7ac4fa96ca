package proxy

import (
	"bytes"
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhenTheHeapIsTidied(t *testing.T) {
	begin := time.Now()
	var s swell
	for _, step := range []struct {
		at   time.Duration
		held int64
		due  bool
	}{
		{0, 10 << 20, false},
		{time.Hour, 41 << 20, false}, // not enough
		{time.Hour + time.Second, 60 << 20, false},
		{time.Hour + 5*time.Second, 70 << 20, false}, // it still grows
		{time.Hour + 9*time.Second, 70 << 20, false},
		{time.Hour + 10*time.Second, 65 << 20, true},
		{time.Hour + 11*time.Second, 25 << 20, false}, // what is left is what is needed
		{time.Hour + 12*time.Second, 60 << 20, false},
		{time.Hour + 20*time.Second, 60 << 20, false}, // not so soon again
		{time.Hour + 39*time.Second, 60 << 20, false},
		{time.Hour + 40*time.Second, 60 << 20, true},
		{time.Hour + 41*time.Second, 60 << 20, false}, // all of it is needed
		{2 * time.Hour, 60 << 20, false},
		{3 * time.Hour, 20 << 20, false}, // no more
		{4 * time.Hour, 60 << 20, false},
		{5 * time.Hour, 60 << 20, true},
	} {
		if got := s.due(begin.Add(step.at), step.held); got != step.due {
			t.Errorf("at %v, with %d MiB held: %v", step.at, step.held>>20, got)
		}
	}
	if n := held(); n < 1<<20 || n > 1<<40 {
		t.Errorf("%d bytes are held", n)
	}
}

func BenchmarkHeld(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		held()
	}
}

// What a burst has left is given back to the system soon, and not only when the
// runtime looks for it by itself.
func TestKeepTidy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _ = keepTidy(ctx) }()
		<-time.After(2 * time.Second) // it has seen how little there is
		const size = 256 << 20
		ballast := bytes.Repeat([]byte("x"), size)
		<-time.After(2 * time.Second)
		most := held()
		runtime.KeepAlive(ballast)
		<-time.After(tidyAfter + 2*time.Second)
		if now := held(); now > most-size/2 {
			t.Errorf("%d MiB are held, %d before", now>>20, most>>20)
		}
		cancel()
		synctest.Wait()
	})
}
