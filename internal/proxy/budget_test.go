package proxy

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

func TestRation(t *testing.T) {
	for name, c := range map[string]struct {
		total int
		held  []int
		share int // 0: none
		used  int64
	}{
		"all alike":               {400, []int{200, 200, 200}, 100, 600},
		"small ones keep theirs":  {400, []int{10, 0, 500, 0, 20, 500}, 135, 1030},
		"one holds all":           {400, []int{0, 0, 1000}, 300, 1000},
		"what all hold is shared": {400, []int{200, 200, 200}, 100, 200},
		"pieces are half full":    {400, []int{100, 100, 100}, 50, 600},
		"the bound is not passed": {400, []int{100, 100, 100}, 0, 300},
		"nobody":                  {400, nil, 0, 0},
	} {
		b := newBudget(c.total)
		b.used.Store(c.used)
		share := b.ration(slices.Clone(c.held))
		sum := 0
		for _, h := range c.held {
			sum += min(h, share)
		}
		if c.share > 0 && share != c.share || sum > c.total*3/4 {
			t.Errorf("%s: a share of %d, and %d are held", name, share, sum)
		}
	}
}

// When all queues together hold too much, those who hold most lose what is over
// their share, and nobody else loses anything.
func TestTheLargestQueuesGiveWay(t *testing.T) {
	const total = 8 << 20
	for _, overflow := range []Overflow{DropNewest, DropOldest, Disconnect} {
		t.Run(overflow.String(), func(t *testing.T) {
			x := newSwitchboard(Limits{QueueTotal: total, Overflow: overflow}.orDefaults(), silentTap{}, nil)
			join := func(prefix string) *sink {
				s := x.attachSink(prefix)
				s.onOverflow(func() {})
				if err := x.subscribe(s, []byte(prefix)); err != nil {
					t.Fatal(err)
				}
				return s
			}
			var stopped []*sink
			for range 20 {
				stopped = append(stopped, join("t"))
			}
			small, good := join("small"), join("t")
			message := zmtptest.Wire("t", strings.Repeat("x", 1000))
			run := bytes.Repeat(message, 60)
			now := x.turn()
			now.deliver(0, zmtptest.Wire("small", "kept"))
			pushed, highest := 0, int64(0)
			for range 200 {
				x.mu.Lock()
				b := batch{board: x}
				one, err := scan(message, &x.limits.Wire)
				if err != nil {
					t.Fatal(err)
				}
				for i := range 60 {
					b.add(run, i*len(message), &one)
				}
				b.flush()
				x.mu.Unlock()
				x.rationed = x.rationed.Add(-rationEvery) // as if time had passed
				pushed += 60
				highest = max(highest, x.waiting.used.Load())
				drain(good.outbox)
			}
			if highest > total+1<<20 {
				t.Errorf("%d bytes waited, %d may", highest, total)
			}
			if sent, _, dropped, _ := good.counts(); int(sent) != pushed || dropped != 0 {
				t.Errorf("who keeps up was sent %d of %d and lost %d", sent, pushed, dropped)
			}
			if _, _, dropped, waiting := small.counts(); dropped != 0 || waiting != 1 {
				t.Errorf("who holds little lost %d, %d wait", dropped, waiting)
			}
			for _, s := range stopped {
				if _, _, dropped, waiting := s.counts(); int(dropped)+waiting != pushed || dropped == 0 {
					t.Errorf("%d dropped and %d waiting of %d", dropped, waiting, pushed)
				}
				drain(s.outbox)
			}
			x.waiting.ease()
			if share := x.waiting.share.Load(); share < 1<<60 {
				t.Errorf("nothing waits, and the share is %d", share)
			}
		})
	}
}

// What cannot be taken back, since it is being written, is cut off.
func TestWhoStandsInAWriteIsCutIfItHoldsTooMuch(t *testing.T) {
	x := newSwitchboard(Limits{QueueTotal: 1 << 20}.orDefaults(), silentTap{}, nil)
	cut := 0
	for range 8 {
		s := x.attachSink("s")
		s.onOverflow(func() { cut++ })
		s.push(nil, zmtptest.Wire("t", strings.Repeat("x", 200<<10)), 1)
		s.take(nil)
	}
	x.mu.Lock()
	x.ration()
	x.mu.Unlock()
	if cut < 5 || cut == 8 {
		t.Errorf("%d of 8 were cut", cut)
	}
}
