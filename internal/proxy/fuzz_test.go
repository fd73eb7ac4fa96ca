package proxy

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/captured"
	"homebus/internal/zmtp/zmtptest"
)

// script is a connection on which the peer says b in portions of n bytes.
type script struct {
	net.Conn
	b []byte
	n int
}

func (s *script) Read(to []byte) (int, error) {
	if len(s.b) == 0 {
		return 0, io.EOF
	}
	n := copy(to, s.b[:min(s.n, len(s.b))])
	s.b = s.b[n:]
	return n, nil
}

func (s *script) Write(b []byte) (int, error)   { return len(b), nil }
func (s *script) Close() error                  { return nil }
func (s *script) SetDeadline(t time.Time) error { return nil }

var fuzzLimits = Limits{
	Wire:          zmtp.Limits{Frame: 400 << 10, Message: 500 << 10, Parts: 20},
	Subscriptions: 20, SubscriptionBytes: 300,
}.orDefaults()

// seedCaptured adds what both sides of every captured connection said after their
// handshake, and the whole of it.
func seedCaptured(f *testing.F) {
	for i, b := range captured.Streams() {
		f.Add(b, uint16(i))
		if len(b) <= zmtp.GreetingSize {
			continue
		}
		if h, err := zmtp.ParseHeader(b[zmtp.GreetingSize:], zmtp.MaxHandshakeFrame); err == nil && h.Size > 0 {
			if traffic := zmtp.GreetingSize + h.Size + h.Length; traffic < len(b) {
				f.Add(b[traffic:], uint16(i))
			}
		}
	}
}

func publishScript(stream []byte, portion int) ([]byte, error) {
	x := newSwitchboard(fuzzLimits, silentTap{}, nil)
	all := x.attachSink("all")
	_ = x.subscribe(all, nil)
	_, up := x.attachUpstream()
	p := newPublisher(context.Background(), &session{conn: &script{b: stream, n: portion}, queue: up}, x, 1)
	err := p.read()
	p.done()
	return drain(all.outbox), err
}

// messagesOf is what the convenient Reader makes of a stream.
func messagesOf(stream []byte) []byte {
	var b []byte
	r := zmtp.NewReader(bytes.NewReader(stream), fuzzLimits.Wire)
	for {
		item, err := r.Read()
		if err != nil {
			return b
		}
		if item.Command && !bearable(item.Frames[0]) {
			return b
		}
		if !item.Command {
			b = zmtp.AppendMessage(b, item.Frames)
		}
	}
}

// bearable reports whether a publisher may go on after a command.
func bearable(body []byte) bool {
	c := zmtp.ParseCommand(body)
	_, _, err := zmtp.ParsePing(c)
	return len(body) <= maxCommand && c.Name != zmtp.CommandError && (c.Name != zmtp.CommandPing || err == nil)
}

// FuzzPublisher: whatever a publisher says, in whatever portions, what is
// forwarded is the whole messages that the convenient Reader finds, and nothing
// depends on the portions.
func FuzzPublisher(f *testing.F) {
	seedCaptured(f)
	f.Add(zmtptest.Wire("t", "payload"), uint16(1))
	f.Add(append(zmtptest.Wire("t", "", "x"), zmtptest.Wire("u")...), uint16(3))
	f.Add(append(zmtp.AppendFrame(nil, []byte("t"), true), zmtp.AppendPing(nil, 1, []byte("c"))...), uint16(100))
	f.Add(zmtptest.Wire("t", string(make([]byte, 300<<10)), "end"), uint16(60000))
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x06\x00\x00rest"), uint16(2))
	f.Add([]byte("\x04\x00\x00\x00\x00\x00\x00\x01"), uint16(5))
	f.Add([]byte("\x04\x06\x04PING0"), uint16(11))
	f.Fuzz(func(t *testing.T, stream []byte, portion uint16) {
		stream = slices.Concat(stream, zmtptest.Wire("end")) // so that no header at the end is undecided
		got, err := publishScript(stream, max(1, int(portion)))
		whole, _ := publishScript(stream, 1<<20)
		if !bytes.Equal(got, whole) {
			t.Fatalf("in portions of %d: %.100q, at once: %.100q", portion, got, whole)
		}
		if want := normal(messagesOf(stream)); !bytes.Equal(normal(got), want) {
			t.Fatalf("forwarded %.100q, then %v; want %.100q", got, err, want)
		}
	})
}

// normal writes messages with the shortest headers: the forwarder keeps those
// that came.
func normal(b []byte) []byte {
	var out []byte
	for len(b) > 0 {
		n := firstMessage(b)
		out = zmtp.AppendMessage(out, Raw(b[:n]).Frames())
		b = b[n:]
	}
	return out
}

// FuzzSubscriber: whatever a subscriber says, in whatever portions, it ends with
// the same subscriptions, within the quota, and leaves nothing behind.
func FuzzSubscriber(f *testing.F) {
	seedCaptured(f)
	f.Add(captured.File("subscribe_len246_broken.bin"), uint16(11))
	f.Add([]byte("\x00\x02\x01a\x00\x02\x00a\x04\x0b\x09SUBSCRIBEb"), uint16(1))
	f.Add([]byte("\x04\x00\x00\x00\x00\x00\x00\x01\x00\x09SUBSCRIBE"+string(make([]byte, 246))), uint16(7))
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x02\x00\x09"+string(make([]byte, 600))), uint16(9))
	f.Add(zmtp.AppendPing(nil, 5, []byte("context")), uint16(2))
	f.Fuzz(func(t *testing.T, stream []byte, portion uint16) {
		serve := func(portion int, stepwise bool) []string {
			x := newSwitchboard(fuzzLimits, silentTap{}, nil)
			s := x.attachSink("s")
			r := subscriber{session: &session{conn: &script{b: stream, n: portion}, queue: s}, board: x, sink: s}
			if stepwise {
				r.inbox.open(r.conn, nil)
				for err := error(nil); err == nil; {
					_, err = r.inbox.read()
					if aside, bad := r.arrived(); bad != nil {
						err = bad
					} else if aside {
						err = cmp.Or(r.serve(), err)
					}
					r.inbox.rest()
				}
			} else {
				_ = r.read()
			}
			r.done()
			if len(s.held) > fuzzLimits.Subscriptions || len(s.held) != x.interests.Len() {
				t.Fatalf("%d subscriptions, %d interests", len(s.held), x.interests.Len())
			}
			var held []string
			for i := range s.held {
				held = append(held, i.prefix)
			}
			x.detachSink(s)
			if x.interests.Len() != 0 || x.subscriptions != 0 {
				t.Fatalf("%d interests are left", x.interests.Len())
			}
			return held
		}
		want := serve(1<<20, false)
		for _, stepwise := range []bool{false, true} {
			if got := serve(max(1, int(portion)), stepwise); len(got) != len(want) {
				t.Fatalf("in portions of %d, stepwise %v: %q, at once: %q", portion, stepwise, got, want)
			}
		}
	})
}
