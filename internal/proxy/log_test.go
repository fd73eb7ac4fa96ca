package proxy

import (
	"bytes"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

func TestDropsAreLoggedOnceInTenSeconds(t *testing.T) {
	x := newSwitchboard(Limits{QueueMessages: 1}.orDefaults(), silentTap{}, nil)
	s := x.attachSink("slow")
	x.attachSink("good")
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	now := time.Now()
	lines := func(at time.Duration) string {
		defer out.Reset()
		x.logDrops(now.Add(at), log)
		return out.String()
	}
	lose := func(n int) { s.push(nil, bytes.Repeat(zmtptest.Wire("t"), n), n) }
	lose(4) // the first one fits
	if got := lines(0); !strings.Contains(got, "subscriber=slow messages=3\n") || strings.Count(got, "\n") != 1 {
		t.Errorf("at first: %q", got)
	}
	lose(5)
	if got := lines(9 * time.Second); got != "" {
		t.Errorf("after 9 s: %q", got)
	}
	lose(2)
	if got := lines(10 * time.Second); !strings.Contains(got, "messages=7\n") {
		t.Errorf("after 10 s: %q", got)
	}
	if got := lines(time.Minute); got != "" {
		t.Errorf("with nothing new: %q", got)
	}
}

func TestDropsOfACrowdDoNotFloodTheLog(t *testing.T) {
	x := newSwitchboard(Limits{QueueMessages: 1}.orDefaults(), silentTap{}, nil)
	const many = 10 * dropLines
	for range many {
		x.attachSink("slow").push(nil, bytes.Repeat(zmtptest.Wire("t"), 3), 3)
	}
	lines := &countingWriter{word: "messages=2"}
	log := slog.New(slog.NewTextHandler(lines, nil))
	for look := range int64(12) {
		x.logDrops(time.Now(), log)
		if n, want := lines.n.Load(), min(dropLines*(look+1), many); n != want {
			t.Errorf("%d lines after %d looks, want %d", n, look+1, want)
		}
	}
}

// What a subscriber lost is known after it has left, of the last of them.
func TestDepartedSubscribersAreRememberedWithABound(t *testing.T) {
	x := newSwitchboard(Limits{QueueMessages: 1}.orDefaults(), silentTap{}, nil)
	for i := range departedNames + 5 {
		s := x.attachSink(strings.Repeat("x", i+1))
		s.push(nil, bytes.Repeat(zmtptest.Wire("t"), 3), 3)
		drain(s.outbox)
		x.detachSink(s)
	}
	st := x.stats()
	if len(st.Drops) != departedNames || st.Dropped != 2*(departedNames+5) || st.Out.Messages != departedNames+5 {
		t.Errorf("%d names, %d dropped, %d sent", len(st.Drops), st.Dropped, st.Out.Messages)
	}
	if st.Drops[strings.Repeat("x", departedNames+5)] != 2 || st.Drops["x"] != 0 {
		t.Error("not the last are remembered")
	}
}

// countingWriter counts the writes that contain a word.
type countingWriter struct {
	word string
	n    atomic.Int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(c.word)) {
		c.n.Add(1)
	}
	return len(b), nil
}

func TestACrowdThatFallsSilentIsLoggedInALine(t *testing.T) {
	t.Parallel()
	lines := &countingWriter{word: "silent"}
	f := start(t, Config{
		Log:    slog.New(slog.NewTextHandler(lines, nil)),
		Limits: Limits{PingEvery: 100 * time.Millisecond, Silence: 500 * time.Millisecond},
	})
	for range 50 {
		zmtptest.Connect(t, f.Addrs().Frontend[0], zmtp.PUB, 1)
	}
	zmtptest.Eventually(t, "all are cut", func() bool { return f.Stats().Publishers == 0 })
	if n := lines.n.Load(); n < 1 || n > 5 {
		t.Errorf("%d lines for 50 peers", n)
	}
}
