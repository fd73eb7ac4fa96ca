package proxy

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// However the messages of a stream are alike, what is forwarded and counted is what a look
// at each of them by itself finds.
func TestAlikeIsWhatEachIsByItself(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	topics := []string{"", "t", "seven..", "eight...", "nine.....", "fifteen........", "bench/kitchen/toaster", "bench/kitchen/toastes",
		"a topic of more than three words of eight", "a topic of more than three words of eighT", "a topic of mOre than three words of eight"}
	for round := range 300 {
		x := newSwitchboard(Limits{Wire: zmtp.Limits{Frame: 64 << 10, Message: 128 << 10, Parts: 4}}.orDefaults(), silentTap{}, nil)
		s := subscribedSink(t, x, "")
		some := map[string]*sink{}
		for _, prefix := range topics[1:] {
			some[prefix] = subscribedSink(t, x, prefix)
		}
		var stream []byte
		wants := map[string][]byte{}
		messages, bodies := 0, 0
		for last := 0; len(stream) < 20_000; messages++ {
			if rnd.IntN(4) == 0 {
				last = rnd.IntN(len(topics))
			}
			frames := [][]byte{[]byte(topics[last])}
			for range rnd.IntN(3) + rnd.IntN(2) {
				frames = append(frames, make([]byte, rnd.IntN(1<<rnd.IntN(10))))
			}
			for _, f := range frames {
				bodies += len(f)
			}
			stream = zmtp.AppendMessage(stream, frames)
			for prefix := range some {
				if strings.HasPrefix(topics[last], prefix) {
					wants[prefix] = zmtp.AppendMessage(wants[prefix], frames)
				}
			}
		}
		p := publisher{session: &session{}, ctx: t.Context(), board: x}
		p.inbox.b = stream
		for cut := 0; cut < len(stream); { // as it may come
			cut = min(len(stream), cut+1+rnd.IntN(1<<rnd.IntN(15)))
			p.inbox.to = cut
			for p.more = true; p.more; {
				if err := p.forward(); err != nil {
					t.Fatal(err)
				}
			}
		}
		for prefix, s := range some {
			if got := drain(s.outbox); !bytes.Equal(got, wants[prefix]) {
				t.Fatalf("round %d: %d bytes came out on %q, not %d", round, len(got), prefix, len(wants[prefix]))
			}
		}
		if got := drain(s.outbox); !bytes.Equal(got, stream) {
			t.Fatalf("round %d: %d bytes came out, %d went in", round, len(got), len(stream))
		}
		if sent, _, _, _ := s.counts(); sent != uint64(messages) || x.received != (Count{uint64(messages), uint64(len(stream))}) || x.bodies != uint64(bodies) {
			t.Fatalf("round %d: sent %d, received %+v, %d in bodies; want %d messages, %d in bodies", round, sent, x.received, x.bodies, messages, bodies)
		}
	}
}

// What a publisher says on a topic that is watched counts in full towards its turn, for
// nobody knows what the watcher does.
func TestWatchedMessagesAreNotCheap(t *testing.T) {
	for name, tap := range map[string]Tap{"watched": &laboriousTap{}, "not watched": silentTap{}} {
		x := newSwitchboard(DefaultLimits, tap, nil)
		p := publisher{session: &session{}, ctx: t.Context(), board: x}
		p.inbox.b = bytes.Repeat(zmtptest.Wire("slow", "x"), 100)
		p.inbox.to = len(p.inbox.b)
		b := batch{board: x}
		cost, _, err := p.next(&b)
		if err != nil || name == "watched" && uint64(cost) != x.received.Messages {
			t.Errorf("%s: %d messages cost %d, %v", name, x.received.Messages, cost, err)
		}
		if cost > 2*turnStep {
			t.Errorf("%s: %d at once", name, cost)
		}
	}
}
