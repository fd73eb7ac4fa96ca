package zmqlink

import (
	"net"
	"runtime"
	"testing"
)

// TestASessionLeavesLittleBehind bounds what zmq4 does not give back: a
// goroutine for each PUB socket that it has closed.
func TestASessionLeavesLittleBehind(t *testing.T) {
	s, err := serveReady(func(net.Conn) {})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := linkTo(s)
	if err != nil {
		t.Fatal(err)
	}
	const sessions = 100
	before, goroutines := heap(), runtime.NumGoroutine()
	for range sessions {
		if a := l.attempt(t.Context()); a.err == nil {
			t.Fatal("a session with a server that closes has ended well")
		}
	}
	if each := (int64(heap()) - int64(before)) / sessions; each > 32<<10 {
		t.Errorf("each session leaves %d bytes behind", each)
	}
	if left := runtime.NumGoroutine() - goroutines; left > 2*sessions {
		t.Errorf("%d sessions leave %d goroutines behind", sessions, left)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
