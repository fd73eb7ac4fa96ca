//go:build !race

package socket_test

import (
	"context"
	"testing"

	"homebus/internal/socket"
)

// A message from Send to Recv over TCP, one at a time, allocates what is received (three:
// its list of frames, and two frames), and what Recv waits by where it has to.
func TestMessageOverTCPAllocatesWhatIsReceived(t *testing.T) {
	const received, waited = 3, 1
	push, pull := closing(t, socket.NewPush(quiet())), closing(t, socket.NewPull(quiet()))
	connect(t, push, bind(t, pull))
	awaitPeers(t, push, 1)
	pub, sub := closing(t, socket.NewPub(quiet())), closing(t, socket.NewSub(quiet()))
	sub.Subscribe("bench/")
	connect(t, sub, bind(t, pub))
	subscribed(t, pub, sub, "bench/")
	m := [][]byte{[]byte("bench/kitchen/toaster"), make([]byte, 64)}
	for _, tt := range []struct {
		name string
		from sender
		to   receiver
	}{{"PUSH, PULL", push, pull}, {"PUB, SUB", pub, sub}} {
		n := testing.AllocsPerRun(1000, func() {
			if err := tt.from.Send(context.Background(), m); err != nil {
				t.Fatal(err)
			}
			if _, err := tt.to.Recv(context.Background()); err != nil {
				t.Fatal(err)
			}
		})
		if n < received || n > received+waited {
			t.Errorf("%s: %v allocations, want %d or %d", tt.name, n, received, received+waited)
		}
	}
}
