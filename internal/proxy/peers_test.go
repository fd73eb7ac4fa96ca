package proxy

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// start runs a forwarder on loopback ports of the kernel's choice and ends it
// with the test.
func start(t testing.TB, cfg Config) *Forwarder {
	t.Helper()
	cfg.Frontend = append(cfg.Frontend, "tcp://127.0.0.1:0")
	cfg.Backend = append(cfg.Backend, "tcp://127.0.0.1:0")
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	f, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(patience):
			t.Error("Run did not end")
		}
	})
	return f
}

// rawPeer is a ZMTP peer that says exactly what the test says.
type rawPeer struct {
	net.Conn
	t testing.TB
	r *zmtp.Reader
}

func dialRaw(t testing.TB, addr net.Addr) *rawPeer {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &rawPeer{Conn: conn, t: t, r: zmtp.NewReader(conn, zmtp.DefaultLimits)}
}

// connect dials and shakes hands; minor 0 is a peer that is not pinged.
func connect(t testing.TB, addr net.Addr, as zmtp.SocketType, minor byte) *rawPeer {
	t.Helper()
	p := dialRaw(t, addr)
	if _, err := zmtp.Handshake(p, zmtp.Config{SocketType: as, Minor: minor}); err != nil {
		t.Fatal(err)
	}
	return p
}

func publisherOf(t testing.TB, f *Forwarder) *rawPeer {
	t.Helper()
	return connect(t, f.Addrs().Frontend[0], zmtp.PUB, 0)
}

// subscriberOf connects and returns once its subscriptions count.
func subscriberOf(t testing.TB, f *Forwarder, prefixes ...string) *rawPeer {
	t.Helper()
	p := connect(t, f.Addrs().Backend[0], zmtp.SUB, 0)
	p.subscribe(prefixes...)
	return p
}

// subscribe subscribes and waits until that counts.
func (p *rawPeer) subscribe(prefixes ...string) {
	p.t.Helper()
	for _, prefix := range prefixes {
		p.write(zmtp.AppendSubscription(nil, true, []byte(prefix)))
	}
	p.barrier()
}

// barrier waits for the PONG that says that all before it was served.
func (p *rawPeer) barrier() {
	p.t.Helper()
	p.write(zmtp.AppendPing(nil, 0, []byte("barrier")))
	if got := p.command(); got.Name != zmtp.CommandPong || string(got.Data) != "barrier" {
		p.t.Fatalf("got command %q %q, want the PONG", got.Name, got.Data)
	}
}

func (p *rawPeer) write(b []byte) {
	p.t.Helper()
	if _, err := p.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

func (p *rawPeer) send(frames ...string) {
	p.t.Helper()
	p.write(wire(frames...))
}

func wire(frames ...string) []byte {
	bodies := make([][]byte, len(frames))
	for i, f := range frames {
		bodies[i] = []byte(f)
	}
	return zmtp.AppendMessage(nil, bodies)
}

func (p *rawPeer) read() zmtp.Item {
	p.t.Helper()
	item, err := p.r.Read()
	if err != nil {
		p.t.Fatalf("read: %v", err)
	}
	return item
}

func (p *rawPeer) command() zmtp.Command {
	p.t.Helper()
	item := p.read()
	if !item.Command {
		p.t.Fatalf("got message %q, want a command", item.Frames)
	}
	return zmtp.ParseCommand(item.Frames[0])
}

// receive returns the next message, its frames joined with "|".
func (p *rawPeer) receive() string {
	p.t.Helper()
	for {
		item := p.read()
		if !item.Command {
			return joined(item.Frames)
		}
	}
}

func joined(frames [][]byte) string {
	texts := make([]string, len(frames))
	for i, f := range frames {
		texts[i] = string(f)
	}
	return strings.Join(texts, "|")
}

// wantReceived checks the next messages.
func (p *rawPeer) wantReceived(want ...string) {
	p.t.Helper()
	for i, w := range want {
		if got := p.receive(); got != w {
			p.t.Fatalf("message %d: got %q, want %q", i, short(got), short(w))
		}
	}
}

func short(s string) string {
	if len(s) > 100 {
		return s[:100] + "…"
	}
	return s
}

// wantClosed checks that the forwarder closes the connection.
func (p *rawPeer) wantClosed() {
	p.t.Helper()
	if _, err := io.Copy(io.Discard, p.Conn); err != nil && isTimeout(err) {
		p.t.Fatal("the connection stayed open")
	}
}

func isTimeout(err error) bool {
	ne, ok := err.(net.Error)
	return ok && ne.Timeout()
}

// eventually waits until ok.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("%s: did not come about", what)
		case <-tick.C:
		}
	}
}
