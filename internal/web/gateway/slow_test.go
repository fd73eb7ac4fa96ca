package gateway

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"homebus/internal/proxy"
)

// TestASlowClientLosesItsOwnOnly has one that reads nothing at first.
func TestASlowClientLosesItsOwnOnly(t *testing.T) {
	t.Parallel()
	const messages, waiting = 20_000, 100
	f, err := proxy.New(proxy.Config{Limits: proxy.Limits{QueueMessages: waiting}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h := openOn(t, f.Attach, Limits{}, nil)
	slow, good := h.raw("?prefix=t"), h.raw("?prefix=t")
	for _, p := range []*rawPeer{slow, good} {
		p.write(frame(fin|text, fence))
		p.expect(text, fenced)
	}
	peer := h.attach("test")
	defer peer.Close()
	for i := range messages {
		if err := peer.Publish([][]byte{[]byte("t"), fmt.Appendf(nil, `{"n":%d,"x":"%s"}`, i, strings.Repeat("x", 3000))}); err != nil {
			t.Fatal(err)
		}
		good.expect(text, fmt.Sprintf(`{"topic":"t","payload":{"n":%d,`, i))
	}
	st := h.gateway.Stats()
	if st.Dropped == 0 || st.Clients != 2 {
		t.Fatalf("%+v", st)
	}
	var names []string
	for name, n := range f.Stats().Drops {
		names = append(names, name)
		if n != st.Dropped {
			t.Errorf("%d dropped by the hub's count, %d by the gateway's", n, st.Dropped)
		}
	}
	if want := "ws " + slow.conn.LocalAddr().String(); !slices.Equal(names, []string{want}) {
		t.Errorf("%q lost messages, want %s", names, want)
	}
	// What it gets is whole, and in order; and once it reads, it loses nothing more.
	last := -1
	for heard := uint64(0); heard < messages-st.Dropped; heard++ {
		var n int
		_, payload, err := slow.next()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanf(payload, `{"topic":"t","payload":{"n":%d,`, &n); err != nil || n <= last {
			t.Fatalf("%.60s after %d: %v", payload, last, err)
		}
		last = n
	}
	h.publish("t", "1")
	slow.expect(text, `{"topic":"t","payload":1}`)
	if n := h.gateway.Stats().Dropped; n != st.Dropped {
		t.Errorf("%d dropped, then %d", st.Dropped, n)
	}
}

func TestDisconnectWhenTheQueueIsFull(t *testing.T) {
	t.Parallel()
	h := open(t, Limits{}, proxy.Limits{QueueMessages: 100, Overflow: proxy.Disconnect}, nil)
	v := h.dial("?prefix=t")
	v.expectNothing()
	peer := h.attach("test")
	defer peer.Close()
	big := []byte(strings.Repeat("x", 10_000))
	await(t, "the client is cut", func() bool {
		if err := peer.Publish([][]byte{[]byte("t"), big}); err != nil {
			t.Fatal(err)
		}
		return h.gateway.Stats().Cut == 1
	})
	h.awaitClients(0)
	for {
		if _, err := v.hear(); err != nil {
			// The close frame is behind what it had not read for too long.
			if code := websocket.CloseStatus(err); code != websocket.StatusTryAgainLater && code != -1 {
				t.Error(err)
			}
			return
		}
	}
}

// TestAFloodOfBadOps has a client that sends what is none and reads no answer.
func TestAFloodOfBadOps(t *testing.T) {
	t.Parallel()
	h := open(t, Limits{}, proxy.Limits{}, nil)
	good := h.dial("?prefix=t")
	good.expectNothing()
	p := h.raw("?prefix=t")
	flood := strings.Repeat(frame(fin|text, "no op"), 1000)
	_ = p.conn.SetWriteDeadline(time.Now().Add(time.Second))
	sent := 0
	for {
		n, err := p.conn.Write([]byte(flood))
		if sent += n; err != nil {
			break // the gateway reads no more of it
		}
	}
	if read := h.gateway.Stats().In.Messages; read > uint64(sent) {
		t.Errorf("%d messages in %d bytes", read, sent)
	}
	h.publish("t", "1")
	good.expect(`{"topic":"t","payload":1}`)
	_ = p.conn.Close()
	h.awaitClients(1)
}
