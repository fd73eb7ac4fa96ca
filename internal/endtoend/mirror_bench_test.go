//go:build linux

package endtoend

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/topics"
)

const (
	// changesASecond is how much is said on the bus of BenchmarkMirror.
	changesASecond = 20_000
	// burst is how often it is said: some of it at a time, as by many publishers.
	burst = 2 * time.Millisecond
	// warming is how long it goes on before anything is measured.
	warming = 3 * time.Second
	// measuring is for how long processor time, pictures and bytes are counted.
	measuring = 10 * time.Second
)

// BenchmarkMirror measures the finished mirror in a terminal of 120×40, before a hub
// and a publisher that says 20,000 states a second, each another word than before; the
// terminal is read by the benchmark, which is also the publisher. It reports the shares
// of a core of the mirror and the hub, the mirror's memory, and how many pictures and
// bytes it writes. appliances=0 is a mirror before a hub that says nothing but its
// heartbeat. Run it with -benchtime 1x.
func BenchmarkMirror(b *testing.B) {
	for _, appliances := range []int{0, 10, 1_000, 10_000} {
		b.Run(fmt.Sprintf("appliances=%d", appliances), func(b *testing.B) {
			for range b.N {
				measureMirror(b, appliances)
			}
		})
	}
}

func measureMirror(b *testing.B, appliances int) {
	at := newPlace(b)
	hub := at.start(b, "bus", "serve", "--scenes", "")
	hub.Await("msg=listening")
	s := sitAt(b, 120, 40, nil, "--scenes", "", "--frontend", at.frontend, "--backend", at.backend)
	s.Await(`bus .*msg/s`)
	said := func() int { return 0 }
	if appliances > 0 {
		said = at.publishStates(b, appliances)
	}
	<-time.After(warming)
	mirrorBefore, hubBefore, from, saidBefore := cpuTime(b, s.process), cpuTime(b, hub), len(s.Text()), said()
	<-time.After(measuring)
	percent := func(d time.Duration) float64 { return 100 * d.Seconds() / measuring.Seconds() }
	b.ReportMetric(percent(cpuTime(b, s.process)-mirrorBefore), "mirror-%")
	b.ReportMetric(percent(cpuTime(b, hub)-hubBefore), "hub-%")
	written := s.Text()[from:]
	b.ReportMetric(float64(said()-saidBefore)/measuring.Seconds(), "changes/s")
	b.ReportMetric(float64(strings.Count(written, "\x1b[H"))/measuring.Seconds(), "pictures/s")
	b.ReportMetric(float64(len(written))/1024/measuring.Seconds(), "KiB/s")
	b.ReportMetric(memory(b, s.process, "VmRSS"), "MiB")
	b.ReportMetric(memory(b, s.process, "VmHWM"), "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// publishStates says changesASecond states of so many appliances until the benchmark
// ends, and returns how to ask how many were said.
func (at place) publishStates(b *testing.B, appliances int) func() int {
	conn, err := connect(at.frontend, zmtp.PUB)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done, asked, answer := make(chan struct{}), make(chan struct{}), make(chan int)
	b.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		defer conn.Close()
		tick := time.NewTicker(burst)
		defer tick.Stop()
		began, n := time.Now(), 0
		var buf []byte
		for {
			select {
			case now := <-tick.C:
				buf = buf[:0]
				for due := int(now.Sub(began).Seconds() * changesASecond); n < due; n++ {
					buf = appendState(buf, n, appliances)
				}
				if _, err := conn.Write(buf); err != nil {
					b.Errorf("publish: %v", err)
					return
				}
			case <-asked:
				answer <- n
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() int {
		select {
		case asked <- struct{}{}:
			return <-answer
		case <-done:
			return 0
		}
	}
}

// appendState appends the n-th state of so many appliances in ten rooms.
func appendState(b []byte, n, appliances int) []byte {
	word := "off"
	if n/appliances%2 == 0 {
		word = "on"
	}
	topic := topics.State(fmt.Sprintf("room-%d", n%10), fmt.Sprintf("plug-%d", n%appliances))
	payload := fmt.Sprintf(`{"state":%q,"power_w":%d,"energy_wh":%d}`, word, n%100, n)
	return zmtp.AppendMessage(b, [][]byte{[]byte(topic), []byte(payload)})
}

// BenchmarkFirstPicture measures how long "mirror --demo" takes from its start until
// its first picture is whole: each appliance has been heard. Run it with -benchtime 20x.
func BenchmarkFirstPicture(b *testing.B) {
	total := time.Duration(0)
	for range b.N {
		began := time.Now()
		s := sitAt(b, 80, 24, nil, "--demo", "--scenes", scenes)
		s.Await(`toaster(\x1b\[[0-9;]*m| )+idle`)
		total += time.Since(began)
		s.Kill()
	}
	b.ReportMetric(float64(total.Milliseconds())/float64(b.N), "ms")
	b.ReportMetric(0, "ns/op")
}
