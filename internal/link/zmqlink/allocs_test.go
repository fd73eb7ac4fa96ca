//go:build !race

package zmqlink

import (
	"errors"
	"io"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/zmtp"
	"homebus/topics"
)

// deaf is a wire that takes everything and says nothing.
type deaf struct{ scriptedHub }

func (*deaf) Write(b []byte) (int, error)      { return len(b), nil }
func (*deaf) SetWriteDeadline(time.Time) error { return nil }

// What a message costs on its way beside itself and what zmq4 needs: nothing (but with the
// race detector).
func TestGuardsAllocateNothing(t *testing.T) {
	g := &guard{wire: &deaf{}, answered: make(chan struct{})}
	g.socket, g.far = newPipe()
	p := newPublisher(g)
	p.take(zmtp.Subscription{Subscribe: true})
	frames := benchMessage.Frames()
	m := item{frames: frames, wire: zmtp.AppendMessage(nil, frames)}
	out := newOutbox()
	out.rise()
	read := make([]byte, len(m.wire))
	up, err := New(Config{Backend: "tcp://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	up.Subscribe(topics.KindEvent.Prefix())
	s := &session{link: up, live: make(chan struct{})}
	close(s.live)
	for name, do := range map[string]func() error{
		"queued": func() error { err := out.put(benchMessage); out.take(); return err },
		"to the hub": func() error {
			p.reserve()
			if err := p.pass(m); err != nil {
				return err
			}
			return g.flush()
		},
		"from the hub": func() error {
			if err := g.tellZMQ(m.wire); err != nil {
				return err
			}
			if err := g.flushToZMQ(); err != nil {
				return err
			}
			_, err := io.ReadFull(g.far, read)
			return err
		},
		"to the reader": func() error {
			if !s.link.wants(frames[0]) {
				return errors.New("not wanted")
			}
			s.deliver(t.Context(), link.Event{Message: benchMessage})
			<-up.Events()
			return nil
		},
	} {
		n := testing.AllocsPerRun(100, func() {
			if err := do(); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// A message from Publish through a hub, which is another process, and back to Events, one at
// a time. Bare sockets of zmq4 allocate 23 times for two frames and 27 times for three
// (BenchmarkZMQ4RoundTrip); the rest is the message itself, with its meta.
func TestMessageThroughHubAllocates(t *testing.T) {
	h := newHub(t)
	h.start()
	l := benchHub{h.frontend[len("tcp://"):], h.backend[len("tcp://"):]}.link(t)
	plain := message.Message{Topic: benchMessage.Topic, Payload: make([]byte, 64)}
	for _, tt := range []struct {
		name string
		m    message.Message
		want float64
	}{{"two frames", plain, 26}, {"with meta", benchMessage, 33}} {
		got := tt.want + 1
		for range 3 { // a heartbeat is in the way
			got = min(got, testing.AllocsPerRun(200, func() {
				if err := l.Publish(tt.m); err != nil {
					t.Fatal(err)
				}
				heard(l, 1)
			}))
		}
		if got != tt.want {
			t.Errorf("%s: %v allocations, want %v", tt.name, got, tt.want)
		}
	}
}
