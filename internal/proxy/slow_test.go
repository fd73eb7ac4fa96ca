package proxy

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A subscriber that does not read loses its own messages, each of them counted,
// and nobody else loses any.
func TestAStoppedSubscriberCostsTheOthersNothing(t *testing.T) {
	const total, batch = 20_000, 100
	f := start(t, Config{Limits: Limits{QueueBytes: 1 << 20}})
	stopped := subscriberOf(t, f, "t")
	good := subscriberOf(t, f, "t")
	pub := publisherOf(t, f)
	message := wire("t", strings.Repeat("x", 1000))
	for range total / batch {
		pub.write(bytes.Repeat(message, batch))
		for range batch { // keeps good's own queue short
			good.receive()
		}
	}
	var drops uint64
	eventually(t, "the drops are counted", func() bool {
		st := f.Stats()
		drops = st.Drops[stopped.LocalAddr().String()]
		return drops > 0 && st.Dropped == drops && len(st.Drops) == 1
	})
	pub.send("t", "last")
	received := uint64(0)
	for stopped.receive() != "t|last" {
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
	f := start(t, Config{Limits: Limits{PingEvery: 100 * time.Millisecond, Silence: time.Second}})
	addrs := f.Addrs()
	silent := connect(t, addrs.Backend[0], "SUB", 1)
	silentPub := connect(t, addrs.Frontend[0], "PUB", 1)
	old := connect(t, addrs.Backend[0], "SUB", 0) // announced 3.0 and is not pinged
	for _, p := range []*rawPeer{silent, silentPub} {
		if c := p.command(); c.Name != "PING" || len(c.Data) != 2 {
			t.Errorf("got %q %q, want a PING", c.Name, c.Data)
		}
		p.wantClosed()
	}
	old.subscribe("t")
	publisherOf(t, f).send("t", "1")
	old.wantReceived("t|1")
}

func TestAnyTrafficCountsAsLife(t *testing.T) {
	f := start(t, Config{Limits: Limits{PingEvery: time.Hour, Silence: 600 * time.Millisecond}})
	talker := connect(t, f.Addrs().Frontend[0], "PUB", 1)
	silent := connect(t, f.Addrs().Frontend[0], "PUB", 1)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	gone := make(chan struct{})
	go func() { defer close(gone); silent.wantClosed() }()
	for {
		select {
		case <-tick.C:
			talker.send("t", "x")
			continue
		case <-gone:
		}
		break
	}
	talker.barrierAfterMessages()
}

// barrierAfterMessages is barrier for a publisher, which is sent PINGs and
// subscriptions too.
func (p *rawPeer) barrierAfterMessages() {
	p.t.Helper()
	p.write([]byte("\x04\x09\x04PING\x00\x00me"))
	for {
		if item := p.read(); item.Command && string(item.Frames[0]) == "\x04PONGme" {
			return
		}
	}
}

func TestAPeersOwnTTLIsHonoured(t *testing.T) {
	f := start(t, Config{Limits: Limits{Silence: time.Hour}})
	p := connect(t, f.Addrs().Frontend[0], "PUB", 0)
	p.write([]byte("\x04\x07\x04PING\x00\x03")) // 0.3 s
	p.wantClosed()
}

func TestAPingsContextIsCutTo16Bytes(t *testing.T) {
	f := start(t, Config{})
	p := connect(t, f.Addrs().Backend[0], "SUB", 0)
	p.write([]byte("\x04\x1a\x04PING\x00\x000123456789abcdefXXX"))
	if c := p.command(); c.Name != "PONG" || string(c.Data) != "0123456789abcdef" {
		t.Errorf("got %q %q", c.Name, c.Data)
	}
}
