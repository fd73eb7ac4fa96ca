package endtoend

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"homebus/internal/link"
	"homebus/internal/link/zmqlink"
	"homebus/internal/message"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// hostPort is an endpoint as package net wants it.
func hostPort(endpoint string) string { return strings.TrimPrefix(endpoint, "tcp://") }

// connect shakes hands with a hub as a socket that announces ZMTP 3.0, so that it
// need answer no PING. The caller closes the connection.
func connect(endpoint string, as zmtp.SocketType) (net.Conn, error) {
	conn, err := net.Dial("tcp", hostPort(endpoint))
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: 0}); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, conn.SetDeadline(time.Time{})
}

// addresses returns where the hub listens as package net has it.
func (at place) addresses() (frontend, backend net.Addr) {
	var addrs [2]net.Addr
	for i, endpoint := range []string{at.frontend, at.backend} {
		addrs[i] = net.TCPAddrFromAddrPort(netip.MustParseAddrPort(hostPort(endpoint)))
	}
	return addrs[0], addrs[1]
}

// newRawPair returns a pair that speaks ZMTP by itself, on sockets opened on the
// caller's goroutine.
func (at place) newRawPair() (*zmtptest.Pair, error) {
	frontend, backend := at.addresses()
	return zmtptest.NewPair(frontend, backend, "pair/raw")
}

// rawPair is newRawPair for a test.
func (at place) rawPair(t *testing.T) *zmtptest.Pair {
	t.Helper()
	p, err := at.newRawPair()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// linkPair is one of our own clients, which hears itself. That it is never lost
// is part of the deal.
func (at place) linkPair(t *testing.T) *zmtptest.Pair {
	t.Helper()
	const topic = "pair/link"
	l, err := zmqlink.New(zmqlink.Config{Frontend: at.frontend, Backend: at.backend, Name: "pair"})
	if err != nil {
		t.Fatal(err)
	}
	l.Subscribe(topic)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = l.Run(ctx)
	}()
	p := &zmtptest.Pair{Name: "pair of links"}
	p.Send = func(payload []byte) error { return l.Publish(message.Message{Topic: topic, Payload: payload}) }
	p.Receive = func(ctx context.Context) ([]byte, error) {
		for {
			e, err := nextEvent(ctx, l)
			if err != nil || e.Status == nil {
				return e.Message.Payload, err
			}
			if !e.Status.Up {
				return nil, errors.New("the link is lost: " + e.Status.Reason)
			}
		}
	}
	p.Close = func() {
		cancel()
		for range l.Events() {
		}
		<-done
	}
	t.Cleanup(p.Close)
	within, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	for {
		e, err := nextEvent(within, l)
		if err != nil {
			t.Fatal(err)
		}
		if e.Status != nil && e.Status.Up {
			return p
		}
	}
}

func nextEvent(ctx context.Context, l link.Link) (link.Event, error) {
	select {
	case e, open := <-l.Events():
		if !open {
			return e, errors.New("the link has ended")
		}
		return e, nil
	case <-ctx.Done():
		return link.Event{}, errors.New("nothing comes")
	}
}
