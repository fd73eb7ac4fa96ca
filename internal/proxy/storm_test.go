package proxy

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// mostMeanwhile is how many subscriptions may come or go while somebody else waits:
// what takes 50 ms, of the 250 that a storm may stall anybody.
const mostMeanwhile = 50_000

// storm is a crowd of subscribers that say all they want at once.
type storm struct {
	t     testing.TB
	f     *Forwarder
	p     *pair
	conns []net.Conn
	// worst is the longest that the pair or a newcomer has waited, most how many
	// subscriptions came or went meanwhile, at most.
	worst time.Duration
	most  uint64
}

// subscriptions returns n in wire form, distinct from those of everybody else.
func subscriptions(of, n int) []byte {
	var out []byte
	for i := range n {
		out = append(out, zmtp.AppendSubscription(nil, true, fmt.Appendf(nil, "storm/%02d/sensor-%06d", of, i))...)
	}
	return out
}

// breaks lets a client subscribe to so much, for each of amounts, and returns
// once everything is served.
func (s *storm) breaks(amounts ...int) {
	s.conns = nil
	var clients sync.WaitGroup
	served := make(chan struct{})
	for i, n := range amounts {
		conn := zmtptest.Connect(s.t, s.f.Addrs().Backend[0], zmtp.SUB, 0).Conn
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		s.conns = append(s.conns, conn)
		clients.Go(func() {
			_, _ = conn.Write(append(subscriptions(i, n), zmtp.AppendPing(nil, 0, nil)...))
			_, _ = conn.Read(make([]byte, 1)) // the PONG, or the end
		})
	}
	go func() { clients.Wait(); close(served) }()
	s.until(func() bool {
		select {
		case <-served:
			return true
		default:
			return false
		}
	})
}

// ends disconnects the clients and returns once that is served.
func (s *storm) ends() {
	for _, conn := range s.conns {
		_ = conn.Close()
	}
	s.until(func() bool { return s.f.Stats().Subscriptions == 1 })
}

// until goes on relaying, and letting newcomers in, until ok.
func (s *storm) until(ok func() bool) {
	for !ok() {
		s.waits(s.p.relays)
		s.waits(s.newcomer)
	}
}

// waits counts what is done for the storm while somebody else waits. A busy
// machine makes everybody wait, and does nothing for the storm either.
func (s *storm) waits(wait func()) {
	begin, before := time.Now(), s.changes()
	wait()
	s.worst, s.most = max(s.worst, time.Since(begin)), max(s.most, s.changes()-before)
}

// changes counts the subscriptions that have come and gone.
func (s *storm) changes() uint64 {
	s.f.board.mu.Lock()
	defer s.f.board.mu.Unlock()
	return s.f.board.generation
}

// newcomer connects, is served, and goes; nothing of it is left in the test.
func (s *storm) newcomer() {
	conn, err := net.DialTimeout("tcp", s.f.Addrs().Backend[0].String(), zmtptest.Patience)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(zmtptest.Patience))
	if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: zmtp.SUB}); err != nil {
		s.t.Fatal(err)
	}
	if _, err := conn.Write(zmtp.AppendPing(nil, 0, nil)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 16)); err != nil {
		s.t.Fatal(err)
	}
}

// Some clients subscribe to as much as they may, one to more, and one publisher
// reads what it is told and one does not. Nobody else waits for long, and nothing
// is left of it.
func TestAStormOfSubscriptionsStallsNobody(t *testing.T) {
	f := start(t, Config{})
	s := &storm{t: t, f: f, p: startPair(t, f)}
	for _, conn := range []net.Conn{s.p.pub, s.p.sub} {
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
	}
	drained := publisherOf(t, f)
	_ = drained.SetDeadline(time.Now().Add(time.Minute))
	var draining sync.WaitGroup
	defer draining.Wait()
	defer drained.Close()
	draining.Go(func() {
		for buf := make([]byte, 64<<10); ; {
			if _, err := drained.Read(buf); err != nil {
				return
			}
		}
	})
	quota := f.limits.Subscriptions
	var left [2]uint64
	for round := range left {
		s.breaks(quota/4, quota/4, quota/4, quota/4, quota+1)
		zmtptest.Eventually(t, "who wants too much is cut", func() bool { return f.Stats().Subscriptions == quota+1 })
		s.ends()
		left[round] = heap()
	}
	if grown := int64(left[1]) - int64(left[0]); grown > 1<<20 {
		t.Errorf("the second round left %d bytes", grown)
	}
	if s.most > mostMeanwhile {
		t.Errorf("somebody waited for %d subscriptions of others", s.most)
	}
	t.Logf("the longest wait was %v, and for %d subscriptions; %d KiB are left", s.worst, s.most, left[1]>>10)
}
