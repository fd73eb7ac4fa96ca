package proxy

import (
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// pair is a publisher and a subscriber that mind their own business while
// strangers do what they like.
type pair struct {
	t        testing.TB
	pub, sub *zmtptest.Peer
	n        int
}

func startPair(t testing.TB, f *Forwarder) *pair {
	return &pair{t: t, sub: subscriberOf(t, f, "pair"), pub: publisherOf(t, f)}
}

// relays checks that a message still comes through, and nothing else came.
func (p *pair) relays() {
	p.t.Helper()
	p.n++
	p.pub.Send("pair", fmt.Sprint(p.n))
	p.sub.Want(fmt.Sprint("pair|", p.n))
}

func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	greeting := string(zmtp.Greeting{Major: 3, Minor: 1, Mechanism: "NULL"}.Append(nil))
	plain := string(zmtp.Greeting{Major: 3, Minor: 1, Mechanism: "PLAIN"}.Append(nil))
	ready := func(as zmtp.SocketType) string {
		return string(zmtp.AppendCommand(nil, zmtp.CommandReady, zmtp.Metadata{SocketType: as}.Append(nil)))
	}
	for name, says := range map[string]string{
		"http":             "GET / HTTP/1.1\r\n\r\n",
		"zmtp 1":           "\x01\x00",
		"zmtp 2":           "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x02",
		"nothing":          "",
		"half a greeting":  greeting[:40],
		"no handshake":     greeting,
		"other mechanism":  plain,
		"a message first":  greeting + "\x00\x03abc",
		"endless metadata": greeting + "\x06\x7f\xff\xff\xff\xff\xff\xff\xff",
		"8 KiB and more":   greeting + "\x06\x00\x00\x00\x00\x00\x00\x20\x01",
		"no such type":     greeting + ready("NOSUCH"),
		"wrong side":       greeting + ready(zmtp.REQ),
		"cut property":     greeting + "\x04\x0b\x05READY\x0bSocke",
		"error":            greeting + string(zmtp.AppendCommand(nil, zmtp.CommandError, []byte("\x03400"))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, Config{Limits: Limits{Handshake: 200 * time.Millisecond}})
			p := startPair(t, f)
			for _, addr := range []net.Addr{f.Addrs().Frontend[0], f.Addrs().Backend[0]} {
				stranger := zmtptest.Dial(t, addr)
				stranger.Say([]byte(says))
				p.relays()
				stranger.WantClosed()
				p.relays()
			}
			zmtptest.Eventually(t, "both are counted", func() bool { return f.Stats().Refused == 2 })
		})
	}
}

func TestBadTrafficEndsItsConnectionAlone(t *testing.T) {
	limits := Limits{
		Wire:          zmtp.Limits{Frame: 100 << 10, Message: 150 << 10, Parts: 10},
		Subscriptions: 10, SubscriptionBytes: 300, SubscriptionTotal: 500,
	}
	frame := func(n int, more bool) string {
		return string(zmtp.AppendFrame(nil, make([]byte, n), more))
	}
	var many strings.Builder
	for i := range 11 {
		many.Write(zmtp.AppendSubscription(nil, true, fmt.Append(nil, i)))
	}
	for _, tt := range []struct {
		name     string
		as       zmtp.SocketType
		says     string
		survives bool
	}{
		{"frame too long", zmtp.PUB, "\x02\x00\x00\x00\x00\x00\x01\x90\x01", false},
		{"longest frame", zmtp.PUB, frame(100<<10, false), true},
		{"huge frame", zmtp.PUB, "\x02\x7f\xff\xff\xff\xff\xff\xff\xff", false},
		{"highest bit", zmtp.PUB, "\x02\xff\xff\xff\xff\xff\xff\xff\xff", false},
		{"reserved flag", zmtp.PUB, "\x08\x01a", false},
		{"command with more", zmtp.PUB, "\x05\x01a", false},
		{"too many parts", zmtp.PUB, strings.Repeat(frame(1, true), 11), false},
		{"most parts", zmtp.PUB, strings.Repeat(frame(1, true), 9) + frame(1, false), true},
		{"message too long", zmtp.PUB, frame(100<<10, true) + frame(51<<10, false), false},
		{"longest message", zmtp.PUB, frame(100<<10, true) + frame(50<<10, false), true},
		{"too many large parts", zmtp.PUB, strings.Repeat(frame(14<<10, true), 11), false},
		{"long command", zmtp.PUB, string(zmtp.AppendCommand(nil, "X", make([]byte, 9000))), false},
		{"unknown command", zmtp.PUB, string(zmtp.AppendCommand(nil, "X", make([]byte, 800))), true},
		{"empty command", zmtp.PUB, "\x04\x00\x04\x01\x7f", true},
		{"short ping", zmtp.PUB, "\x04\x06\x04PING\x00", false},
		{"error", zmtp.PUB, string(zmtp.AppendCommand(nil, zmtp.CommandError, []byte("\x03400"))), false},
		{"too many subscriptions", zmtp.SUB, many.String(), false},
		{"subscription too long", zmtp.SUB, string(zmtp.AppendSubscription(nil, true, make([]byte, 301))), false},
		{"too long together", zmtp.SUB, string(zmtp.AppendSubscription(nil, true, make([]byte, 300))) + string(zmtp.AppendSubscription(nil, true, make([]byte, 201))), false},
		{"longest together", zmtp.SUB, string(zmtp.AppendSubscription(nil, true, make([]byte, 300))) + strings.Repeat(string(zmtp.AppendSubscription(nil, true, make([]byte, 200)))+string(zmtp.AppendSubscription(nil, false, make([]byte, 200))), 20), true},
		{"much too long", zmtp.SUB, string(zmtp.AppendSubscription(nil, true, make([]byte, 400))), false},
		{"long subscribe command", zmtp.SUB, string(zmtp.AppendCommand(nil, zmtp.CommandSubscribe, make([]byte, 500))), false},
		{"longest subscription", zmtp.SUB, string(zmtp.AppendSubscription(nil, true, make([]byte, 300))), true},
		{"words to an XPUB", zmtp.XSUB, frame(3, false)[:2] + "abc" + "\x02\x00\x00\x00\x00\x00\x01\x90\x00" + strings.Repeat("x", 100<<10), true},
		{"reserved flag", zmtp.SUB, "\x80\x01a", false},
		{"huge frame", zmtp.SUB, "\x02\x7f\xff\xff\xff\xff\xff\xff\xff", false},
	} {
		t.Run(fmt.Sprint(tt.as, " ", tt.name), func(t *testing.T) {
			f := start(t, Config{Limits: limits})
			p := startPair(t, f)
			at := f.Addrs().Frontend[0]
			if tt.as != zmtp.PUB {
				at = f.Addrs().Backend[0]
			}
			peer := zmtptest.Connect(t, at, tt.as, 0)
			peer.Say([]byte(tt.says))
			p.relays()
			if !tt.survives {
				peer.WantClosed()
			} else {
				peer.Say(zmtp.AppendPing(nil, 0, []byte("alive")))
				for string(zmtp.ParseCommand(peer.Next().Frames[0]).Data) != "alive" {
				}
			}
			p.relays()
		})
	}
}

func TestNothingOfATornMessageArrives(t *testing.T) {
	f := start(t, Config{})
	p := startPair(t, f)
	small := zmtptest.Wire("pair", "one", "two", strings.Repeat("x", 300))
	large := zmtptest.Wire("pair", strings.Repeat("x", 400<<10), "two")
	cuts := []int{}
	for cut := 1; cut < len(small); cut += 7 {
		cuts = append(cuts, cut)
	}
	for _, cut := range cuts {
		torn := publisherOf(t, f)
		torn.Say(small[:cut])
		_ = torn.Close()
	}
	for _, cut := range []int{10, 4 << 10, 64 << 10, 256<<10 + 1, 300 << 10, len(large) - 1} {
		torn := publisherOf(t, f)
		torn.Say(large[:cut])
		_ = torn.Close()
	}
	zmtptest.Eventually(t, "all have gone", func() bool { return f.Stats().Publishers == 1 })
	p.relays()
}

// A length that is announced and does not come costs its sender nothing, and so
// it must not cost the forwarder anything.
func TestALyingLengthCostsNoMemory(t *testing.T) {
	f := start(t, Config{})
	p := startPair(t, f)
	before := heap()
	for range 50 {
		liar := publisherOf(t, f)
		liar.Say([]byte("\x02\x00\x00\x00\x00\x01\x00\x00\x00and that was all"))
	}
	zmtptest.Eventually(t, "all are served", func() bool { return f.Stats().Publishers == 51 })
	p.relays()
	if grown := int64(heap()) - int64(before); grown > 8<<20 {
		t.Errorf("50 liars cost %d bytes", grown)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestTheOldestNewcomerMakesRoom(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Limits: Limits{Handshakes: 3, Handshake: time.Hour}})
	silent := make([]*zmtptest.Peer, 10)
	for i := range silent {
		silent[i] = zmtptest.Dial(t, f.Addrs().Frontend[0])
	}
	for _, s := range silent[:7] {
		s.WantClosed()
	}
	startPair(t, f).relays()
}

// faultyTap panics on one topic.
type faultyTap struct{ silentTap }

func (faultyTap) Watch(topic []byte) Watcher {
	if string(topic) == "fault" {
		panic("a fault of the program")
	}
	return nil
}

func TestAPanicEndsOneConnection(t *testing.T) {
	f := start(t, Config{Tap: faultyTap{}})
	p := startPair(t, f)
	bad := publisherOf(t, f)
	bad.Send("fault")
	bad.WantClosed()
	p.relays()
}
