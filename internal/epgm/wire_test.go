package epgm

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// brokenWire is a socket that can send nothing. A read waits until its deadline, or until
// the socket breaks.
type brokenWire struct {
	deadlines chan time.Time
	breaks    <-chan time.Time
}

var errBroken = errors.New("the network is gone")

func newBrokenWire(breaks <-chan time.Time) *brokenWire {
	return &brokenWire{deadlines: make(chan time.Time, 100), breaks: breaks}
}

func (w *brokenWire) read([]byte) (int, netip.Addr, error) {
	var deadline <-chan time.Time
	for {
		select {
		case at := <-w.deadlines:
			if deadline = nil; !at.IsZero() { // the zero time is never, as net.Conn has it
				deadline = time.After(time.Until(at))
			}
		case <-deadline:
			return 0, netip.Addr{}, os.ErrDeadlineExceeded
		case <-w.breaks:
			return 0, netip.Addr{}, errBroken
		}
	}
}

func (w *brokenWire) write([]byte, netip.AddrPort) error { return errBroken }
func (w *brokenWire) close() error                       { return nil }

func (w *brokenWire) setReadDeadline(at time.Time) error {
	w.deadlines <- at
	return nil
}

// Programs of ours share a port. Where one of libzmq has it to itself, the error says so.
func TestAPortThatIsTaken(t *testing.T) {
	alone, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	port := alone.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	e := Endpoint{"127.0.0.1", netip.AddrPortFrom(simGroup.Addr(), port)}
	_, speaking := NewPublisher(e, PublisherConfig{})
	_, hearing := NewSubscriber(e, SubscriberConfig{}, func(Event) {})
	for what, err := range map[string]error{"publisher": speaking, "subscriber": hearing} {
		if want := "has UDP port " + strconv.Itoa(int(port)) + " to itself, as one with libzmq's epgm:// does"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", what, err, want)
		}
	}
}

// What cannot be sent is counted, and sending goes on; a socket that cannot be read ends
// Run, with the endpoint in the error, and Publish says so.
func TestBrokenSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := Endpoint{"eth0", simGroup}
		pub := &Publisher{endpoint: e, wire: newBrokenWire(time.After(10 * time.Second)), sender: newSender(testSession(), PublisherConfig{}, 0)}
		ended := make(chan error)
		go func() { ended <- pub.Run(t.Context()) }()
		if err := pub.Publish([][]byte{{1}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(9 * time.Second)
		if stats := pub.Stats(); stats.Packets != 1 || stats.Unsent != 1+startSPMs+6 {
			t.Errorf("%+v; want a packet and %d SPMs unsent", stats, startSPMs+6)
		}
		if err := <-ended; !errors.Is(err, errBroken) || !strings.Contains(err.Error(), e.String()) {
			t.Error(err)
		}
		if err := pub.Publish([][]byte{{1}}); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		sub := &Subscriber{endpoint: e, wire: newBrokenWire(time.After(time.Second)), receiver: newReceiver(simGroup, SubscriberConfig{}, testRandom(1))}
		if err := sub.Run(t.Context()); !errors.Is(err, errBroken) || !strings.Contains(err.Error(), e.String()) {
			t.Error(err)
		}
	})
}

// A publisher that is told to end while much waits does so in half a second, at the rate.
func TestEndWhileMuchWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pub := &Publisher{wire: newBrokenWire(nil), sender: newSender(testSession(), PublisherConfig{}, 0)}
		for range 100 {
			if err := pub.Publish([][]byte{make([]byte, 1000)}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		if err := pub.Run(ctx); err != nil {
			t.Error(err)
		}
		if took, stats := time.Since(began), pub.Stats(); took < linger || took > linger+lingerTurn || stats.Waiting == 0 || stats.Packets < 8 {
			t.Errorf("it took %v; %+v", took, stats)
		}
	})
}
