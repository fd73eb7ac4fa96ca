package socket

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/captured"
)

// seed adds what follows the greeting of every captured connection.
func seed(f *testing.F) {
	for _, b := range captured.Streams() {
		if len(b) > zmtp.GreetingSize {
			f.Add(b[zmtp.GreetingSize:], uint64(1))
		}
	}
	f.Add(zmtp.AppendMessage(nil, [][]byte{make([]byte, 300<<10), {}}), uint64(2))
	f.Add(zmtp.AppendSubscription(zmtp.AppendMessage(nil, [][]byte{{}, []byte("q")}), true, []byte("a")), uint64(3))
}

// chopped reads b in pieces of random sizes.
type chopped struct {
	b []byte
	r *rand.Rand
}

func (c *chopped) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n := min(len(p), len(c.b), 1+c.r.IntN(1<<c.r.IntN(18)))
	copy(p, c.b[:n])
	c.b = c.b[n:]
	return n, nil
}

var fuzzLimits = zmtp.Limits{Frame: 1 << 20, Message: 2 << 20, Parts: 8}

// readAll returns all that is whole in what r reads, and what it ends with.
func readAll(r *reader, from io.Reader) (all []zmtp.Item, err error) {
	for {
		for {
			item, whole, err := r.next()
			if err != nil {
				return all, err
			}
			if !whole {
				break
			}
			all = append(all, item)
		}
		if err := r.fill(from); err != nil {
			return all, err
		}
	}
}

// FuzzReader holds the reader against zmtp's, however the stream is cut.
// `go test -fuzz Reader ./internal/socket`
func FuzzReader(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, how uint64) {
		b = append(b, zmtp.AppendMessage(nil, [][]byte{[]byte("end")})...)
		r := newReader(fuzzLimits)
		defer r.free()
		got, err := readAll(r, &chopped{b, rand.New(rand.NewPCG(how, 0))})
		var want []zmtp.Item
		for reference := zmtp.NewReader(bytes.NewReader(b), fuzzLimits); ; {
			item, refErr := reference.Read()
			if refErr != nil {
				if errors.Is(err, zmtp.ErrProtocol) != errors.Is(refErr, zmtp.ErrProtocol) {
					t.Fatalf("ends with %v, want %v", err, refErr)
				}
				break
			}
			want = append(want, item)
		}
		if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("read %v, want %v", got, want)
		}
	})
}

// sockets are one of each pattern, with what a program does with it after each message.
func sockets() map[*Socket]func(context.Context) {
	cfg := Config{HWM: 1 << 20, QueueBytes: 1 << 30, Log: slog.New(slog.DiscardHandler)}
	m := [][]byte{[]byte("a"), []byte("b")}
	req, rep, dealer, router := NewReq(cfg), NewRep(cfg), NewDealer(cfg), NewRouter(cfg)
	push, pull, pub, sub, pair := NewPush(cfg), NewPull(cfg), NewPub(cfg), NewSub(cfg), NewPair(cfg)
	sub.Subscribe("a", "")
	sub.Unsubscribe("")
	return map[*Socket]func(context.Context){
		req.Socket:    func(ctx context.Context) { _ = req.Send(ctx, m); _, _ = req.Recv(ctx) },
		rep.Socket:    func(ctx context.Context) { _, _ = rep.Recv(ctx); _ = rep.Send(ctx, m) },
		dealer.Socket: func(ctx context.Context) { _, _ = dealer.Recv(ctx); _ = dealer.Send(ctx, m) },
		router.Socket: func(ctx context.Context) {
			if got, err := router.Recv(ctx); err == nil {
				_ = router.Send(ctx, got)
			}
		},
		push.Socket: func(ctx context.Context) { _ = push.Send(ctx, m) },
		pull.Socket: func(ctx context.Context) { _, _ = pull.Recv(ctx) },
		pub.Socket:  func(ctx context.Context) { _ = pub.Send(ctx, m) },
		sub.Socket:  func(ctx context.Context) { _, _ = sub.Recv(ctx) },
		pair.Socket: func(ctx context.Context) { _, _ = pair.Recv(ctx); _ = pair.Send(ctx, m) },
	}
}

// FuzzPeer gives sockets of all patterns what a peer may send, and then holds their
// books against one another. `go test -fuzz Peer ./internal/socket`
func FuzzPeer(f *testing.F) {
	seed(f)
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // nothing waits
	f.Fuzz(func(t *testing.T, b []byte, how uint64) {
		for s, use := range sockets() {
			p := s.newPipe(1)
			p.kind = zmtp.REP
			if err := s.join(p); err != nil {
				t.Fatal(err)
			}
			use(ctx)
			r := newReader(fuzzLimits)
			from := &chopped{b, rand.New(rand.NewPCG(how, 0))}
			for err := error(nil); err == nil; err = r.fill(from) {
				err := s.takeIn(p, r)
				use(ctx)
				if err != nil {
					break
				}
			}
			r.free()
			s.stopSending(p)
			if kept := s.balance.unsent.len(); s.waiting != kept {
				t.Errorf("%s: %d messages wait, %d are there", s.own.SocketType, s.waiting, kept)
			}
		}
	})
}
