package proxy

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

// What is staged is put into a queue, or lost, as each of its messages by itself would be.
func TestStagedIsWhatEachIsByItself(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for round := range 2000 {
		limits := DefaultLimits
		limits.Overflow = []Overflow{DropNewest, DropOldest, Disconnect}[round%3]
		limits.QueueBytes, limits.QueueMessages = 1+rnd.IntN(2000), 1+rnd.IntN(100)
		staged, single := newOutbox(limits, testBudget()), newOutbox(limits, testBudget())
		cuts := [2]int{}
		staged.onOverflow(func() { cuts[0]++ })
		single.onOverflow(func() { cuts[1]++ })
		if rnd.IntN(2) == 0 { // with the writer
			for _, o := range []*outbox{staged, single} {
				o.push(nil, zmtptest.Wire("first", "x"), 1)
				o.take(nil)
			}
		}
		for range 1 + rnd.IntN(3) {
			var buf []byte
			var st stage
			for range rnd.IntN(40) {
				from, count := len(buf), 1+rnd.IntN(3)
				for i := range count {
					buf = append(buf, zmtptest.Wire(fmt.Sprint(i), string(make([]byte, rnd.IntN(50))))...)
				}
				single.push(nil, buf[from:], count)
				st.add(from, len(buf), count)
				if rnd.IntN(2) == 0 {
					buf = append(buf, zmtptest.Wire("for others")...)
				}
			}
			if st.count > 0 {
				staged.pushSpans(nil, buf, &st)
			}
		}
		if a, b := drain(staged), drain(single); !bytes.Equal(a, b) || staged.dropped != single.dropped || cuts[0] != cuts[1] {
			t.Fatalf("round %d, %v: staged %d bytes wait, %d messages are lost, %d cuts; by themselves %d, %d, %d",
				round, limits.Overflow, len(a), staged.dropped, cuts[0], len(b), single.dropped, cuts[1])
		}
	}
}

// Nothing is left staged when a batch is done, and one that comes in between is not mixed
// up with it.
func TestNothingStaysStaged(t *testing.T) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	s, other := subscribedSink(t, x, ""), subscribedSink(t, x, "b")
	x.mu.Lock()
	defer x.mu.Unlock()
	buf := bytes.Join([][]byte{zmtptest.Wire("a", "1"), zmtptest.Wire("b", "2"), zmtptest.Wire("a", "3"), zmtptest.Wire("b", "4")}, nil)
	b := batch{board: x}
	if _, next := b.short(buf, 0, len(buf), turnStep); next != len(buf) {
		t.Fatalf("%d bytes of %d were messages", next, len(buf))
	}
	b.send()
	if s.stage == nil || s.stage.count != 3 {
		t.Fatalf("staged: %+v", s.stage)
	}
	between := batch{board: x}
	between.message(zmtptest.Wire("c", "between"))
	b.flush()
	if s.stage != nil || other.stage != nil || len(x.stages.free) != 2 {
		t.Errorf("still staged: %+v, %+v; %d stages are free", s.stage, other.stage, len(x.stages.free))
	}
	want := bytes.Join([][]byte{zmtptest.Wire("a", "1"), zmtptest.Wire("c", "between"), buf[len(zmtptest.Wire("a", "1")):]}, nil)
	if got := drain(s.outbox); !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// subscribedSink is a subscriber to a prefix.
func subscribedSink(t *testing.T, x *switchboard, prefix string) *sink {
	t.Helper()
	s := x.attachSink(prefix)
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.subscribe(s, []byte(prefix)); err != nil {
		t.Fatal(err)
	}
	return s
}
