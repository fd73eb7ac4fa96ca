package epgm

import (
	"slices"
	"testing"
	"time"
)

// benchSizes are the messages: a state of an appliance, and one that fills a packet.
var benchSizes = []struct {
	name    string
	message [][]byte
}{
	{"state", [][]byte{[]byte("state/kitchen/toaster"), slices.Repeat([]byte("x"), 120)}},
	{"packet", [][]byte{[]byte("file/node/path"), slices.Repeat([]byte("x"), 1390)}},
}

// BenchmarkSend cuts, numbers, sums and keeps a message as a packet of its own.
func BenchmarkSend(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(size.name, func(b *testing.B) {
			s := newSender(testSession(), PublisherConfig{Rate: 1 << 40, Recovery: time.Second}, 0)
			now := began
			b.ReportAllocs()
			b.SetBytes(int64(wireSize(size.message)))
			for b.Loop() {
				if err := s.Publish(size.message); err != nil {
					b.Fatal(err)
				}
				now = now.Add(time.Microsecond)
				s.Tick(now)
			}
		})
	}
}

// BenchmarkReceive is a packet's whole way through a receiver: sum, order, frames, event.
// "gap" has each eighth packet come late, so that seven wait for it.
func BenchmarkReceive(b *testing.B) {
	for _, size := range benchSizes {
		for _, gaps := range []bool{false, true} {
			name := size.name
			if gaps {
				name += ", gap"
			}
			b.Run(name, func(b *testing.B) { benchmarkReceive(b, size.message, gaps) })
		}
	}
}

func benchmarkReceive(b *testing.B, message [][]byte, gaps bool) {
	const packets = 1 << 12
	s := newSender(testSession(), PublisherConfig{Rate: 1 << 40}, 0)
	r := newReceiver(simGroup, SubscriberConfig{}, testRandom(1))
	var sent [][]byte
	for i := range packets {
		if err := s.Publish(message); err != nil {
			b.Fatal(err)
		}
		for _, p := range s.Tick(began.Add(time.Duration(i) * time.Millisecond)) {
			if isData(p) {
				sent = append(sent, p)
			}
		}
	}
	if gaps {
		for i := 0; i+8 <= len(sent); i += 8 {
			late := sent[i]
			copy(sent[i:], sent[i+1:i+8])
			sent[i+7] = late
		}
		r.Handle(began, s.source, s.spm(0, 0, 0xffffffff, false))
	}
	b.ReportAllocs()
	b.SetBytes(int64(wireSize(message)))
	messages, i := 0, 0
	for b.Loop() {
		if i == len(sent) { // the same again, as another source would send it
			b.StopTimer()
			i, r = 0, newReceiver(simGroup, SubscriberConfig{}, testRandom(1))
			r.Handle(began, s.source, s.spm(0, 0, 0xffffffff, false))
			b.StartTimer()
		}
		messages += len(r.Handle(began, s.source, sent[i]))
		i++
	}
	if messages == 0 {
		b.Fatal("nothing was received")
	}
}

// BenchmarkOnOneComputer is the way from Publish to the subscriber's function over real
// sockets, at a rate that the machine cannot reach.
func BenchmarkOnOneComputer(b *testing.B) {
	e := loopback(b)
	for _, size := range benchSizes {
		b.Run(size.name, func(b *testing.B) {
			got := make(chan struct{}, 1)
			sub, err := NewSubscriber(e, SubscriberConfig{}, func(ev Event) {
				if len(ev.Message) == 1 {
					got <- struct{}{}
				}
			})
			if err != nil {
				b.Fatal(err)
			}
			running(b, sub.Run)
			pub, err := NewPublisher(e, PublisherConfig{Rate: 2_000_000_000, Loop: true})
			if err != nil {
				b.Fatal(err)
			}
			running(b, pub.Run)
			b.ReportAllocs()
			b.SetBytes(int64(wireSize(size.message)))
			for b.Loop() {
				publish(b, pub, size.message)
			}
			publish(b, pub, [][]byte{[]byte("the last")})
			<-got
			b.ReportMetric(float64(sub.Stats().Lost), "lost")
			b.ReportMetric(float64(pub.Stats().Repairs), "repairs")
		})
	}
}

// BenchmarkChecksum is for the longest packet.
func BenchmarkChecksum(b *testing.B) {
	packet := make([]byte, maxTPDU)
	b.SetBytes(maxTPDU)
	for b.Loop() {
		onesSum(packet)
	}
}
