package proxy

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// logged is a log to look into.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Whoever is cut off for a breach is named in one line with the flag that raises the
// limit.
func TestABreachIsLoggedWithItsFlag(t *testing.T) {
	greeting := string(zmtp.Greeting{Major: 3, Minor: 0, Mechanism: "NULL"}.Append(nil))
	subscription := func(n int) string { return string(zmtp.AppendSubscription(nil, true, make([]byte, n))) }
	frame := string(zmtp.AppendFrame(nil, make([]byte, 1000), true))
	for flag, c := range map[string]struct {
		as   zmtp.SocketType // none: says it instead of a handshake
		says string
	}{
		"--max-frame":           {zmtp.PUB, "\x02\x00\x00\x00\x00\x00\x00\x40\x00"},
		"--max-message":         {zmtp.PUB, strings.Repeat(frame, 5)},
		"--max-parts":           {zmtp.PUB, strings.Repeat("\x01\x00", 20)},
		"--max-topic":           {zmtp.SUB, subscription(200)},
		"--max-topics":          {zmtp.SUB, subscription(90) + subscription(89) + subscription(88)},
		"--max-subscriptions":   {zmtp.SUB, subscription(1) + subscription(2) + subscription(3) + subscription(4)},
		"--handshake-timeout":   {"", greeting},
		"--max-handshake-bytes": {"", greeting + strings.Repeat(string(zmtp.AppendCommand(nil, "X", make([]byte, 200))), 3)},
	} {
		t.Run(flag, func(t *testing.T) {
			var log logged
			f := start(t, Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Limits: Limits{
				Wire:          zmtp.Limits{Frame: 2000, Message: 4000, Parts: 10},
				Subscriptions: 3, SubscriptionBytes: 100, SubscriptionTotal: 200,
				Handshake: 200 * time.Millisecond, HandshakeBytes: 100,
			}})
			at := f.Addrs().Backend[0]
			if c.as == zmtp.PUB {
				at = f.Addrs().Frontend[0]
			}
			peer := zmtptest.Dial(t, at)
			if c.as != "" {
				peer = zmtptest.Connect(t, at, c.as, 0)
			}
			peer.Say([]byte(c.says))
			peer.WantClosed()
			zmtptest.Eventually(t, "it is logged", func() bool { return strings.Contains(log.String(), "("+flag+")") })
			if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), peer.LocalAddr().String()) {
				t.Errorf("%d lines: %s", n, log.String())
			}
		})
	}
}
