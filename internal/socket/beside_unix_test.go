//go:build unix

package socket_test

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/socket"
)

// BenchmarkBesideLibzmq compares with libzmq, in turn, in five rounds of a fifth of b.N
// messages each: PUSH and PULL, PUB and SUB over loopback TCP, both ends in one process,
// messages of a topic and a body. libzmq runs by testdata/thr.c with one context for both
// sockets and with one each, of which the better counts. It reports the medians: the rate as a
// multiple of libzmq's, the time of a message in both, and the processor time of both ends.
func BenchmarkBesideLibzmq(b *testing.B) {
	thr := compileThr(b)
	for _, pattern := range []string{"push", "pub"} {
		for _, size := range []int{64, 1 << 10, 16 << 10} {
			b.Run(fmt.Sprintf("%s/%dB", pattern, size), func(b *testing.B) {
				ours := func(n int) passed { return passThrough(b, pattern, size, n) }
				libzmq := func(contexts int) func(int) passed {
					return func(n int) passed { return thr(pattern, size, n, contexts) }
				}
				compare(b, ours, libzmq(1), libzmq(2))
			})
		}
	}
}

// passed is what a message took, and the processor time that it took, in nanoseconds.
type passed struct{ took, cpu float64 }

// compare measures sides in turn, of which the first is ours.
func compare(b *testing.B, sides ...func(messages int) passed) {
	const rounds = 5
	all := make([][]passed, len(sides)) // by side
	for round := range rounds {
		for i := range sides {
			i = (i + round) % len(sides)
			all[i] = append(all[i], sides[i](max(b.N/rounds, 2)))
		}
	}
	took := func(p passed) float64 { return p.took }
	cpu := func(p passed) float64 { return p.cpu }
	best := 1
	for i := range all[1:] {
		if medianOf(all[i+1], took) < medianOf(all[best], took) {
			best = i + 1
		}
	}
	var ratios []passed
	for round := range rounds {
		ratios = append(ratios, passed{took: all[best][round].took / all[0][round].took})
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(medianOf(ratios, took), "x-libzmq")
	b.ReportMetric(medianOf(all[0], took), "ours-ns")
	b.ReportMetric(medianOf(all[best], took), "libzmq-ns")
	b.ReportMetric(medianOf(all[0], cpu), "ours-cpu-ns")
	b.ReportMetric(medianOf(all[best], cpu), "libzmq-cpu-ns")
	b.ReportMetric(float64(best), "libzmq-contexts")
}

func medianOf(all []passed, figure func(passed) float64) float64 {
	var values []float64
	for _, p := range all {
		values = append(values, figure(p))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// compileThr returns a run of testdata/thr.c.
func compileThr(b *testing.B) func(pattern string, size, n, contexts int) passed {
	b.Helper()
	path := filepath.Join(b.TempDir(), "thr")
	out, err := exec.Command("gcc", "-O2", "-o", path, filepath.Join("testdata", "thr.c"), "-lzmq", "-lpthread").CombinedOutput()
	if err != nil {
		b.Skipf("needs gcc and libzmq3-dev: %v: %s", err, out)
	}
	return func(pattern string, size, n, contexts int) passed {
		cmd := exec.Command(path, pattern, strconv.Itoa(size), strconv.Itoa(n), strconv.Itoa(contexts))
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		took, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			b.Fatal(err)
		}
		used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		return passed{took, float64(used.Nanoseconds()) / float64(n)}
	}
}

// A publisher is so many messages ahead of its subscriber at most, in runs, as in thr.c.
const (
	aRun      = 1000
	runsAhead = 10
)

// passThrough sends n messages from socket to socket. The clock starts at the first.
func passThrough(b *testing.B, pattern string, size, n int) passed {
	var from sender
	var to receiver
	room := make(chan struct{}, runsAhead)
	if pattern == "push" {
		push, pull := socket.NewPush(quiet()), socket.NewPull(quiet())
		defer func() { _, _ = push.Close(ended()), pull.Close(ended()) }()
		connect(b, push, bind(b, pull))
		awaitPeers(b, push, 1)
		from, to = push, pull
	} else {
		cfg := quiet()
		cfg.HWM, cfg.QueueBytes, cfg.QueueTotal = 1<<30, 1<<30, 1<<31-1
		pub, sub := socket.NewPub(cfg), socket.NewSub(cfg)
		defer func() { _, _ = pub.Close(ended()), sub.Close(ended()) }()
		sub.Subscribe("bench/")
		connect(b, sub, bind(b, pub))
		subscribed(b, pub, sub, "bench/")
		from, to = pub, sub
	}
	m := [][]byte{[]byte("bench/kitchen/toaster"), make([]byte, size)}
	ctx := context.Background()
	cpu := processorTime(b)
	var sending errgroup.Group
	sending.Go(func() error {
		for i := range n {
			if i%aRun == 0 && pattern != "push" {
				room <- struct{}{}
			}
			if err := from.Send(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	var begun time.Time
	for i := range n {
		if _, err := to.Recv(ctx); err != nil {
			b.Fatal(err)
		}
		if i == 0 {
			begun = time.Now()
		}
		if i%aRun == aRun-1 && pattern != "push" {
			<-room
		}
	}
	took := time.Since(begun)
	if err := sending.Wait(); err != nil {
		b.Fatal(err)
	}
	used := processorTime(b) - cpu
	return passed{float64(took.Nanoseconds()) / float64(n-1), float64(used.Nanoseconds()) / float64(n)}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
