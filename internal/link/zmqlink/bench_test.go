package zmqlink

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"
	"time"

	"homebus/internal/hub"
	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/topics"

	"github.com/go-zeromq/zmq4"
)

// benchHub is a hub in this process, on TCP.
type benchHub struct{ front, back string }

func (h benchHub) frontend() string { return "tcp://" + h.front }
func (h benchHub) backend() string  { return "tcp://" + h.back }

// serveBench runs a hub.
func serveBench(b *testing.B) benchHub {
	b.Helper()
	h, err := hub.New(hub.Config{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	b.Cleanup(func() { stop(); <-ended })
	at := h.Addrs()
	return benchHub{at.Frontend[0].String(), at.Backend[0].String()}
}

// link returns a link to the hub that is up and hears events.
func (h benchHub) link(b testing.TB) link.Link {
	b.Helper()
	l, err := New(Config{Frontend: h.frontend(), Backend: h.backend()})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		for range l.Events() {
		}
		<-ended // the context's error
	})
	l.Subscribe(topics.KindEvent.Prefix())
	for e := range l.Events() {
		if up(e) {
			break
		}
	}
	return l
}

// benchMessage is a press of a switch.
var benchMessage = message.Message{
	Topic: topics.Event("bathroom", "switch"), Payload: []byte(`{"event":"press"}`),
	Meta: &message.Meta{ID: "0199a0c4-0000-7000-8000-000000000001", From: "bathroom/switch", Seq: 1},
}

// heard takes events until n messages have come.
func heard(l link.Link, n int) {
	for n > 0 {
		if e := <-l.Events(); e.Status == nil {
			n--
		}
	}
}

// BenchmarkRoundTrip is one message to the hub and back at a time.
func BenchmarkRoundTrip(b *testing.B) {
	l := serveBench(b).link(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := l.Publish(benchMessage); err != nil {
			b.Fatal(err)
		}
		heard(l, 1)
	}
}

// BenchmarkThroughput has a hundred messages under way.
func BenchmarkThroughput(b *testing.B) {
	l := serveBench(b).link(b)
	b.ReportAllocs()
	under := 0
	for b.Loop() {
		if err := l.Publish(benchMessage); err != nil {
			b.Fatal(err)
		}
		if under++; under == 100 {
			heard(l, 50)
			under -= 50
		}
	}
	heard(l, under)
}

// BenchmarkZMQ4RoundTrip and BenchmarkZMQ4Throughput are the same with bare sockets of
// zmq4 in place of the link: no guard, no meta read or written, no queue.
func BenchmarkZMQ4RoundTrip(b *testing.B) {
	pub, sub := startZMQ4(b)
	m := zmq4.NewMsgFrom(benchMessage.Frames()...)
	b.ReportAllocs()
	for b.Loop() {
		if err := pub.SendMulti(m); err != nil {
			b.Fatal(err)
		}
		if _, err := sub.Recv(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkZMQ4Throughput(b *testing.B) {
	pub, sub := startZMQ4(b)
	m := zmq4.NewMsgFrom(benchMessage.Frames()...)
	b.ReportAllocs()
	for under := 0; b.Loop(); {
		if err := pub.SendMulti(m); err != nil {
			b.Fatal(err)
		}
		if under++; under < 100 {
			continue
		}
		for ; under > 50; under-- {
			if _, err := sub.Recv(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// startZMQ4 connects bare sockets to a hub, and returns when one hears the other.
func startZMQ4(b *testing.B) (pub, sub zmq4.Socket) {
	at := serveBench(b)
	pub, sub = zmq4.NewPub(context.Background(), quiet), zmq4.NewSub(context.Background(), quiet)
	b.Cleanup(func() { _, _ = pub.Close(), sub.Close() })
	err := errors.Join(sub.SetOption(zmq4.OptionSubscribe, topics.KindEvent.Prefix()), sub.Dial(at.backend()), pub.Dial(at.frontend()))
	if err != nil {
		b.Fatal(err)
	}
	heard := make(chan error, 1)
	go func() { _, err := sub.Recv(); heard <- err }()
	for again := time.NewTicker(10 * time.Millisecond); ; {
		if err := pub.SendMulti(zmq4.NewMsgFrom(benchMessage.Frames()...)); err != nil {
			b.Fatal(err)
		}
		select {
		case err := <-heard:
			again.Stop()
			if err != nil {
				b.Fatal(err)
			}
			return pub, emptied(b, pub, sub)
		case <-again.C:
		}
	}
}

// emptied has sub receive what was sent to find out that it does.
func emptied(b *testing.B, pub, sub zmq4.Socket) zmq4.Socket {
	const last = "event/last"
	if err := pub.SendMulti(zmq4.NewMsgFrom([]byte(last), nil)); err != nil {
		b.Fatal(err)
	}
	for {
		if m, err := sub.Recv(); err != nil || string(m.Frames[0]) == last {
			return sub
		}
	}
}

// BenchmarkSubscriber has a raw publisher send through the hub to one subscriber in
// Go, as fast as that takes them; an iteration is a message.
func BenchmarkSubscriber(b *testing.B) {
	b.Run("zmqlink", func(b *testing.B) {
		at := serveBench(b)
		l := at.link(b)
		feed(b, at, func() error { heard(l, 1); return nil })
	})
	b.Run("socket", func(b *testing.B) {
		at := serveBench(b)
		s := socket.NewSub(socket.Config{})
		b.Cleanup(func() { _ = s.Close(context.Background()) })
		s.Subscribe(topics.KindEvent.Prefix())
		if err := s.Connect(at.backend()); err != nil {
			b.Fatal(err)
		}
		feed(b, at, func() error { _, err := s.Recv(context.Background()); return err })
	})
	b.Run("zmq4", func(b *testing.B) {
		at := serveBench(b)
		s := zmq4.NewSub(context.Background(), quiet)
		b.Cleanup(func() { _ = s.Close() })
		if err := errors.Join(s.SetOption(zmq4.OptionSubscribe, topics.KindEvent.Prefix()), s.Dial(at.backend())); err != nil {
			b.Fatal(err)
		}
		feed(b, at, func() error { _, err := s.Recv(); return err })
	})
}

// feed sends b.N messages, a hundred a write and 2,000 ahead at most.
func feed(b *testing.B, at benchHub, receive func() error) {
	c, err := net.Dial("tcp", at.front)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	if _, err := zmtp.Handshake(c, zmtp.Config{SocketType: zmtp.PUB, Minor: 1}); err != nil {
		b.Fatal(err)
	}
	const run = 100
	chunk := bytes.Repeat(zmtp.AppendMessage(nil, benchMessage.Frames()), run)
	room := make(chan struct{}, 2000/run)
	subscribed := make(chan struct{})
	go func() { // one at a time until the first is heard
		for again := time.NewTicker(10 * time.Millisecond); ; {
			_, _ = c.Write(chunk[:len(chunk)/run])
			select {
			case <-again.C:
			case <-subscribed:
				again.Stop()
				for sent := 0; sent < b.N; sent += run {
					room <- struct{}{}
					_, _ = c.Write(chunk)
				}
				return
			}
		}
	}()
	if err := receive(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	close(subscribed)
	for i := range b.N {
		if err := receive(); err != nil {
			b.Fatal(err)
		}
		if i%run == run-1 {
			<-room
		}
	}
}
