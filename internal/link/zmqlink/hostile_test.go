package zmqlink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/link/linktest"
	"homebus/internal/message"
	"homebus/internal/zmtp"

	"golang.org/x/sync/errgroup"
)

// floodBytes is how much a flooding server sends on one connection.
const floodBytes = 16 << 20

// flood writes pieces until the client has had enough, or floodBytes are out.
func flood(c net.Conn, piece func(i int) []byte) {
	go io.Copy(io.Discard, c) // ends with c
	buf := make([]byte, 0, 128<<10)
	for i, n := 0, 0; n < floodBytes; i++ {
		buf = append(buf, piece(i)...)
		if len(buf) < 64<<10 {
			continue
		}
		if _, err := c.Write(buf); err != nil {
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

// wait keeps c open until the client closes it.
func wait(c net.Conn) { io.Copy(io.Discard, c) }

// greet greets with a mechanism, and greeted then says s in place of READY.
func greet(mechanism string) string {
	return string(zmtp.Greeting{Major: 3, Minor: 1, Mechanism: mechanism}.Append(nil))
}

func say(s string, then func(net.Conn)) func(net.Conn, zmtp.SocketType) {
	return func(c net.Conn, _ zmtp.SocketType) {
		if _, err := io.WriteString(c, s); err == nil {
			then(c)
		}
	}
}

func closes(net.Conn) {}

// ready shakes hands as a hub does, then does what is given.
func ready(then func(net.Conn)) func(net.Conn, zmtp.SocketType) {
	return func(c net.Conn, t zmtp.SocketType) {
		if _, err := zmtp.Handshake(c, zmtp.Config{SocketType: t, Minor: 1}); err == nil {
			then(c)
		}
	}
}

func readyThenSay(s string) func(net.Conn, zmtp.SocketType) {
	return ready(func(c net.Conn) { io.WriteString(c, s); wait(c) })
}

func readyThenFlood(piece func(int) []byte) func(net.Conn, zmtp.SocketType) {
	return ready(func(c net.Conn) { flood(c, piece) })
}

func random(int) []byte {
	b := make([]byte, 1000)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func command(name, data string) string { return string(zmtp.AppendCommand(nil, name, []byte(data))) }

func readyWith(metadata string) string { return greet("NULL") + command("READY", metadata) }

const hugeFrame = "\x02\x00\x00\x00\x00\x7f\xff\xff\xff"

// hostile are the ways in which a server can answer.
var hostile = map[string]func(c net.Conn, t zmtp.SocketType){
	"closes at once": func(net.Conn, zmtp.SocketType) {},
	"resets":         func(c net.Conn, _ zmtp.SocketType) { c.(*net.TCPConn).SetLinger(0) },
	"silence":        say("", wait),
	"random bytes":   func(c net.Conn, _ zmtp.SocketType) { flood(c, random) },
	"speaks HTTP":    say("HTTP/1.1 400 Bad Request\r\n\r\n", closes),
	"ZMTP 1.0":       say("\x01\x00", wait),
	"ZMTP 2.0":       say("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x02\x00\x00", wait),

	"half a greeting":                  say(greet("NULL")[:30], closes),
	"half a greeting, then silence":    say(greet("NULL")[:30], wait),
	"another mechanism":                say(greet("CURVE"), wait),
	"a mechanism without a name":       say(greet(""), wait),
	"greeting only":                    say(greet("NULL"), closes),
	"greeting only, then silence":      say(greet("NULL"), wait),
	"READY of 1 GiB":                   say(greet("NULL")+"\x06\x00\x00\x00\x00\x40\x00\x00\x00", wait),
	"READY with a truncated property":  say(readyWith("\x0bSocket-Type\x00\x00\x00\x09SUB"), wait),
	"READY with a lying property":      say(readyWith("\x0bSocket-Type\xff\xff\xff\xffSUB"), wait),
	"READY with half a name":           say(readyWith("\xffSock"), wait),
	"READY with an unknown type":       say(readyWith("\x0bSocket-Type\x00\x00\x00\x04NOPE"), wait),
	"READY with the wrong type":        say(readyWith("\x0bSocket-Type\x00\x00\x00\x03REP"), wait),
	"READY with no type, then closes":  say(readyWith(""), closes),
	"READY with no type, then silence": say(readyWith(""), wait),
	"ERROR in place of READY":          say(greet("NULL")+command("ERROR", "\x03400"), wait),
	"PINGs in place of READY": func(c net.Conn, _ zmtp.SocketType) {
		io.WriteString(c, greet("NULL"))
		flood(c, same(command("PING", "\x00\x00")))
	},
	"READY, then closes":       ready(closes),
	"READY, then silence":      ready(wait),
	"READY, then random bytes": readyThenFlood(random),
	"READY twice":              readyThenSay(command("READY", "")),
	"ERROR after READY":        readyThenSay(command("ERROR", "\x03500")),

	"a frame of half a TiB":         readyThenSay(hugeFrame),
	"a frame of 2^63 bytes":         readyThenSay("\x02\x80\x00\x00\x00\x00\x00\x00\x00"),
	"reserved flags":                readyThenSay("\xf8\x00"),
	"a command with MORE":           readyThenSay("\x05\x00"),
	"half a frame, then closes":     ready(func(c net.Conn) { io.WriteString(c, "\x00\x05he") }),
	"half a message, then closes":   ready(func(c net.Conn) { io.WriteString(c, "\x01\x05hello") }),
	"endless empty parts":           readyThenFlood(same("\x01\x00")),
	"endless parts of 1 MB":         readyThenFlood(same("\x03\x00\x00\x00\x00\x00\x10\x00\x00" + strings.Repeat("x", 1<<20))),
	"empty messages":                readyThenFlood(same("\x00\x00")),
	"empty commands":                readyThenFlood(same("\x04\x00")),
	"half of libzmq's broken frame": readyThenSay("\x04\x00\x00\x00\x00\x00\x00\x01\x00"),
	"unknown commands":              readyThenFlood(same(command("WHATEVER", strings.Repeat("x", 1000)))),
	"PINGs":                         readyThenFlood(same(command("PING", "\x00\x640123456789abcdef"))),
	"PINGs, and reads no PONG": ready(func(c net.Conn) {
		io.WriteString(c, strings.Repeat(command("PING", "\x00\x000123456789abcdef"), 100_000))
	}),
	"a PING of one byte":              readyThenSay(command("PING", "\x00")),
	"PONGs that nobody asked for":     readyThenFlood(same(command("PONG", "\x00\x00\x00\x00\x00\x00\xff\xff"))),
	"a million subscriptions":         readyThenFlood(func(i int) []byte { return zmtp.AppendSubscription(nil, true, fmt.Append(nil, i)) }),
	"a million SUBSCRIBE commands":    readyThenFlood(func(i int) []byte { return zmtp.AppendCommand(nil, "SUBSCRIBE", fmt.Append(nil, i)) }),
	"a million unknown CANCELs":       readyThenFlood(func(i int) []byte { return zmtp.AppendCommand(nil, "CANCEL", fmt.Append(nil, i)) }),
	"subscriptions of 1 MB":           readyThenFlood(func(i int) []byte { return zmtp.AppendSubscription(nil, true, append(make([]byte, 1<<20), byte(i))) }),
	"messages that nobody wants":      readyThenFlood(same("\x01\x05topic\x00\x07payload")),
	"heartbeats that are none":        readyThenFlood(same("\x01\x0dbus/heartbeat\x00\x01{")),
	"a heartbeat with a huge boot id": readyThenSay("\x01\x0dbus/heartbeat\x02\x00\x00\x00\x00\x00\x00\x10\x0b{\"boot\":\"" + strings.Repeat("x", 4097) + "\"}"),
	"one heartbeat, then silence":     readyThenSay("\x01\x0dbus/heartbeat\x00\x0c{\"boot\":\"b\"}"),
	"a new boot with every heartbeat": readyThenFlood(func(i int) []byte {
		return zmtp.AppendMessage(nil, [][]byte{[]byte("bus/heartbeat"), fmt.Appendf(nil, `{"boot":"%d"}`, i)})
	}),
	"messages that everybody wants":     readyThenFlood(same("\x01\x07wanted/\x02\x00\x00\x00\x00\x00\x00\x10\x00" + strings.Repeat("x", 4096))),
	"a message of a thousand MORE":      readyThenFlood(same(strings.Repeat("\x01\x01x", 1023) + "\x00\x01x")),
	"READY, then a byte every so often": ready(func(c net.Conn) { trickle(c, strings.Repeat("\x00\x01x", 10)) }),
}

// trickle writes a byte for each read of the client's, of which its PINGs see to.
func trickle(c net.Conn, s string) {
	b := make([]byte, 1)
	for i := range s {
		if _, err := c.Read(b); err != nil {
			return
		}
		io.WriteString(c, s[i:i+1])
	}
}

// server answers every connection to two ports in one hostile way.
type server struct {
	listeners [2]net.Listener
	accepted  atomic.Int64
	wg        sync.WaitGroup
	mu        sync.Mutex
	conns     []net.Conn
}

func serve(answer func(net.Conn, zmtp.SocketType)) (*server, error) {
	s := &server{}
	for i, t := range []zmtp.SocketType{zmtp.XSUB, zmtp.XPUB} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		s.listeners[i] = l
		s.wg.Go(func() { s.accept(l, t, answer) })
	}
	return s, nil
}

func (s *server) accept(l net.Listener, t zmtp.SocketType, answer func(net.Conn, zmtp.SocketType)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.accepted.Add(1)
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		s.wg.Go(func() {
			defer c.Close()
			answer(c, t)
		})
	}
}

func (s *server) close() {
	for _, l := range s.listeners {
		l.Close()
	}
	s.mu.Lock()
	for _, c := range s.conns {
		c.(*net.TCPConn).SetLinger(0) // leave the ports free
		c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// survive runs a link against a hostile server, then puts a hub in its place and
// waits until the link works.
func survive(answer func(net.Conn, zmtp.SocketType), met func()) error {
	s, err := serve(answer)
	if err != nil {
		return err
	}
	frontend, backend := "tcp://"+s.listeners[0].Addr().String(), "tcp://"+s.listeners[1].Addr().String()
	l, err := New(Config{Frontend: frontend, Backend: backend})
	if err != nil {
		return err
	}
	l.Subscribe("wanted/")
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	var g errgroup.Group
	g.Go(func() error { defer cancel(); return ignoreEnd(l.Run(ctx)) })
	g.Go(func() error {
		defer cancel()
		read := drainUntil(l, func() bool { return s.accepted.Load() >= 4 }, 700*time.Millisecond)
		s.close()
		if met(); !read {
			return errors.New("the link has ended by itself")
		}
		h, err := hub.New(hub.Config{Frontend: []string{frontend}, Backend: []string{backend}, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return err
		}
		hubCtx, stop := context.WithCancel(context.Background())
		g.Go(func() error { return h.Run(hubCtx) })
		defer stop()
		return works(ctx, l)
	})
	return g.Wait()
}

func ignoreEnd(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// drainUntil reads the link's events until done or the time is over.
func drainUntil(l link.Link, done func() bool, limit time.Duration) bool {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(limit); ; {
		select {
		case _, open := <-l.Events():
			if !open {
				return false
			}
		case <-tick.C:
			if done() {
				return true
			}
		case <-end:
			return true
		}
	}
}

// works publishes until it hears itself.
func works(ctx context.Context, l link.Link) error {
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	last := ""
	for {
		select {
		case e, open := <-l.Events():
			switch {
			case !open:
				return fmt.Errorf("the link has not come back: %s", last)
			case e.Status != nil:
				last = fmt.Sprint(*e.Status)
			case e.Message.Topic == "wanted/here I am":
				return nil
			}
		case <-again.C:
			_ = l.Publish(message.Message{Topic: "wanted/here I am"}) // not yet up: again
		case <-ctx.Done():
			return fmt.Errorf("the link has not come back: %s", last)
		}
	}
}

// TestHostileServers runs all at once. It is not parallel to other tests, so
// that it can count what they leave behind.
func TestHostileServers(t *testing.T) {
	if len(hostile) < 50 {
		t.Fatalf("only %d ways to be hostile", len(hostile))
	}
	before := linktest.Goroutines("internal/link")
	var peak atomic.Uint64
	met := func() {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		for p := peak.Load(); m.HeapAlloc > p && !peak.CompareAndSwap(p, m.HeapAlloc); p = peak.Load() {
		}
	}
	var g errgroup.Group
	g.SetLimit(32)
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		g.Go(func() error {
			if err := survive(hostile[name], met); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return nil
		})
	}
	g.Wait()
	t.Logf("%d servers, heap at most %d MiB", len(hostile), peak.Load()>>20)
	if peak.Load() > 256<<20 {
		t.Errorf("the heap has grown to %d MiB", peak.Load()>>20)
	}
	linktest.AwaitGoroutines(t, "internal/link", before)
}
