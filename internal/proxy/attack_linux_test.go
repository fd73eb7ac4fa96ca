package proxy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// attackTime is how long each attack of BenchmarkAttack lasts.
const attackTime = 4 * time.Second

// stranger is one connection of an attack: it does what it does until that fails.
type stranger func(at Addrs) error

// BenchmarkAttack measures what strangers cost a forwarder in another process, and a
// good pair that relays 500 messages a second through it meanwhile: its most resident
// memory, what of that came with the attack, what of the pair's messages was lost, and
// how long they took. Run it with -benchtime 1x; each attack takes 4 s and more.
func BenchmarkAttack(b *testing.B) {
	header := func(flags byte, n int) []byte { return zmtp.AppendHeader(nil, flags, n) }
	repeated := func(start, chunk []byte) stranger {
		return func(at Addrs) error { return pour(at.Frontend[0], zmtp.PUB, start, chunk) }
	}
	part := append(header(zmtp.FlagMore, 60_000), make([]byte, 60_000)...)
	large := zmtptest.Wire("t", strings.Repeat("x", 16<<20-100))
	small := bytes.Repeat(zmtptest.Wire("bench/kitchen/toaster", strings.Repeat("x", 64)), 700)
	for _, a := range []struct {
		name  string
		do    stranger
		sizes []int
	}{
		{"stopped", stopped, []int{1, 10, 200}},
		{"lying-length", repeated(header(0, 16<<20), nil), []int{1, 10, 100}},
		{"unfinished", repeated(append(header(zmtp.FlagMore, 16<<20), make([]byte, 16<<20)...), nil), []int{1, 10, 100}},
		{"endless-multipart", repeated(nil, part), []int{1, 10, 100}},
		{"tiny-parts", repeated(nil, bytes.Repeat([]byte{zmtp.FlagMore, 0}, 30_000)), []int{1, 10, 100}},
		{"topics-of-16-MiB", repeated(nil, zmtptest.Wire(strings.Repeat("t", 16<<20))), []int{1, 10, 100}},
		{"frames-to-the-backend", func(at Addrs) error { return pour(at.Backend[0], zmtp.SUB, nil, large) }, []int{1, 10, 100}},
		{"before-the-handshake", func(at Addrs) error { return pour(at.Backend[0], "", nil, part) }, []int{1, 10, 100}},
		{"silent", func(at Addrs) error { return pour(at.Backend[0], "", nil, nil) }, []int{1000, 5000}},
		{"half-a-greeting", func(at Addrs) error { return pour(at.Backend[0], "", signature, nil) }, []int{1000, 5000}},
		{"storm", repeated(nil, small), []int{1, 8}},
		{"storm-of-16-MiB", repeated(nil, large), []int{1, 8}},
	} {
		for _, n := range a.sizes {
			b.Run(fmt.Sprintf("%s/%d", a.name, n), func(b *testing.B) { attacked(b, a.do, n) })
		}
	}
}

// signature is how a greeting begins.
var signature = zmtp.Greeting{Major: 3, Minor: 1, Mechanism: "NULL"}.Append(nil)[:10]

// attacked lets n strangers at a forwarder and reports what that cost.
func attacked(b *testing.B, do stranger, n int) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), forwarderEnv+"=1")
	if _, err := cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	at := startProcess(b, cmd)
	g := newGoodPair(b, at)
	before := residentMost(b, cmd.Process)
	var strangers sync.WaitGroup
	end := make(chan struct{})
	for range n {
		strangers.Go(func() {
			for {
				_ = do(at)
				select {
				case <-end:
					return
				case <-time.After(100 * time.Millisecond): // as libzmq reconnects
				}
			}
		})
	}
	b.ResetTimer()
	took := g.relay(attackTime)
	began := time.Now()
	_ = zmtptest.Connect(b, at.Backend[0], zmtp.SUB, 1).Close()
	joined := time.Since(began)
	b.StopTimer()
	most := residentMost(b, cmd.Process)
	_ = cmd.Process.Kill()
	close(end)
	strangers.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(most-before)/(1<<20), "MiB-more")
	b.ReportMetric(float64(most-before)/(1<<10)/float64(n), "KiB-each")
	b.ReportMetric(float64(g.sent-len(took)), "lost")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1e3, "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1e3, "worst-ms")
	b.ReportMetric(float64(joined.Microseconds())/1e3, "join-ms")
}

// pour connects as a socket type, or shakes no hands if that is empty, says start, and
// then chunk again and again, or nothing more if that is empty, and reads what comes.
func pour(addr net.Addr, as zmtp.SocketType, start, chunk []byte) error {
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		return err
	}
	defer conn.Close()
	if as != "" {
		if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as}); err != nil {
			return err
		}
	}
	if _, err := conn.Write(start); err != nil {
		return err
	}
	for len(chunk) > 0 {
		if _, err := conn.Write(chunk); err != nil {
			return err
		}
	}
	_, err = io.Copy(io.Discard, conn)
	return err
}

// stopped subscribes to what flood sends, and does not read it.
func stopped(at Addrs) error {
	conn, err := net.Dial("tcp", at.Backend[0].String())
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: zmtp.SUB}); err != nil {
		return err
	}
	if _, err := conn.Write(zmtp.AppendSubscription(nil, true, []byte("flood"))); err != nil {
		return err
	}
	return flood(at)
}

// flooding lets one at a time flood.
var flooding sync.Mutex

// flood sends 15,000 messages of 1 KiB a second.
func flood(at Addrs) error {
	flooding.Lock()
	defer flooding.Unlock()
	pub, err := net.Dial("tcp", at.Frontend[0].String())
	if err != nil {
		return err
	}
	defer pub.Close()
	if _, err := zmtp.Handshake(pub, zmtp.Config{SocketType: zmtp.PUB}); err != nil {
		return err
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	chunk := bytes.Repeat(zmtptest.Wire("flood", strings.Repeat("x", 1024)), 150)
	for range tick.C {
		if _, err := pub.Write(chunk); err != nil {
			return err
		}
	}
	return nil
}

// residentMost returns the most memory that a process has had (proc(5), VmHWM).
func residentMost(b *testing.B, p *os.Process) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	var kib int64
	if _, err := fmt.Sscan(string(rest), &kib); err != nil {
		b.Fatal(err)
	}
	return kib << 10
}

// goodPair relays while others misbehave.
type goodPair struct {
	b        *testing.B
	pub, sub *zmtptest.Peer
	sent     int
}

func newGoodPair(b *testing.B, at Addrs) *goodPair {
	g := &goodPair{b: b, sub: zmtptest.Connect(b, at.Backend[0], zmtp.SUB, 0), pub: zmtptest.Connect(b, at.Frontend[0], zmtp.PUB, 0)}
	g.sub.Subscribe("good")
	g.pub.Want("\x01good")
	return g
}

// relay sends a message every 2 ms for so long, and returns what each took that
// arrived in order within 10 s of the last.
func (g *goodPair) relay(d time.Duration) (took []time.Duration) {
	_ = g.pub.SetDeadline(time.Time{})
	_ = g.sub.SetDeadline(time.Time{})
	total := int(d / (2 * time.Millisecond))
	start := time.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		message := zmtptest.Wire("good", string(make([]byte, 16)))
		buf := make([]byte, len(message))
		for i := range total {
			if _, err := io.ReadFull(g.sub, buf); err != nil {
				return
			}
			body := buf[len(buf)-16:]
			if int(binary.LittleEndian.Uint64(body)) != i {
				g.b.Errorf("message %d is not the next", i)
				return
			}
			took = append(took, time.Since(start)-time.Duration(binary.LittleEndian.Uint64(body[8:])))
		}
	}()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for ; g.sent < total; g.sent++ {
		<-tick.C
		body := binary.LittleEndian.AppendUint64(nil, uint64(g.sent))
		g.pub.Send("good", string(binary.LittleEndian.AppendUint64(body, uint64(time.Since(start)))))
	}
	_ = g.sub.SetDeadline(time.Now().Add(zmtptest.Patience))
	<-done
	return took
}
