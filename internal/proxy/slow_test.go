package proxy

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// A subscriber that does not read loses its own messages, each of them counted,
// and nobody else loses any.
func TestAStoppedSubscriberCostsTheOthersNothing(t *testing.T) {
	const total, batch = 20_000, 100
	f := start(t, Config{Limits: Limits{QueueBytes: 1 << 20}})
	stopped := subscriberOf(t, f, "t")
	good := subscriberOf(t, f, "t")
	pub := publisherOf(t, f)
	message := zmtptest.Wire("t", strings.Repeat("x", 1000))
	for range total / batch {
		pub.Say(bytes.Repeat(message, batch))
		for range batch { // keeps good's own queue short
			good.Receive()
		}
	}
	var drops uint64
	zmtptest.Eventually(t, "the drops are counted", func() bool {
		st := f.Stats()
		drops = st.Drops[stopped.LocalAddr().String()]
		return drops > 0 && st.Dropped == drops && len(st.Drops) == 1
	})
	pub.Send("t", "last")
	received := uint64(0)
	for stopped.Receive() != "t|last" {
		received++
		if received == total-drops && f.Stats().Dropped > drops {
			return // the marker itself was dropped
		}
	}
	if received+drops != total {
		t.Errorf("%d received and %d dropped of %d", received, drops, total)
	}
}

func TestASilentPeerIsCut(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Limits: Limits{PingEvery: 100 * time.Millisecond, Silence: time.Second}})
	addrs := f.Addrs()
	silent := zmtptest.Connect(t, addrs.Backend[0], "SUB", 1)
	silentPub := zmtptest.Connect(t, addrs.Frontend[0], "PUB", 1)
	old := zmtptest.Connect(t, addrs.Backend[0], "SUB", 0) // announced 3.0 and is not pinged
	for _, p := range []*zmtptest.Peer{silent, silentPub} {
		if c := p.Command(); c.Name != "PING" || len(c.Data) != 2 {
			t.Errorf("got %q %q, want a PING", c.Name, c.Data)
		}
		p.WantClosed()
	}
	old.Subscribe("t")
	publisherOf(t, f).Send("t", "1")
	old.Want("t|1")
}

func TestAnyTrafficCountsAsLife(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Limits: Limits{PingEvery: time.Hour, Silence: 600 * time.Millisecond}})
	talker := zmtptest.Connect(t, f.Addrs().Frontend[0], "PUB", 1)
	silent := zmtptest.Connect(t, f.Addrs().Frontend[0], "PUB", 1)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	gone := make(chan struct{})
	go func() { defer close(gone); silent.WantClosed() }()
	for {
		select {
		case <-tick.C:
			talker.Send("t", "x")
			continue
		case <-gone:
		}
		break
	}
	talker.Barrier()
}

func TestAPeersOwnTTLIsHonoured(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Limits: Limits{Silence: time.Hour}})
	p := zmtptest.Connect(t, f.Addrs().Frontend[0], "PUB", 0)
	p.Say([]byte("\x04\x07\x04PING\x00\x03")) // 0.3 s
	p.WantClosed()
}

func TestAPingsContextIsCutTo16Bytes(t *testing.T) {
	f := start(t, Config{})
	p := zmtptest.Connect(t, f.Addrs().Backend[0], "SUB", 0)
	p.Say([]byte("\x04\x1a\x04PING\x00\x000123456789abcdefXXX"))
	if c := p.Command(); c.Name != "PONG" || string(c.Data) != "0123456789abcdef" {
		t.Errorf("got %q %q", c.Name, c.Data)
	}
}

// Under Disconnect who cannot keep up is cut off with one line; what it lost is
// counted, and the others lose nothing.
func TestWhoCannotKeepUpIsDisconnectedIfAskedFor(t *testing.T) {
	const total, batch = 20_000, 100
	lines := &countingWriter{word: "cannot keep up, and more waits for it"}
	f := start(t, Config{
		Limits: Limits{QueueBytes: 1 << 20, Overflow: Disconnect},
		Log:    slog.New(slog.NewTextHandler(lines, nil)),
	})
	stopped, good := subscriberOf(t, f, "t"), subscriberOf(t, f, "t")
	pub := publisherOf(t, f)
	message := zmtptest.Wire("t", strings.Repeat("x", 1000))
	for range total / batch {
		pub.Say(bytes.Repeat(message, batch))
		for range batch {
			good.Receive()
		}
	}
	stopped.WantClosed()
	zmtptest.Eventually(t, "it is gone and its loss counted", func() bool {
		st := f.Stats()
		return st.Subscribers == 1 && st.Dropped > 0 && st.Drops[stopped.LocalAddr().String()] == st.Dropped && lines.n.Load() == 1
	})
}
