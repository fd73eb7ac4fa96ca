// Package zmtptest is a ZMTP peer that says exactly what a test says, byte by
// byte, and fails the test if it does not hear what it should. It is for tests
// of whatever listens.
package zmtptest

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
)

// Patience is how long a Peer waits for what must come.
const Patience = 10 * time.Second

// Peer is one connection. One owner.
type Peer struct {
	net.Conn
	t testing.TB
	r *zmtp.Reader
}

// Dial connects and says nothing. The connection is closed with the test, and
// has a deadline of Patience.
func Dial(t testing.TB, addr net.Addr) *Peer {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(Patience)); err != nil {
		t.Fatal(err)
	}
	return &Peer{Conn: conn, t: t, r: zmtp.NewReader(conn, zmtp.DefaultLimits)}
}

// Connect dials and shakes hands. A peer of minor version 0 is sent no PING.
func Connect(t testing.TB, addr net.Addr, as zmtp.SocketType, minor byte) *Peer {
	t.Helper()
	p := Dial(t, addr)
	if _, err := zmtp.Handshake(p, zmtp.Config{SocketType: as, Minor: minor}); err != nil {
		t.Fatal(err)
	}
	return p
}

// Wire returns the bytes of a message.
func Wire(frames ...string) []byte {
	bodies := make([][]byte, len(frames))
	for i, f := range frames {
		bodies[i] = []byte(f)
	}
	return zmtp.AppendMessage(nil, bodies)
}

// Say writes bytes as they are.
func (p *Peer) Say(b []byte) {
	p.t.Helper()
	if _, err := p.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

// Send writes a message.
func (p *Peer) Send(frames ...string) {
	p.t.Helper()
	p.Say(Wire(frames...))
}

// Subscribe subscribes in the message form, and waits until that is in effect.
func (p *Peer) Subscribe(prefixes ...string) {
	p.t.Helper()
	for _, prefix := range prefixes {
		p.Say(zmtp.AppendSubscription(nil, true, []byte(prefix)))
	}
	if before := p.Barrier(); len(before) > 0 {
		p.t.Fatalf("before the PONG came %q", before)
	}
}

// Barrier sends a PING and waits for its PONG, which says that all before it has
// been served. It returns the messages that came before the PONG.
func (p *Peer) Barrier() (before []string) {
	p.t.Helper()
	p.Say(zmtp.AppendPing(nil, 0, []byte("barrier")))
	for {
		item := p.Next()
		if !item.Command {
			before = append(before, joined(item.Frames))
		} else if c := zmtp.ParseCommand(item.Frames[0]); c.Name == zmtp.CommandPong && string(c.Data) == "barrier" {
			return before
		}
	}
}

// Next returns the next message or command.
func (p *Peer) Next() zmtp.Item {
	p.t.Helper()
	item, err := p.r.Read()
	if err != nil {
		p.t.Fatalf("read: %v", err)
	}
	return item
}

// Command returns the next command; a message fails the test.
func (p *Peer) Command() zmtp.Command {
	p.t.Helper()
	item := p.Next()
	if !item.Command {
		p.t.Fatalf("got message %q, want a command", item.Frames)
	}
	return zmtp.ParseCommand(item.Frames[0])
}

// Receive returns the next message, its frames joined with "|", and passes over
// commands.
func (p *Peer) Receive() string {
	p.t.Helper()
	for {
		if item := p.Next(); !item.Command {
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

// Want fails the test unless the next messages are those, as Receive has them.
func (p *Peer) Want(messages ...string) {
	p.t.Helper()
	for i, want := range messages {
		if got := p.Receive(); got != want {
			p.t.Fatalf("message %d: got %q, want %q", i, short(got), short(want))
		}
	}
}

func short(s string) string {
	if len(s) > 100 {
		return s[:100] + "…"
	}
	return s
}

// WantClosed fails the test unless the other end closes the connection.
func (p *Peer) WantClosed() {
	p.t.Helper()
	_, err := io.Copy(io.Discard, p.Conn)
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		p.t.Fatal("the connection stayed open")
	}
}

// Eventually waits until ok, and fails the test if that does not come.
func Eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("%s: does not come about", what)
		case <-tick.C:
		}
	}
}
