package proxies

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// chunk is how many messages a benchmark's sender writes at once. It is ahead of what
// has come back by one of the windows at most: askWindow is less than half of the
// high-water mark, for beyond that libzmq's ROUTER drops replies at once.
const chunk, streamWindow, askWindow = 100, 20_000, 300

// benchTime is how long a benchmark may take.
const benchTime = 2 * time.Minute

// BenchmarkStreamer passes messages of one frame from one PUSH to one PULL, both raw
// ZMTP over loopback TCP; each iteration is one message. BenchmarkLibzmqStreamer is
// the same with libzmq's zmq_proxy and two I/O threads. Each is in a process of its own,
// so that its allocations are not seen.
func BenchmarkStreamer(b *testing.B) {
	sizes(b, func(b *testing.B, size int) { stream(b, startOurs(b, "streamer"), size) })
}

func BenchmarkLibzmqStreamer(b *testing.B) {
	sizes(b, func(b *testing.B, size int) { stream(b, startLibzmq(b, "streamer"), size) })
}

// BenchmarkQueue passes requests from one DEALER to one worker that sends each back,
// many under way; each iteration is a request and its reply.
func BenchmarkQueue(b *testing.B) {
	sizes(b, func(b *testing.B, size int) { ask(b, startOurs(b, "queue"), size) })
}

func BenchmarkLibzmqQueue(b *testing.B) {
	sizes(b, func(b *testing.B, size int) { ask(b, startLibzmq(b, "queue"), size) })
}

func sizes(b *testing.B, run func(*testing.B, int)) {
	for _, size := range []int{64, 1024} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) { run(b, size) })
	}
}

// sides are the addresses of a proxy.
type sides struct{ front, back net.Addr }

// startOurs starts this test binary as a proxy.
func startOurs(b *testing.B, kind string) sides {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), proxyEnv+"="+kind)
	in, err := cmd.StdinPipe() // its end ends the proxy
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = in.Close() })
	return startProcess(b, cmd)
}

func startLibzmq(b *testing.B, kind string) sides {
	return startProcess(b, exec.Command(zmtptest.Python, filepath.Join("testdata", "proxy.py"), kind))
}

// startProcess starts a proxy that prints its two ports.
func startProcess(b *testing.B, cmd *exec.Cmd) sides {
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
		b.Skip("no proxy; libzmq's needs python3-zmq: ", err)
	}
	return sides{front, back}
}

// stream sends b.N messages from a PUSH to a PULL.
func stream(b *testing.B, at sides, size int) {
	pull := zmtptest.Connect(b, at.back, zmtp.PULL, 0)
	push := zmtptest.Connect(b, at.front, zmtp.PUSH, 0)
	flow(b, push, pull, zmtptest.Wire(strings.Repeat("x", size)), streamWindow)
}

// ask sends b.N requests from a DEALER to a worker that sends each back.
func ask(b *testing.B, at sides, size int) {
	worker := zmtptest.Connect(b, at.back, zmtp.DEALER, 0)
	client := zmtptest.Connect(b, at.front, zmtp.DEALER, 0)
	_ = worker.SetDeadline(time.Now().Add(benchTime))
	go func() {
		_, _ = io.CopyBuffer(struct{ io.Writer }{worker}, struct{ io.Reader }{worker}, make([]byte, 256<<10))
	}()
	flow(b, client, client, zmtptest.Wire("", strings.Repeat("x", size)), askWindow)
}

// flow writes b.N messages and reads as many bytes as they are, at most a window behind.
func flow(b *testing.B, to, from *zmtptest.Peer, message []byte, window int) {
	_ = to.SetDeadline(time.Now().Add(benchTime))
	_ = from.SetDeadline(time.Now().Add(benchTime))
	b.SetBytes(int64(len(message)))
	b.ResetTimer()
	read := make(chan int, 1+b.N/chunk)
	go func() {
		defer close(read)
		buf := make([]byte, 256<<10)
		for left, told := b.N*len(message), 0; left > 0; {
			n, err := from.Read(buf)
			if err != nil {
				b.Error(err)
				return
			}
			left -= n
			if whole := (b.N*len(message) - left) / len(message); whole-told >= chunk || left == 0 {
				read <- whole
				told = whole
			}
		}
	}()
	chunked := bytes.Repeat(message, chunk)
	for sent, got := 0, 0; sent < b.N; {
		for ok := true; ok && sent-got > window; {
			got, ok = <-read
		}
		n := min(chunk, b.N-sent)
		to.Say(chunked[:n*len(message)])
		sent += n
	}
	for range read {
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}
