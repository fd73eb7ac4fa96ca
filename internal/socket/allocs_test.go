//go:build !race

package socket

import (
	"log/slog"
	"net"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// script is a connection that takes everything and gives stream, as much as asked for.
type script struct {
	net.Conn
	stream []byte
	at     int
}

func (c *script) Write(b []byte) (int, error) { return len(b), nil }

func (c *script) Read(b []byte) (int, error) {
	n := copy(b, c.stream[c.at:])
	c.at += n
	return n, nil
}

// allocated is what a call allocates, counted over many (without the race detector, which
// makes pools forget).
func allocated(t *testing.T, do func() error) float64 {
	t.Helper()
	return testing.AllocsPerRun(100, func() {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	})
}

// ready is a socket with so many peers whose connections take what is written. Nothing runs
// beside the test.
func ready(t *testing.T, s *Socket, peers int) []*pipe {
	t.Helper()
	t.Cleanup(s.cancel)
	all := make([]*pipe, peers)
	for i := range all {
		all[i] = s.newPipe(i)
		all[i].conn = &script{}
		if err := s.join(all[i]); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func quietly() Config { return Config{Log: slog.New(slog.DiscardHandler)} }

// A message of two frames, as in the comparisons of docs/bench.md.
var (
	compared = [][]byte{[]byte("bench/kitchen/toaster"), make([]byte, 64)}
	wired    = zmtptest.Wire(string(compared[0]), string(compared[1]))
)

// Nothing is allocated for what is sent, by itself or many at a time, to one or to many.
func TestSendingAllocatesNothing(t *testing.T) {
	push := NewPush(quietly())
	pub, crowded := NewPub(quietly()), NewPub(quietly())
	wants := zmtp.AppendSubscription(nil, true, compared[0][:6])[2:] // the frame's body
	for _, tt := range []struct {
		name   string
		socket *Socket
		send   func() error
		peers  int
	}{
		{"PUSH", push.Socket, func() error { return push.Send(t.Context(), compared) }, 1},
		{"PUB", pub.Socket, func() error { return pub.Send(t.Context(), compared) }, 1},
		{"PUB to many", crowded.Socket, func() error { return crowded.Send(t.Context(), compared) }, 8},
	} {
		peers := ready(t, tt.socket, tt.peers)
		if x, ok := tt.socket.pattern.(*publishing); ok {
			for _, p := range peers {
				if _, err := x.sift(p, [][]byte{wants}); err != nil {
					t.Fatal(err)
				}
			}
		}
		sent := uint64(0)
		for _, n := range []int{1, 100} {
			got := allocated(t, func() error {
				for range n {
					if err := tt.send(); err != nil {
						return err
					}
				}
				for _, p := range peers {
					tt.socket.writeRun(p)
				}
				return nil
			})
			if got != 0 {
				t.Errorf("%s, %d at a time: %v allocations", tt.name, n, got)
			}
			if sent += 101 * uint64(n*tt.peers); tt.socket.Stats().Out.Messages != sent {
				t.Errorf("%s: %d messages were written, want %d", tt.name, tt.socket.Stats().Out.Messages, sent)
			}
		}
	}
}

// What is received is the program's to keep, and no more is allocated than it gets: by
// itself a message is a list of frames and their bodies; of many the bodies lie side by
// side, nearly fifty messages in one piece of memory.
func TestReceivingAllocatesWhatIsReceived(t *testing.T) {
	pull, sub := NewPull(quietly()), NewSub(quietly())
	sub.Subscribe("bench/")
	for _, tt := range []struct {
		name   string
		socket *Socket
	}{{"PULL", pull.Socket}, {"SUB", sub.Socket}} {
		p := ready(t, tt.socket, 1)[0]
		from := p.conn.(*script)
		r := newReader(tt.socket.cfg.Wire)
		for _, c := range []struct{ messages, want int }{
			{1, 1 + len(compared)},
			{400, 400 + 8},
		} {
			for range c.messages {
				from.stream = append(from.stream, wired...)
			}
			receive := func() error {
				for from.at = 0; from.at < len(from.stream); {
					if err := r.fill(from); err != nil {
						return err
					}
					if err := tt.socket.takeIn(p, r); err != nil {
						return err
					}
				}
				for range c.messages {
					if _, err := tt.socket.recv(t.Context()); err != nil {
						return err
					}
				}
				return nil
			}
			if err := receive(); err != nil { // the buffer grows
				t.Fatal(err)
			}
			if got := allocated(t, receive); got != float64(c.want) {
				t.Errorf("%s, %d at a time: %v allocations, want %d", tt.name, c.messages, got, c.want)
			}
			from.stream = nil
		}
	}
}
