package proxy

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// BenchmarkLatency measures how long a message of 64 bytes takes from a publisher
// through a forwarder in another process to a subscriber, at a steady rate: each
// iteration is one message, written by itself. The clients are raw ZMTP; the
// publisher sleeps in the kernel until the next moment, for Go's own timers are too
// coarse beside sockets. Compare in one run: -bench Latency -benchtime 20000x -count 5.
func BenchmarkLatency(b *testing.B) {
	sides := []struct {
		name  string
		start func(*testing.B) Addrs
	}{
		{"homebus", func(b *testing.B) Addrs {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), forwarderEnv+"=1")
			if _, err := cmd.StdinPipe(); err != nil {
				b.Fatal(err)
			}
			return startProcess(b, cmd)
		}},
		{"libzmq", func(b *testing.B) Addrs { return startLibzmq(b, "1") }},
	}
	for _, rate := range []int{10_000, 50_000} {
		for _, side := range sides {
			b.Run(fmt.Sprintf("%d-a-second/%s", rate, side.name), func(b *testing.B) {
				latency(b, side.start(b), time.Second/time.Duration(rate))
			})
		}
	}
}

// latency sends b.N messages, one in each interval, and reports the median and
// the 99th percentile of what they took.
func latency(b *testing.B, at Addrs, interval time.Duration) {
	sub := zmtptest.Connect(b, at.Backend[0], zmtp.SUB, 0)
	sub.Say(zmtp.AppendSubscription(nil, true, nil))
	pub := zmtptest.Connect(b, at.Frontend[0], zmtp.PUB, 0)
	pub.Want("\x01")
	_ = pub.SetDeadline(time.Time{})
	_ = sub.SetDeadline(time.Time{})
	took := make([]time.Duration, b.N)
	start := time.Now()
	b.ResetTimer()
	done := make(chan error, 1)
	go func() { done <- arrive(sub, start, took) }()
	message := zmtptest.Wire("bench/kitchen/toaster", string(make([]byte, 64)))
	for i := range b.N {
		if early := time.Duration(i)*interval - time.Since(start); early > 0 {
			pause := syscall.NsecToTimespec(early.Nanoseconds())
			_ = syscall.Nanosleep(&pause, nil) // a little early is no harm
		}
		binary.LittleEndian.PutUint64(message[len(message)-8:], uint64(time.Since(start)))
		if _, err := pub.Write(message); err != nil {
			b.Fatal(err)
		}
	}
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
}

// arrive notes what each message took, by the time that its last 8 bytes hold.
func arrive(r io.Reader, start time.Time, took []time.Duration) error {
	message := zmtptest.Wire("bench/kitchen/toaster", string(make([]byte, 64)))
	buf := make([]byte, 64<<10)
	for i, held := 0, 0; i < len(took); {
		n, err := r.Read(buf[held:])
		if err != nil {
			return err
		}
		now := time.Since(start)
		held += n
		rest := buf[:held]
		for ; len(rest) >= len(message); i++ {
			took[i] = now - time.Duration(binary.LittleEndian.Uint64(rest[len(message)-8:]))
			rest = rest[len(message):]
		}
		held = copy(buf, rest)
	}
	return nil
}
