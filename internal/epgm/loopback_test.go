package epgm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/ipv4"
)

// loopback returns an endpoint on the interface of this computer's own, at a group and
// port of the test's own.
func loopback(t testing.TB) Endpoint {
	t.Helper()
	if _, err := (Endpoint{"127.0.0.1", simGroup}).device(); err != nil {
		t.Skip("needs a loopback interface: ", err)
	}
	held, err := net.Listen("tcp4", "127.0.0.1:0") // nobody else is given its port while the test lasts
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = held.Close() })
	port := held.Addr().(*net.TCPAddr).AddrPort().Port()
	return Endpoint{"127.0.0.1", netip.AddrPortFrom(netip.AddrFrom4([4]byte{239, 192, byte(port >> 8), byte(port)}), port)}
}

// Several publishers call Publish, and several subscribers on the same computer hear it
// all, over real sockets, to the last message before the end.
func TestOnOneComputer(t *testing.T) {
	e := loopback(t)
	const subscribers, publishing, each = 3, 4, 250
	pub, err := NewPublisher(e, PublisherConfig{Rate: 50_000_000, QueueMessages: publishing * each, Loop: true})
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan int, subscribers) // who has heard all
	for i := range subscribers {
		next, count := map[string]int{}, 0
		sub, err := NewSubscriber(e, SubscriberConfig{}, func(ev Event) {
			if ev.Lost != nil {
				t.Errorf("subscriber %d: %v", i, ev.Lost)
			}
			if ev.Message == nil {
				return
			}
			who, number := string(ev.Message[0]), string(ev.Message[1])
			if number != fmt.Sprint(next[who]) {
				t.Errorf("subscriber %d: message %s of %s, want %d", i, number, who, next[who])
			}
			next[who]++
			if count++; count == publishing*each {
				heard <- i
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		running(t, sub.Run)
	}
	stop := running(t, pub.Run)
	var all sync.WaitGroup
	for who := range publishing {
		all.Go(func() {
			for i := range each {
				if err := pub.Publish([][]byte{fmt.Append(nil, who), fmt.Append(nil, i), make([]byte, 100)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	stop() // half a second is enough for the rest
	for range subscribers {
		select {
		case <-heard:
		case <-time.After(10 * time.Second):
			t.Fatalf("not all was heard; %+v", pub.Stats())
		}
	}
	if err := pub.Publish([][]byte{{1}}); !errors.Is(err, ErrClosed) {
		t.Errorf("Publish after the end: %v", err)
	}
}

// running runs until the returned function or the end of the test ends it.
func running(t testing.TB, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// Packets do not leave the network unless the user says so, and other groups on the same
// port are not heard.
func TestTTLAndGroup(t *testing.T) {
	e := loopback(t)
	conn, err := net.ListenMulticastUDP("udp4", deviceOf(t, e).Interface, net.UDPAddrFromAddrPort(e.Group))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw := ipv4.NewPacketConn(conn)
	if err := errors.Join(raw.SetControlMessage(ipv4.FlagTTL, true), conn.SetReadDeadline(time.Now().Add(10*time.Second))); err != nil {
		t.Fatal(err)
	}
	other := e
	address := other.Group.Addr().As4()
	address[1]++
	other.Group = netip.AddrPortFrom(netip.AddrFrom4(address), e.Group.Port())
	events := make(chan Event, 10)
	sub, err := NewSubscriber(other, SubscriberConfig{}, func(ev Event) { events <- ev })
	if err != nil {
		t.Fatal(err)
	}
	running(t, sub.Run)
	for _, ttl := range []int{0, 7} {
		pub, err := NewPublisher(e, PublisherConfig{TTL: ttl, Loop: true})
		if err != nil {
			t.Fatal(err)
		}
		stop := running(t, pub.Run)
		_, control, _, err := raw.ReadFrom(make([]byte, maxPacket))
		if want := max(ttl, 1); err != nil || control.TTL != want {
			t.Errorf("TTL %v, %v; want %d", control, err, want)
		}
		stop()
		for range startSPMs + endSPMs - 1 { // the rest of this publisher's
			if _, _, _, err := raw.ReadFrom(make([]byte, maxPacket)); err != nil {
				t.Fatal(err)
			}
		}
	}
	pub, err := NewPublisher(other, PublisherConfig{Loop: true})
	if err != nil {
		t.Fatal(err)
	}
	running(t, pub.Run)
	publish(t, pub, [][]byte{[]byte("for the other group")})
	if ev := <-events; show(ev.Message) != "for the other group" {
		t.Errorf("%+v", ev)
	}
	if stats := sub.Stats(); stats.Sources != 1 {
		t.Errorf("%+v; want the other group's source alone", stats)
	}
}

func deviceOf(t *testing.T, e Endpoint) device {
	t.Helper()
	d, err := e.device()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// publish publishes a message as soon as the queue takes it.
func publish(t testing.TB, pub *Publisher, message [][]byte) {
	t.Helper()
	for {
		err := pub.Publish(message)
		if err == nil {
			return
		}
		if !errors.Is(err, ErrFull) {
			t.Fatal(err)
		}
		<-time.After(time.Millisecond)
	}
}
