package proxy

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// comesAndGoes is a client of a moment: it subscribes and publishes, and leaves
// without a word, now and then in the middle of a message.
func comesAndGoes(at Addrs, i int) error {
	as, addr, says := zmtp.SUB, at.Backend[0], zmtp.AppendSubscription(nil, true, fmt.Append(nil, "crowd", i%7))
	if i%2 == 0 {
		as, addr, says = zmtp.PUB, at.Frontend[0], zmtptest.Wire(fmt.Sprint("crowd", i%7), strings.Repeat("x", i%5000))
	}
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: byte(i % 3 / 2)}); err != nil {
		return err
	}
	_, err = conn.Write(says[:len(says)-i%5])
	return err
}

// Clients come and go, and a good pair loses, doubles and reorders nothing.
func TestACrowdComesAndGoes(t *testing.T) {
	const clients, atOnce = 600, 8
	f := start(t, Config{})
	p := startPair(t, f)
	var crowd sync.WaitGroup
	for k := range atOnce {
		crowd.Go(func() {
			for i := k; i < clients; i += atOnce {
				if err := comesAndGoes(f.Addrs(), i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	left := make(chan struct{})
	go func() { crowd.Wait(); close(left) }()
	for gone := false; !gone; {
		p.relays()
		select {
		case <-left:
			gone = true
		default:
		}
	}
	zmtptest.Eventually(t, "all have gone", func() bool {
		st := f.Stats()
		return st.Publishers == 1 && st.Subscribers == 1 && st.Subscriptions == 1
	})
	p.relays()
	if st := f.Stats(); st.Dropped != 0 || st.Refused != 0 {
		t.Errorf("%d dropped, %d refused", st.Dropped, st.Refused)
	}
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	if n := len(f.board.claims); n != 0 || f.board.arriving.used.Load() != 0 {
		t.Errorf("%d publishers hold %d bytes", n, f.board.arriving.used.Load())
	}
}

// Publishers at full speed, of small messages or of large ones, take nothing from a
// good pair.
func TestAStormCostsAGoodPairNothing(t *testing.T) {
	for name, message := range map[string][]byte{
		"small": []byte(strings.Repeat(string(zmtptest.Wire("storm", "x")), 5000)),
		"large": zmtptest.Wire("storm", strings.Repeat("x", 8<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t, Config{})
			p := startPair(t, f)
			slow := subscriberOf(t, f, "storm") // reads nothing
			_ = slow
			var storm sync.WaitGroup
			defer storm.Wait()
			for range 4 {
				pub := publisherOf(t, f)
				defer pub.Close()
				storm.Go(func() {
					for {
						if _, err := pub.Write(message); err != nil {
							return
						}
					}
				})
			}
			for range 300 {
				p.relays()
			}
		})
	}
}
