package zmqlink

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/captured"
)

// scriptedHub is the wire of a guard: the hub says everything in says, and takes
// what it is sent.
type scriptedHub struct {
	net.Conn
	says io.Reader

	mu    sync.Mutex
	heard bytes.Buffer
}

func (h *scriptedHub) Read(b []byte) (int, error) { return h.says.Read(b) }

func (h *scriptedHub) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.heard.Write(b)
}

func (h *scriptedHub) SetReadDeadline(time.Time) error  { return nil }
func (h *scriptedHub) SetWriteDeadline(time.Time) error { return nil }

// FuzzGuard: whatever a hub says after its handshake, a guard sends it nothing but
// well-formed PONGs, holds no more subscriptions than it may, and passes to zmq4
// nothing but whole messages.
func FuzzGuard(f *testing.F) {
	for _, b := range captured.Streams() {
		f.Add(b)
		if len(b) > zmtp.GreetingSize {
			f.Add(b[zmtp.GreetingSize:])
		}
	}
	f.Add(zmtp.AppendPing(nil, 7, []byte("context")))
	f.Add(zmtp.AppendMessage(nil, [][]byte{[]byte("bus/heartbeat"), []byte(`{"boot":"b"}`)}))
	f.Add(zmtp.AppendCommand(nil, zmtp.CommandSubscribe, []byte("a/")))
	f.Fuzz(func(t *testing.T, says []byte) {
		hub := &scriptedHub{says: bytes.NewReader(says)}
		g := &guard{wire: hub, answered: make(chan struct{})}
		g.socket, g.far = newPipe()
		p := newPublisher(g)
		var passed bytes.Buffer
		take := g.fromHub
		g.fromHub = func(m item) error {
			passed.Write(m.wire) // as a subscriber's does
			return take(m)
		}
		if err := g.passToZMQ(); err == nil {
			t.Fatal("the hub has said everything, and the guard reads on")
		}
		wantOnly(t, hub.heard.Bytes(), func(item zmtp.Item) bool {
			return item.Command && zmtp.ParseCommand(item.Frames[0]).Name == zmtp.CommandPong
		})
		wantOnly(t, passed.Bytes(), func(item zmtp.Item) bool { return !item.Command })
		if n := p.upstream.Len(); n > maxUpstream || p.bytes > maxUpstreamBytes {
			t.Fatalf("%d subscriptions of %d bytes are held", n, p.bytes)
		}
	})
}

// wantOnly fails unless b is whole items that are all right.
func wantOnly(t *testing.T, b []byte, right func(zmtp.Item) bool) {
	t.Helper()
	r := zmtp.NewReader(bytes.NewReader(b), zmtp.DefaultLimits)
	for {
		item, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil || !right(item) {
			t.Fatalf("%q, %v", item.Frames, err)
		}
	}
}
