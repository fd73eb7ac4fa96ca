package gateway

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// frameCounter counts the text frames in what comes from the gateway, faster than any
// library, so that it is the gateway that is measured.
type frameCounter struct {
	// head is what has come of a header, skip how much is still to come of a payload.
	head []byte
	skip uint64
}

// count returns how many text frames b completes the headers of. It calls each, if not
// nil, with what of the frame is in b behind the header.
func (f *frameCounter) count(b []byte, each func(rest []byte)) (n int64) {
	for len(b) > 0 {
		if f.skip > 0 {
			s := min(f.skip, uint64(len(b)))
			f.skip -= s
			b = b[s:]
			continue
		}
		f.head = append(f.head, b[0])
		b = b[1:]
		size, ok := payloadSize(f.head)
		if !ok {
			continue
		}
		if f.head[0]&0xF == text {
			n++
			if each != nil {
				each(b)
			}
		}
		f.head, f.skip = f.head[:0], size
	}
	return n
}

// payloadSize reads the header of a frame of a server, false if it is not whole.
func payloadSize(head []byte) (uint64, bool) {
	switch {
	case len(head) < 2:
	case head[1] < 126:
		return uint64(head[1]), true
	case head[1] == 126 && len(head) == 4:
		return uint64(binary.BigEndian.Uint16(head[2:])), true
	case len(head) == 10:
		return binary.BigEndian.Uint64(head[2:]), true
	}
	return 0, false
}

// read counts what comes to a client until it is closed.
func (p *rawPeer) read(got *atomic.Int64, each func(rest []byte)) {
	var f frameCounter
	buf := make([]byte, 64<<10)
	for {
		n, err := p.in.Read(buf)
		got.Add(f.count(buf[:n], each))
		if err != nil {
			return
		}
	}
}

// BenchmarkOneClient is how fast one client is sent what a ZeroMQ publisher sends in
// writes of 64 KiB, hub and gateway in one process, publisher and client in another.
func BenchmarkOneClient(b *testing.B) {
	for _, bm := range []struct{ name, payload, meta string }{
		{"64B", string(frames(`{"x":"` + string(bytes.Repeat([]byte("x"), 56)) + `"}`)[0]), ""},
		{"state_and_meta", string(toaster[1]), string(toaster[2])},
		{"base64", string(bytes.Repeat([]byte{0xFF}, 64)), ""},
	} {
		b.Run(bm.name, func(b *testing.B) {
			message := zmtptest.Wire("bench/kitchen/toaster", bm.payload)
			if bm.meta != "" {
				message = zmtptest.Wire("bench/kitchen/toaster", bm.payload, bm.meta)
			}
			a := startAlone(b)
			client := a.client("?prefix=bench/")
			publisher := a.publisher()
			var got atomic.Int64
			var reading sync.WaitGroup
			reading.Go(func() { client.read(&got, nil) })
			batch := 64 << 10 / len(message)
			run := bytes.Repeat(message, batch)
			b.ResetTimer()
			for sent := 0; sent < b.N; {
				n := min(batch, b.N-sent)
				if int64(sent)-got.Load() > 100_000 {
					await(b, "what is under way", func() bool { return int64(sent)-got.Load() < 50_000 })
				}
				if _, err := publisher.Write(run[:n*len(message)]); err != nil {
					b.Fatal(err)
				}
				sent += n
			}
			await(b, "all messages", func() bool { return got.Load() == int64(b.N) })
			b.StopTimer()
			_ = client.conn.Close()
			reading.Wait()
			dropped, cpu := a.end()
			if dropped > 0 {
				b.Errorf("%d dropped", dropped)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
			b.ReportMetric(cpu.Seconds()*1e6/float64(b.N), "cpu-s/million")
		})
	}
}

// crowdTime is for how long the benchmarks of many clients last.
const crowdTime = 5 * time.Second

// BenchmarkCrowd is a thousand clients that are sent a hundred messages a second each, of
// one topic that all have subscribed to, or of a topic each.
func BenchmarkCrowd(b *testing.B) {
	const clients, rate = 1000, 100
	for _, own := range []bool{false, true} {
		name := "one_topic"
		if own {
			name = "own_topics"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				a := startAlone(b)
				var got atomic.Int64
				var reading sync.WaitGroup
				var all []*rawPeer
				latencies := make([]latency, clients)
				for i := range clients {
					query := "?prefix=bench/"
					if own {
						query = fmt.Sprintf("?prefix=bench/%d/", i)
					}
					p := a.client(query)
					all = append(all, p)
					reading.Go(func() { p.read(&got, latencies[i].note) })
				}
				publisher := a.publisher()
				burst := func(now time.Time) (burst []byte) {
					payload := fmt.Sprint(now.UnixNano())
					if !own {
						return zmtptest.Wire("bench/", payload)
					}
					for i := range clients {
						burst = append(burst, zmtptest.Wire(fmt.Sprintf("bench/%d/", i), payload)...)
					}
					return burst
				}
				began := time.Now()
				pace(b, publisher, rate, crowdTime, burst)
				want := int64(clients * rate * int(crowdTime/time.Second))
				await(b, "99 of 100 messages", func() bool { return got.Load() >= want*99/100 })
				late := time.Since(began) - crowdTime
				for _, p := range all {
					_ = p.conn.Close()
				}
				reading.Wait()
				dropped, cpu := a.end()
				b.ReportMetric(100*float64(got.Load())/float64(want), "%delivered")
				b.ReportMetric(float64(dropped), "dropped")
				b.ReportMetric(late.Seconds(), "s-late")
				report(b, latencies)
				b.ReportMetric(100*cpu.Seconds()/crowdTime.Seconds(), "%core")
			}
		})
	}
}

// pace writes what next returns so many times a second.
func pace(b *testing.B, conn net.Conn, rate int, lasts time.Duration, next func(now time.Time) []byte) {
	b.Helper()
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	began := time.Now()
	for i := range rate * int(lasts/time.Second) {
		for time.Since(began) < time.Duration(i)*time.Second/time.Duration(rate) {
			<-tick.C
		}
		if _, err := conn.Write(next(time.Now())); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSlowClients is ten clients at 20,000 messages a second, beside others that read
// nothing at all.
func BenchmarkSlowClients(b *testing.B) {
	const clients, rate, each = 10, 1000, 20
	for _, stopped := range []int{0, 1, 10} {
		b.Run(fmt.Sprint(stopped), func(b *testing.B) {
			for b.Loop() {
				a := startAlone(b)
				for range stopped {
					a.client("?prefix=bench/")
				}
				latencies := make([]latency, clients)
				var got atomic.Int64
				var reading sync.WaitGroup
				var all []*rawPeer
				for i := range clients {
					p := a.client("?prefix=bench/")
					all = append(all, p)
					reading.Go(func() { p.read(&got, latencies[i].note) })
				}
				pad := string(bytes.Repeat([]byte("x"), 900))
				pace(b, a.publisher(), rate, crowdTime, func(now time.Time) []byte {
					return bytes.Repeat(zmtptest.Wire("bench/", fmt.Sprintf(`%d`, now.UnixNano()), `{"id":"`+pad+`"}`), each)
				})
				want := int64(clients * rate * each * int(crowdTime/time.Second))
				await(b, "99 of 100 messages", func() bool { return got.Load() >= want*99/100 })
				for _, p := range all {
					_ = p.conn.Close()
				}
				reading.Wait()
				_, cpu := a.end()
				b.ReportMetric(100*float64(got.Load())/float64(want), "%delivered")
				report(b, latencies)
				b.ReportMetric(100*cpu.Seconds()/crowdTime.Seconds(), "%core")
			}
		})
	}
}

// latency are the times from the publisher's clock to the client's.
type latency []time.Duration

func (l *latency) note(rest []byte) {
	const before, digits = `"payload":`, 19
	from := bytes.Index(rest[:min(len(rest), 64)], []byte(before)) + len(before)
	if from < len(before) || len(rest) < from+digits {
		return // torn by the read
	}
	sent, err := strconv.ParseInt(string(rest[from:from+digits]), 10, 64)
	if err == nil {
		*l = append(*l, time.Since(time.Unix(0, sent)))
	}
}

// report reports the latencies of several clients together.
func report(b *testing.B, clients []latency) {
	var all latency
	for _, l := range clients {
		all = append(all, l...)
	}
	slices.Sort(all)
	b.ReportMetric(all[len(all)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(all[len(all)*99/100].Seconds()*1000, "p99-ms")
}
