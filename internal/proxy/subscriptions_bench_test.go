package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

const (
	// crowd is how many connections hold the subscriptions of
	// BenchmarkSubscriptions, published how many messages its publisher has
	// prepared.
	crowd     = 1000
	published = 200_000
)

// sensor is the topic of one of a million appliances, always as long.
func sensor(i int) string { return fmt.Sprintf("state/room-%03d/sensor-%06d", i%1000, i) }

// BenchmarkSubscriptions relays messages of 64 B, each of which one subscriber
// wants, over loopback TCP: each iteration is one. 1,000 raw subscribers are
// connected, and hold so many distinct subscriptions in all; the publisher, raw and
// writing 64 KiB at a time, goes through "all" of their topics in no order (at most
// 200,000, three times what the forwarder remembers), or through "ten" of them. It
// reports what a subscription takes in the forwarder, and how long it takes to be
// served.
func BenchmarkSubscriptions(b *testing.B) {
	for _, size := range []int{10, 1000, 1_000_000} {
		for _, which := range []string{"all", "ten"} {
			topics := min(size, published)
			if which == "ten" {
				topics = 10
			}
			if size == 10 && which == "all" {
				continue // the same
			}
			b.Run(fmt.Sprintf("%d/%s", size, which), func(b *testing.B) {
				benchmarkSubscriptions(b, size, topics)
			})
		}
	}
}

func benchmarkSubscriptions(b *testing.B, size, topics int) {
	f := start(b, Config{})
	conns := make([]net.Conn, crowd)
	for i := range conns {
		conns[i] = subscriberOf(b, f).Conn
		_ = conns[i].SetDeadline(time.Time{})
	}
	chunks, messages := chunksOf(size, topics)
	zmtptest.Eventually(b, "all are there", func() bool { return f.Stats().Subscribers == crowd })
	before, begin := heap(), time.Now()
	subscribeAll(b, conns, size)
	zmtptest.Eventually(b, "all are subscribed", func() bool { return f.Stats().Subscriptions == size })
	took := time.Since(begin)
	held := heap() - before
	pub := publisherOf(b, f)
	_ = pub.SetDeadline(time.Time{})
	go func() { _, _ = io.Copy(io.Discard, pub.Conn) }()

	n := relayAll(b, pub, conns, chunks, messages)
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "msg/s")
	if size > crowd {
		b.ReportMetric(float64(held)/float64(size), "B/sub")
		b.ReportMetric(float64(took.Nanoseconds())/float64(size), "ns/sub")
	}
}

// subscribeAll spreads the topics of size sensors over the connections.
func subscribeAll(b *testing.B, conns []net.Conn, size int) {
	for at, conn := range conns {
		var out []byte
		for i := at; i < size; i += len(conns) {
			out = append(out, zmtp.AppendSubscription(nil, true, []byte(sensor(i)))...)
		}
		if _, err := conn.Write(out); err != nil {
			b.Fatal(err)
		}
	}
}

// chunksOf returns messages on so many of the size topics, in no order, as they
// are written at once, and how many each chunk has.
func chunksOf(size, topics int) (chunks [][]byte, messages int) {
	payload := strings.Repeat("x", 64)
	messages = (64 << 10) / len(zmtptest.Wire(sensor(0), payload))
	order := rand.New(rand.NewPCG(1, 2)).Perm(size)[:topics]
	for from := 0; from+messages <= published; from += messages {
		var chunk []byte
		for i := range messages {
			chunk = append(chunk, zmtptest.Wire(sensor(order[(from+i)%topics]), payload)...)
		}
		chunks = append(chunks, chunk)
	}
	return chunks, messages
}

// relayAll publishes chunk after chunk, and returns how many messages that were
// when all have arrived.
func relayAll(b *testing.B, pub net.Conn, conns []net.Conn, chunks [][]byte, messages int) int64 {
	var received atomic.Int64
	more := make(chan struct{}, 1)
	var drains sync.WaitGroup
	for _, conn := range conns {
		drains.Go(func() {
			buf := make([]byte, 16<<10)
			for {
				n, err := conn.Read(buf)
				if err != nil {
					return
				}
				received.Add(int64(n))
				select {
				case more <- struct{}{}:
				default:
				}
			}
		})
	}
	sent, n := int64(0), int64(0)
	wait := func(ahead int64) {
		for sent-received.Load() > ahead {
			<-more
		}
	}
	for b.Loop() {
		if n++; n%int64(messages) != 1 {
			continue
		}
		wait(window / 4)
		chunk := chunks[int(n)/messages%len(chunks)]
		if _, err := pub.Write(chunk); err != nil {
			b.Fatal(err)
		}
		sent += int64(len(chunk))
	}
	wait(0)
	for _, conn := range conns {
		_ = conn.Close()
	}
	drains.Wait()
	return sent / int64(len(chunks[0])) * int64(messages)
}

// BenchmarkCrowd lets one of 10,000 subscribers of one prefix leave and come back:
// each iteration is one.
func BenchmarkCrowd(b *testing.B) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	sinks := make([]*sink, 10_000)
	prefix := []byte("state/")
	join := func(i int) {
		sinks[i] = x.attachSink("s")
		if err := x.subscribe(sinks[i], prefix); err != nil {
			b.Fatal(err)
		}
	}
	for i := range sinks {
		join(i)
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		i := n * 7919 % len(sinks)
		x.detachSink(sinks[i])
		join(i)
	}
}

// BenchmarkSubscribe subscribes one peer to a prefix and cancels that, beside so
// many subscriptions of 1,000 others and with so many publishers to be told: each
// iteration is one of both.
func BenchmarkSubscribe(b *testing.B) {
	for _, beside := range []int{10, 1_000_000} {
		for _, publishers := range []int{1, 100} {
			b.Run(fmt.Sprintf("beside=%d/publishers=%d", beside, publishers), func(b *testing.B) {
				benchmarkSubscribe(b, beside, publishers)
			})
		}
	}
}

func benchmarkSubscribe(b *testing.B, beside, publishers int) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	sinks := make([]*sink, crowd)
	for i := range sinks {
		sinks[i] = x.attachSink("s")
	}
	before := heap()
	for i := range beside {
		if err := x.subscribe(sinks[i%crowd], []byte(sensor(i))); err != nil {
			b.Fatal(err)
		}
	}
	held := heap() - before
	ups := make([]*upstream, publishers)
	for i := range ups {
		ups[i] = newUpstream(x.limits, x.everything, x.telling) // knows what there is
		x.upstreams[ups[i]] = struct{}{}
	}
	prefixes := make([][]byte, 1000)
	for i := range prefixes {
		prefixes[i] = fmt.Appendf(nil, "state/hall/lamp-%04d", i)
	}
	for n := 0; b.Loop(); n++ {
		p := prefixes[n%len(prefixes)]
		if err := x.subscribe(sinks[0], p); err != nil {
			b.Fatal(err)
		}
		x.cancel(sinks[0], p)
		if n%len(prefixes) == 0 {
			for _, u := range ups {
				u.take(nil)
				u.wrote()
			}
		}
	}
	if beside > crowd {
		b.ReportMetric(float64(held)/float64(beside), "B/sub")
	}
}

// BenchmarkHostile finds the receivers of topics of 4 KiB, which are never
// remembered, when one subscriber holds every prefix of such a topic, and another
// beside each: each iteration is one topic.
func BenchmarkHostile(b *testing.B) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	topic := bytes.Repeat([]byte("x"), x.limits.SubscriptionBytes)
	s, other := x.attachSink("s"), x.attachSink("other")
	for _, n := range rand.New(rand.NewPCG(1, 2)).Perm(len(topic)) {
		if err := errors.Join(x.subscribe(s, topic[:n+1]), x.subscribe(other, append(topic[:n:n], 'y'))); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if r := x.routeOf(topic); len(r.sinks) != 1 {
			b.Fatalf("%d receivers", len(r.sinks))
		}
	}
}
