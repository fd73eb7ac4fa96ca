package zmtptest

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	"homebus/internal/zmtp"
)

// floodBytes is how much a flood of small things sends, and floodParts one of
// parts that would be a message of ever more bytes.
const (
	floodBytes = 2 << 20
	floodParts = FloodBytes
)

// floods send a piece again and again until the other side has had enough, or
// as much as a flood is is out.
func floods() []Hostile {
	anywhere := func(where string, s stage, name string, bytes int, piece func(i int) []byte) Hostile {
		return Hostile{Name: fmt.Sprintf("%s: floods with %s", where, name), Ends: true, Play: func(conn net.Conn, as zmtp.SocketType) {
			if s(conn, as) == nil {
				flood(conn, bytes, piece)
			}
		}}
	}
	all := []Hostile{
		anywhere("connected", connected, "random bytes", floodBytes, random),
		anywhere("connected", connected, "bytes of ff", floodBytes, same(strings.Repeat("\xff", 1000))),
		anywhere("connected", connected, "greetings", floodBytes, same(greeting(3, 1, "NULL"))),
		anywhere("greeted", greeted, "random bytes", floodBytes, random),
		anywhere("greeted", greeted, "PINGs", floodBytes, same(command("PING", "\x00\x00"))),
		anywhere("greeted", greeted, "commands of no bytes", floodBytes, same("\x04\x00")),
		anywhere("greeted", greeted, "READYs with an unknown type", floodBytes, same(command("READY", property("Socket-Type", 4, "NOPE")))),
		anywhere("greeted", greeted, "messages", floodBytes, same("\x00\x05hello")),
	}
	for _, f := range []struct {
		name  string
		bytes int
		piece func(i int) []byte
	}{
		{"random bytes", floodBytes, random},
		{"empty parts", floodBytes, same("\x01\x00")},
		{"parts of 1 byte", floodBytes, same("\x01\x01x")},
		{"parts of 1 MB", floodParts, same(longHeader(zmtp.FlagMore, 1<<20) + strings.Repeat("x", 1<<20))},
		{"empty messages", floodBytes, same("\x00\x00")},
		{"messages of 1024 parts", floodBytes, same(strings.Repeat("\x01\x01x", 1023) + "\x00\x01x")},
		{"messages of topics of 1 MB", floodBytes, same(longHeader(0, 1<<20) + strings.Repeat("t", 1<<20))},
		{"messages that nobody wants", floodBytes, same("\x01\x05topic\x00\x07payload")},
		{"commands of no bytes", floodBytes, same("\x04\x00")},
		{"unknown commands", floodBytes, same(command("WHATEVER", strings.Repeat("x", 1000)))},
		{"READYs", floodBytes, same(command("READY", ""))},
		{"PINGs", floodBytes, same(command("PING", "\x00\x640123456789abcdef"))},
		{"PONGs", floodBytes, same(command("PONG", "\x00\x00\x00\x00\x00\x00\xff\xff"))},
		{"PINGs between the parts of a message", floodBytes, same("\x01\x01x" + command("PING", "\x00\x00"))},
		{"one subscription", floodBytes, same("\x00\x02\x01a")},
		{"a subscription and its cancel", floodBytes, same("\x00\x02\x01a\x00\x02\x00a")},
		{"ever other subscriptions", floodBytes, func(i int) []byte { return zmtp.AppendSubscription(nil, true, fmt.Append(nil, i)) }},
		{"ever longer subscriptions", floodBytes, func(i int) []byte { return zmtp.AppendSubscription(nil, true, make([]byte, i%4096)) }},
		{"ever other SUBSCRIBEs", floodBytes, func(i int) []byte { return zmtp.AppendCommand(nil, zmtp.CommandSubscribe, fmt.Append(nil, i)) }},
		{"CANCELs of what was not subscribed", floodBytes, func(i int) []byte { return zmtp.AppendCommand(nil, zmtp.CommandCancel, fmt.Append(nil, i)) }},
		{"subscriptions of 1 MB", floodBytes, func(i int) []byte { return zmtp.AppendSubscription(nil, true, append(make([]byte, 1<<20), byte(i))) }},
		{"heartbeats that are none", floodBytes, same(string(Wire("bus/heartbeat", "{")))},
		{"heartbeats, each of a new boot", floodBytes, func(i int) []byte { return Wire("bus/heartbeat", fmt.Sprintf(`{"boot":"%d"}`, i)) }},
		{"last values of ever other topics", floodBytes, func(i int) []byte { return Wire(fmt.Sprint("state/a/x", i), "{}") }},
		{"online of ever other appliances", floodBytes, func(i int) []byte { return Wire(fmt.Sprint("online/a/x", i), `{"online":true}`) }},
	} {
		all = append(all, anywhere("ready", ready, f.name, f.bytes, f.piece))
	}
	return append(all, deafPinger())
}

// deafPinger sends PINGs and reads no PONG.
func deafPinger() Hostile {
	return Hostile{Name: "ready: floods with PINGs and reads no PONG", Ends: true, Play: func(conn net.Conn, as zmtp.SocketType) {
		if ready(conn, as) == nil {
			_, _ = io.WriteString(conn, strings.Repeat(command("PING", "\x00\x000123456789abcdef"), 100_000))
		}
	}}
}

// flood writes pieces, and reads what comes so that nothing holds the other side up.
func flood(conn net.Conn, bytes int, piece func(i int) []byte) {
	var listening sync.WaitGroup
	listening.Go(func() { listen(conn) })
	defer listening.Wait()
	defer conn.Close()
	buf := make([]byte, 0, 128<<10)
	for i, n := 0, 0; n < bytes; i++ {
		if buf = append(buf, piece(i)...); len(buf) < 64<<10 {
			continue
		}
		if _, err := conn.Write(buf); err != nil {
			return
		}
		n += len(buf)
		buf = buf[:0]
	}
}

func same(s string) func(int) []byte {
	b := []byte(s)
	return func(int) []byte { return b }
}

func random(int) []byte {
	b := make([]byte, 1000)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

// tricklers say what is right or wrong a byte at a time.
func tricklers() []Hostile {
	all := []Hostile{}
	for _, t := range []struct {
		where string
		s     stage
		l     line
	}{
		{"connected", connected, say("a greeting", greeting(3, 1, "NULL"))},
		{"greeted", greeted, line{name: "READY", says: readyOf}},
		{"greeted", greeted, say("READY of 8 KiB", longHeader(zmtp.FlagCommand, 8192)+"\x05READY"+strings.Repeat("x", 8000))},
		{"ready", ready, say("messages", strings.Repeat(string(Wire("t", "x")), 8))},
		{"ready", ready, say("a message of 1 MB", longHeader(0, 1<<20)+strings.Repeat("x", 40))},
		{"ready", ready, say("PINGs", strings.Repeat(command("PING", "\x00\x00"), 5))},
		{"ready", ready, say("subscriptions", strings.Repeat("\x00\x02\x01a", 12))},
	} {
		all = append(all, Hostile{Name: t.where + ": trickles " + t.l.name, Ends: true, Play: func(conn net.Conn, as zmtp.SocketType) {
			if t.s(conn, as) == nil {
				trickle(conn, t.l.says(as))
			}
		}})
	}
	return all
}

// trickleTime is how long a trickler waits between two bytes.
const trickleTime = 20 * time.Millisecond

// trickle writes a byte at a time, and ends when the other side does.
func trickle(conn net.Conn, b []byte) {
	gone := make(chan struct{})
	var listening sync.WaitGroup
	listening.Go(func() {
		defer close(gone)
		listen(conn)
	})
	defer listening.Wait()
	defer conn.Close()
	tick := time.NewTicker(trickleTime)
	defer tick.Stop()
	for i := range b {
		if _, err := conn.Write(b[i : i+1]); err != nil {
			return
		}
		select {
		case <-tick.C:
		case <-gone:
			return
		}
	}
}
