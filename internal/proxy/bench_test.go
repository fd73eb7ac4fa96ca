package proxy

import (
	"bytes"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// window is how many bytes a benchmark's publishers may be ahead of its slowest
// subscriber: less than an outbox holds, so that nothing is dropped.
const window = 16 << 20

// shapes are the benchmarks: publishers to subscribers, bytes of payload.
var shapes = []struct{ pubs, subs, size int }{
	{1, 1, 16}, {1, 1, 64}, {1, 1, 256}, {1, 1, 1024}, {1, 1, 16 << 10},
	{1, 8, 64}, {4, 1, 64}, {4, 4, 64},
}

// BenchmarkForwarder relays two-frame messages with a topic of 21 bytes over
// loopback TCP, from publishers to subscribers that are raw ZMTP: each iteration
// is one message in. "batched" publishers write 64 KiB at a time, "single" ones
// every message by itself.
func BenchmarkForwarder(b *testing.B) {
	benchmark(b, func(b *testing.B) (Addrs, int) { return start(b, Config{}).Addrs(), 1 })
}

// BenchmarkLibzmq is BenchmarkForwarder with libzmq's zmq_proxy in a process of
// its own, to compare with; its allocations are not seen.
func BenchmarkLibzmq(b *testing.B) {
	for _, threads := range []string{"1", "2"} {
		b.Run("threads="+threads, func(b *testing.B) {
			benchmark(b, func(b *testing.B) (Addrs, int) { return startLibzmq(b, threads), 0 })
		})
	}
}

// benchmark runs every shape. start returns where to connect and how many
// subscriptions a publisher is told of; 0 is one for each subscriber.
func benchmark(b *testing.B, start func(*testing.B) (Addrs, int)) {
	for _, s := range shapes {
		for _, write := range []string{"batched", "single"} {
			b.Run(fmt.Sprintf("%dto%d/%dB/%s", s.pubs, s.subs, s.size, write), func(b *testing.B) {
				at, told := start(b)
				l := newLoad(b, at, s.size, write == "batched")
				l.run(s.pubs, s.subs, either(told, s.subs))
			})
		}
	}
}

func startLibzmq(b *testing.B, threads string) Addrs {
	return startProcess(b, exec.Command("/usr/bin/python3", filepath.Join("testdata", "proxy.py"), threads))
}

// startProcess starts a forwarder that prints its two ports.
func startProcess(b testing.TB, cmd *exec.Cmd) Addrs {
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Skip(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	front, back := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}
	if _, err := fmt.Fscan(out, &front.Port, &back.Port); err != nil {
		b.Skip("no forwarder; libzmq's needs python3-zmq: ", err)
	}
	return Addrs{Frontend: []net.Addr{front}, Backend: []net.Addr{back}}
}

// load is a benchmark's traffic.
type load struct {
	b       *testing.B
	at      Addrs
	message []byte
	// chunk is what a publisher writes at once.
	chunk    []byte
	perChunk int
	received []atomic.Int64 // messages, by subscriber
	// progress has a token when a subscriber has received more.
	progress chan struct{}
}

func newLoad(b *testing.B, at Addrs, size int, batched bool) *load {
	l := &load{b: b, at: at, message: zmtptest.Wire("bench/kitchen/toaster", strings.Repeat("x", size)), perChunk: 1,
		progress: make(chan struct{}, 1)}
	if batched {
		l.perChunk = max(1, (64<<10)/len(l.message))
	}
	l.chunk = bytes.Repeat(l.message, l.perChunk)
	return l
}

func (l *load) run(pubs, subs, told int) {
	l.received = make([]atomic.Int64, subs)
	writers := make([]*zmtptest.Peer, pubs)
	for i := range writers {
		writers[i] = zmtptest.Connect(l.b, l.at.Frontend[0], zmtp.PUB, 0)
	}
	conns := make([]net.Conn, subs)
	for i := range conns {
		conns[i] = subscriberAt(l.b, l.at.Backend[0])
	}
	for _, w := range writers {
		for range told {
			w.Want("\x01")
		}
		_ = w.SetDeadline(time.Time{})
	}
	each := (l.b.N + pubs - 1) / pubs
	l.b.ReportAllocs()
	l.b.SetBytes(int64(len(l.message)))
	l.b.ResetTimer()
	var g sync.WaitGroup
	for i, conn := range conns {
		g.Go(func() { l.drain(conn, &l.received[i], int64(each*pubs)) })
	}
	var sent atomic.Int64
	for _, w := range writers {
		g.Go(func() { l.publish(w, &sent, each) })
	}
	g.Wait()
	l.b.StopTimer()
	l.b.ReportMetric(float64(l.b.N)/l.b.Elapsed().Seconds(), "msg/s")
}

func (l *load) publish(w net.Conn, sent *atomic.Int64, n int) {
	for n > 0 {
		for (sent.Load()-l.slowest())*int64(len(l.message)) > window {
			<-l.progress
		}
		k := min(n, l.perChunk)
		if _, err := w.Write(l.chunk[:k*len(l.message)]); err != nil {
			l.b.Error(err)
			return
		}
		sent.Add(int64(k))
		n -= k
	}
}

func (l *load) slowest() int64 {
	least := l.received[0].Load()
	for i := range l.received {
		least = min(least, l.received[i].Load())
	}
	return least
}

func (l *load) drain(conn net.Conn, count *atomic.Int64, want int64) {
	buf := make([]byte, 256<<10)
	for got := int64(0); got < want*int64(len(l.message)); {
		n, err := conn.Read(buf)
		if err != nil {
			l.b.Error(err)
			return
		}
		got += int64(n)
		count.Store(got / int64(len(l.message)))
		select {
		case l.progress <- struct{}{}:
		default:
		}
	}
}

// subscriberAt returns a connection that is subscribed to everything.
func subscriberAt(b *testing.B, addr net.Addr) net.Conn {
	p := zmtptest.Connect(b, addr, zmtp.SUB, 0)
	p.Subscribe("")
	_ = p.SetDeadline(time.Time{})
	return p.Conn
}

// BenchmarkIdle measures what an idle subscriber holds: each iteration is one
// more. Run it with -benchtime 1000x; the other end is in this process too, and
// costs some 600 bytes.
func BenchmarkIdle(b *testing.B) {
	f := start(b, Config{})
	join := func() {
		conn, err := net.Dial("tcp", f.Addrs().Backend[0].String())
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: zmtp.SUB, Minor: 1}); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Write(zmtp.AppendSubscription(nil, true, []byte("state/kitchen/toaster"))); err != nil {
			b.Fatal(err)
		}
	}
	inUse := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	before := inUse()
	for range b.N {
		join()
	}
	zmtptest.Eventually(b, "all are subscribed", func() bool { return f.Stats().Subscriptions == b.N })
	b.ReportMetric(float64(inUse()-before)/float64(b.N), "B/conn")
}
