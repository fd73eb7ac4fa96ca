//go:build !race

package proxy

import (
	"bytes"
	"fmt"
	"testing"

	"homebus/internal/zmtp/zmtptest"
)

// emptier is a writer that takes what there is, as a connection would that keeps up.
type emptier struct {
	o     *outbox
	parts [][]byte
}

func (w *emptier) start()  { w.carry() }
func (w *emptier) expect() {}

func (w *emptier) carry() {
	for {
		if w.parts = w.o.take(w.parts[:0]); len(w.parts) == 0 && w.o.leave() {
			return
		}
		w.o.wrote()
	}
}

// Nothing is allocated for what is forwarded (but with the race detector, which makes pools
// forget), whatever is read at once and whoever wants it,
// once the topics are known.
func TestForwardingAllocatesNothing(t *testing.T) {
	for _, tt := range []struct {
		name             string
		topics, messages int
		payload, subs    int
	}{
		{"one message", 1, 1, 64, 1},
		{"one message to many", 1, 1, 64, 8},
		{"a busy topic", 1, 1000, 64, 1},
		{"a busy topic to many", 1, 1000, 64, 8},
		{"many topics", 100, 1000, 64, 1},
		{"many topics to many", 100, 1000, 64, 8},
		{"long messages", 1, 10, 16 << 10, 2},
	} {
		x := newSwitchboard(DefaultLimits, silentTap{}, nil)
		for range tt.subs {
			s := x.attachSink("s")
			s.staff(&emptier{o: s.outbox})
			x.mu.Lock()
			if err := x.subscribe(s, nil); err != nil {
				t.Fatal(err)
			}
			x.mu.Unlock()
		}
		var stream []byte
		for i := range tt.messages {
			stream = append(stream, zmtptest.Wire(fmt.Sprintf("topic/%d", i%tt.topics), string(bytes.Repeat([]byte("x"), tt.payload)))...)
		}
		p := publisher{session: &session{}, ctx: t.Context(), board: x}
		p.inbox.b = stream
		forward := func() {
			p.inbox.from, p.inbox.to = 0, len(stream)
			for p.more = true; p.more; {
				if err := p.forward(); err != nil {
					t.Fatal(err)
				}
			}
		}
		forward()
		forward() // a topic is known when it comes again
		if n := testing.AllocsPerRun(100, forward); n != 0 {
			t.Errorf("%s: %v allocations", tt.name, n)
		}
		if got, want := x.received.Messages, uint64(tt.messages)*103; got != want {
			t.Errorf("%s: %d messages were forwarded, not %d", tt.name, got, want)
		}
	}
}
