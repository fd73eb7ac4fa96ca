package proxy

import (
	"bytes"
	"context"
	"log/slog"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// While a forwarder is paused publishers wait, nobody is cut, and nothing is lost.
func TestPauseLosesNothing(t *testing.T) {
	t.Parallel()
	const total = 20_000
	f := start(t, Config{Limits: Limits{PingEvery: 100 * time.Millisecond, Silence: 400 * time.Millisecond}})
	sub := zmtptest.Connect(t, f.Addrs().Backend[0], zmtp.SUB, 0)
	sub.Subscribe("t")
	pub := zmtptest.Connect(t, f.Addrs().Frontend[0], zmtp.PUB, 1)
	pub.Want("\x01t")
	pub.Send("t", "first")
	sub.Want("t|first")

	f.Pause()
	f.Pause()
	before := f.Stats().In
	sent := make(chan error, 1)
	go func() {
		_, err := pub.Write(bytes.Repeat(zmtptest.Wire("t", strings.Repeat("x", 1000)), total))
		sent <- err
	}()
	begin, pings := time.Now(), 0
	for pings < 4 { // one each time the sessions are looked at: longer than Silence
		if c := pub.Command(); c.Name == zmtp.CommandPing {
			pings++
		}
	}
	if waited := time.Since(begin); waited < 400*time.Millisecond {
		t.Errorf("four PINGs within %v", waited)
	}
	late := subscriberOf(t, f, "late") // subscriptions go on
	pub.Want("\x01late")
	select {
	case err := <-sent:
		t.Errorf("all of %d MB was taken from the publisher: %v", total/1000, err)
	default: // it waits
	}
	if in := f.Stats().In; in != before {
		t.Errorf("%d messages passed", in.Messages-before.Messages)
	}
	local := f.Attach("a part of the program")
	if err := local.Publish([][]byte{[]byte("late")}); err != nil {
		t.Fatal(err)
	}
	local.Close()
	late.Want("late")

	f.Resume()
	f.Resume()
	for range total {
		sub.Receive()
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// A publisher that ends while the forwarder is paused has said what it said.
func TestAPublisherLeavesDuringAPause(t *testing.T) {
	f := start(t, Config{})
	sub, pub := subscriberOf(t, f, "t"), publisherOf(t, f)
	pub.Want("\x01t")
	f.Pause()
	pub.Send("t", "last words")
	_ = pub.Close()
	f.Resume()
	sub.Want("t|last words")
}

// While publishers wait for the end of a pause, one that had nothing to say is found to be
// gone, and one that takes its time is told of subscriptions.
func TestPublishersComeAndGoDuringAPause(t *testing.T) {
	f := start(t, Config{})
	pub, silent := publisherOf(t, f), publisherOf(t, f)
	zmtptest.Eventually(t, "the publishers are in", func() bool { return f.Stats().Publishers == 2 })
	f.Pause()
	pub.Send("t", "later")
	other := publisherOf(t, f)
	other.Send("t", "later too")
	zmtptest.Eventually(t, "a publisher waits", func() bool { return f.Stats().Publishers == 3 && waits() })
	_ = silent.Close()
	zmtptest.Eventually(t, "who said nothing is gone", func() bool { return f.Stats().Publishers == 2 })
	sub := subscriberOf(t, f, "t")
	pub.Want("\x01t")
	f.Resume()
	for range 2 {
		if got := sub.Receive(); !strings.HasPrefix(got, "t|later") {
			t.Errorf("received %q", got)
		}
	}
	pub.Send("t", "again")
	sub.Want("t|again")
}

// Who is cut while it waits for the end of a pause, to make room or because it has vanished,
// is gone at once.
func TestAWaitingPublisherCanBeCut(t *testing.T) {
	f := start(t, Config{})
	pub := publisherOf(t, f)
	f.Pause()
	pub.Send("t")
	zmtptest.Eventually(t, "it waits", waits)
	f.sessions.mu.Lock()
	f.sessions.spare = 0
	f.sessions.mu.Unlock()
	if !f.makeRoom(time.Now()) {
		t.Fatal("nobody can be spared")
	}
	zmtptest.Eventually(t, "it is gone", func() bool { return f.Stats().Publishers == 0 })
	if in := f.Stats().In; in.Messages != 0 {
		t.Errorf("%d messages passed", in.Messages)
	}
}

// waits reports whether a goroutine waits for the end of a pause.
func waits() bool {
	var all bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&all, 2)
	return strings.Contains(all.String(), ".mayPass(")
}

func TestAPausedForwarderEnds(t *testing.T) {
	f, err := New(Config{Frontend: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	f.Pause()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	publisherOf(t, f).Send("t")
	zmtptest.Eventually(t, "the publisher is in", func() bool { return f.Stats().Publishers == 1 })
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(zmtptest.Patience):
		t.Error("Run did not end")
	}
}

func TestStatistics(t *testing.T) {
	f := start(t, Config{Wants: []string{"pinned"}})
	one, two := subscriberOf(t, f, "abc"), subscriberOf(t, f, "abc")
	pub := publisherOf(t, f)
	pub.Send("abc", "", "12345")
	pub.Send(strings.Repeat("x", 300)) // for nobody
	pub.Send("abc", strings.Repeat("y", 300<<10))
	for _, sub := range []*zmtptest.Peer{one, two} {
		sub.Receive()
		sub.Receive()
		_ = sub.Close()
	}
	zmtptest.Eventually(t, "the subscribers are gone", func() bool { return f.Stats().Subscriptions == 0 })
	passed, told := Count{3, 8 + 300 + 3 + 300<<10}, Count{2, 4 + 4}
	want := Statistics{Frontend: SideStatistics{Received: passed, Sent: told}, Backend: SideStatistics{Received: told, Sent: passed}}
	if got := f.Statistics(); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// What was passed before a pause is written, however long that lasts.
func TestAPauseKeepsNobodyWaiting(t *testing.T) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	o, w := newOutbox(DefaultLimits, x.waiting), &handWriter{}
	o.staff(w)
	turn := x.turn()
	turn.courier = &courier{}
	o.push(turn.courier, zmtptest.Wire("t"), 1)
	x.resumed = make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := turn.mayPass(ctx); err == nil {
		t.Error("it may pass")
	}
	if w.carried != 1 {
		t.Error("what was passed before the pause waits for its end")
	}
	turn.end()
}
