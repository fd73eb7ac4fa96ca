package proxy

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// closedAtOnce reports whether the other end closes a connection before it has sent
// a whole greeting.
func closedAtOnce(p *zmtptest.Peer) bool {
	var greeting [zmtp.GreetingSize]byte
	_, err := io.ReadFull(p, greeting[:])
	return err != nil
}

func TestOneConnectionTooManyIsClosedAtOnce(t *testing.T) {
	lines := &countingWriter{word: "--max-connections"}
	f := start(t, Config{Limits: Limits{Connections: 4}, Log: slog.New(slog.NewTextHandler(lines, nil))})
	p := startPair(t, f)
	third := subscriberOf(t, f, "x")
	subscriberOf(t, f, "y")
	for range 10 {
		if !closedAtOnce(zmtptest.Dial(t, f.Addrs().Backend[0])) {
			t.Fatal("one too many was let in")
		}
		p.relays()
	}
	if n := lines.n.Load(); n < 1 || n > 3 {
		t.Errorf("%d lines name the limit", n)
	}
	_ = third.Close()
	zmtptest.Eventually(t, "there is a place again", func() bool {
		return !closedAtOnce(zmtptest.Dial(t, f.Addrs().Backend[0]))
	})
	p.relays()
}

func TestASilentNewcomerMakesRoom(t *testing.T) {
	t.Parallel()
	f := start(t, Config{Limits: Limits{Connections: 4, Handshake: time.Hour}})
	p := startPair(t, f)
	first := zmtptest.Dial(t, f.Addrs().Backend[0])
	if closedAtOnce(first) {
		t.Fatal("there was room for two")
	}
	second := zmtptest.Dial(t, f.Addrs().Frontend[0])
	if closedAtOnce(second) { // else a third may come before it, and need no room
		t.Fatal("there was no room for the second")
	}
	zmtptest.Eventually(t, "one more is let in", func() bool {
		return !closedAtOnce(zmtptest.Dial(t, f.Addrs().Backend[0]))
	})
	first.WantClosed()
	p.relays()
}

// Peers that no message passes to or from make room, the least used first, and
// never one that is in use.
func TestAnIdlePeerMakesRoom(t *testing.T) {
	t.Parallel()
	lines := &countingWriter{word: "makes room"}
	f := start(t, Config{Limits: Limits{Connections: 6}, Log: slog.New(slog.NewTextHandler(lines, nil))})
	f.sessions.mu.Lock()
	f.sessions.spare = 300 * time.Millisecond
	f.sessions.mu.Unlock()
	idle := []*zmtptest.Peer{subscriberOf(t, f, "x"), publisherOf(t, f)}
	zmtptest.Eventually(t, "the publisher is there before those that come now", func() bool { return f.sessions.count(frontend) == 1 })
	idle = append(idle, subscriberOf(t, f, "y"), subscriberOf(t, f, "z"))
	p := startPair(t, f)
	for i := range idle {
		zmtptest.Eventually(t, "a newcomer is let in", func() bool {
			p.relays()
			newcomer := zmtptest.Dial(t, f.Addrs().Backend[0])
			if closedAtOnce(newcomer) {
				return false
			}
			t.Cleanup(func() { _ = newcomer.Close() })
			_, err := newcomer.Write(zmtp.Greeting{Major: 3, Minor: 0, Mechanism: "NULL"}.Append(nil))
			if err == nil {
				_, err = newcomer.Write(zmtp.AppendCommand(nil, zmtp.CommandReady, zmtp.Metadata{SocketType: zmtp.SUB}.Append(nil)))
			}
			if err != nil {
				return false
			}
			_, err = zmtp.NewReader(newcomer, zmtp.DefaultLimits).Read() // READY: it is a newcomer no longer
			return err == nil
		})
		idle[i].WantClosed()
	}
	p.relays()
	if lines.n.Load() == 0 {
		t.Error("nothing is logged")
	}
}

// A quiet appliance is there for longer than those who came to do nothing.
func TestWhoHasPassedMessagesIsSparedLast(t *testing.T) {
	now := time.Now()
	sess := func(name string, passed uint64, idle time.Duration) *session {
		s := &session{name: name, queue: newUpstream(DefaultLimits, nil, testBudget())}
		s.passed.Store(passed)
		s.usage = usage{passed: passed, at: now.Add(-idle)}
		return s
	}
	ss := sessions{spare: time.Minute, all: make(map[*session]struct{})}
	for _, s := range []*session{
		sess("rare", 9, 3*time.Hour), sess("rarer", 1, 4*time.Hour), sess("busy", 9, time.Second),
		sess("new", 0, time.Second), sess("crowd", 0, 2*time.Minute), sess("older", 0, time.Hour),
	} {
		ss.all[s] = struct{}{}
	}
	for _, want := range []string{"older", "crowd", "rarer", "rare", ""} {
		got := ""
		if s := ss.spareable(now); s != nil {
			got = s.name
		}
		if got != want {
			t.Errorf("%q is spared, want %q", got, want)
		}
	}
}
