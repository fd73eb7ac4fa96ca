package proxy

import (
	"bytes"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

func TestWhatShowsThatAPeerReads(t *testing.T) {
	busy := func(taken uint64, window uint32) outgoing { return outgoing{taken, true, window} }
	idle := func(taken uint64, window uint32) outgoing { return outgoing{taken, false, window} }
	for name, c := range map[string]struct {
		looks []outgoing
		goOn  string // for each look after the first: y or n
	}{
		"stopped with much on its way":   {[]outgoing{busy(1000, 0), busy(1000, 0), busy(1000, 0)}, "nn"},
		"takes a little each time":       {[]outgoing{busy(1000, 0), busy(1040, 0), busy(1080, 0), busy(1081, 0)}, "nyn"},
		"takes much":                     {[]outgoing{busy(1000, 0), busy(9000, 0), busy(9000, 0), busy(10000, 0)}, "yny"},
		"idle, and its system took PING": {[]outgoing{idle(1000, 500), idle(1009, 491), idle(1009, 491)}, "nn"},
		"reads what has all arrived":     {[]outgoing{idle(1000, 500), idle(1009, 491), idle(1009, 600)}, "ny"},
	} {
		var d draining
		d.begin(c.looks[0])
		got := ""
		for _, o := range c.looks[1:] {
			got += map[bool]string{true: "y", false: "n"}[d.goesOn(o)]
		}
		if got != c.goOn {
			t.Errorf("%s: %s, want %s", name, got, c.goOn)
		}
	}
}

// smallReader connects a subscriber that is pinged and whose system takes little
// ahead of it.
func smallReader(t *testing.T, addr net.Addr) net.Conn {
	d := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	}}
	conn, err := d.DialContext(t.Context(), addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: zmtp.SUB, Minor: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(zmtp.AppendSubscription(nil, true, []byte("t"))); err != nil {
		t.Fatal(err)
	}
	return conn
}

// Whoever reads slowly from behind a long queue is not dead, however late it will
// find its PING; whoever has stopped is.
func TestASlowReaderIsKeptAndAStoppedOneCut(t *testing.T) {
	t.Parallel()
	// How much a reader takes each time.
	portions := map[string]int{"tcp": 40_000, "unix": 40_000}
	if canSeeDrain {
		portions["tcp"] = 1000
	}
	for network, portion := range portions {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			const silence = time.Second
			cfg := Config{Limits: Limits{PingEvery: silence / 2, Silence: silence}}
			if network == "unix" {
				cfg.Backend = []string{"ipc://" + t.TempDir() + "/s"}
			}
			f := start(t, cfg)
			slow, stopped := smallReader(t, f.Addrs().Backend[0]), smallReader(t, f.Addrs().Backend[0])
			zmtptest.Eventually(t, "both are subscribed", func() bool { return f.Stats().Subscriptions == 2 })
			publisherOf(t, f).Say(bytes.Repeat(zmtptest.Wire("t", strings.Repeat("x", 1000)), 8000))
			tick := time.NewTicker(silence / 20)
			defer tick.Stop()
			buf := make([]byte, portion)
			began := time.Now()
			for cutAfter := time.Duration(0); time.Since(began) < 5*silence; {
				<-tick.C
				if _, err := io.ReadFull(slow, buf); err != nil {
					t.Fatalf("who reads slowly was cut after %v: %v", time.Since(began), err)
				}
				if cutAfter == 0 && f.Stats().Subscribers == 1 {
					cutAfter = time.Since(began)
				}
				if cutAfter == 0 && time.Since(began) > 3*silence {
					t.Fatal("who has stopped is not cut")
				}
			}
			_ = stopped
			zmtptest.Eventually(t, "who has read slowly and stopped is cut", func() bool { return f.Stats().Subscribers == 0 })
		})
	}
}
