package gateway

import (
	"testing"
	"time"
)

func TestPacer(t *testing.T) {
	const turnTime, takes = 20 * time.Microsecond, 20 * time.Microsecond / turnShare
	var p pacer
	if p.turn(time.Second); p.next.Load() != int64(time.Second+leastTurn) {
		t.Errorf("the first turn ends at %d", p.next.Load())
	}
	for range 20 * turnsRemembered {
		p.took(takes)
	}
	if d := time.Duration(p.takes.Load()); d < takes-turnsRemembered || d > takes {
		t.Fatalf("a turn takes %v", d)
	}
	p.takes.Store(int64(takes))
	now := 2 * time.Second
	for range 1000 { // what comes slowly does not wait
		now += turnTime
		if wait := p.turn(now); wait != 0 {
			t.Fatalf("waits %v", wait)
		}
	}
	// A burst of as many as fit does not, and then each waits for those before it.
	now += time.Second
	for i := range 1000 {
		want := time.Duration(i) * turnTime
		if want <= turnsAtOnce {
			want = 0
		}
		if wait := p.turn(now); wait != want {
			t.Fatalf("turn %d waits %v, want %v", i, wait, want)
		}
	}
	// What was not used is not saved up.
	if wait := p.turn(now + 500*turnTime); wait != 500*turnTime {
		t.Errorf("waits %v", wait)
	}
	if wait := p.turn(now + time.Hour); wait != 0 {
		t.Errorf("waits %v", wait)
	}
	for range 100 * turnsRemembered { // a client that does not read
		p.took(time.Minute)
	}
	if d := time.Duration(p.takes.Load()); d > mostTurn {
		t.Errorf("a turn takes %v", d)
	}
}

func BenchmarkPacer(b *testing.B) {
	var p pacer
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for now := time.Duration(0); pb.Next(); now += leastTurn {
			p.turn(now)
			p.took(leastTurn)
		}
	})
}
