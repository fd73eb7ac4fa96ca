package socket_test

import (
	"context"
	"fmt"
	"testing"

	"homebus/internal/socket"
)

// BenchmarkPushPull sends over loopback TCP; an iteration is a message.
func BenchmarkPushPull(b *testing.B) {
	for _, size := range []int{64, 1 << 10, 16 << 10} {
		b.Run(fmt.Sprint(size, "B"), func(b *testing.B) {
			push, pull := closing(b, socket.NewPush(quiet())), closing(b, socket.NewPull(quiet()))
			connect(b, push, bind(b, pull))
			awaitPeers(b, push, 1)
			m := [][]byte{make([]byte, size)}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			failed := make(chan error, 1)
			b.ResetTimer()
			go func() {
				for range b.N {
					if err := push.Send(context.Background(), m); err != nil {
						failed <- err
						return
					}
				}
				failed <- nil
			}()
			for range b.N {
				if _, err := pull.Recv(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			if err := <-failed; err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkReqRep asks over loopback TCP, one question after the other.
func BenchmarkReqRep(b *testing.B) {
	req, rep := closing(b, socket.NewReq(quiet())), socket.NewRep(quiet())
	connect(b, req, bind(b, rep))
	defer answers(b, rep)()
	defer func() { _ = rep.Close(ended()) }()
	m := [][]byte{make([]byte, 64)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := req.Request(context.Background(), m); err != nil {
			b.Fatal(err)
		}
	}
}
