package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// laboriousTap takes its time for what begins with "slow", and counts it, until it rests.
type laboriousTap struct {
	done  atomic.Int64
	rests atomic.Bool
}

// startLaborious starts a forwarder with a tap that rests when the test is over, before the
// forwarder ends.
func startLaborious(t *testing.T) (*Forwarder, *laboriousTap) {
	t.Helper()
	tap := &laboriousTap{}
	f := start(t, Config{Tap: tap})
	t.Cleanup(func() { tap.rests.Store(true) })
	return f, tap
}

func (l *laboriousTap) labour() {
	for begin := time.Now(); time.Since(begin) < turnTime && !l.rests.Load(); {
	}
	l.done.Add(1)
}

func (l *laboriousTap) Subscribed(prefix []byte, _ func(Raw)) {
	if bytes.HasPrefix(prefix, []byte("slow")) {
		l.labour()
	}
}

func (l *laboriousTap) Much(prefix []byte) bool { return bytes.HasPrefix(prefix, []byte("slow")) }

func (l *laboriousTap) Watch(topic []byte) Watcher {
	if bytes.HasPrefix(topic, []byte("slow")) {
		return laboriousWatcher{l}
	}
	return nil
}

func (l *laboriousTap) Gone(PeerID, func(Raw)) (more bool) {
	l.labour()
	return l.done.Load()%1000 != 0 && !l.rests.Load()
}

type laboriousWatcher struct{ tap *laboriousTap }

func (w laboriousWatcher) Message(PeerID, Raw) { w.tap.labour() }

// However much a peer says at once, the others wait for a turn of it.
func TestOthersGetTheirTurn(t *testing.T) {
	var subscriptions, messages []byte
	for i := range 500 {
		subscriptions = append(subscriptions, zmtp.AppendSubscription(nil, true, fmt.Appendf(nil, "slow%03d", i))...)
	}
	for range 500 {
		messages = append(messages, zmtptest.Wire("slow")...)
	}
	for name, say := range map[string]func(*testing.T, *Forwarder){
		"subscriptions": func(t *testing.T, f *Forwarder) { subscriberOf(t, f).Say(subscriptions) },
		"messages":      func(t *testing.T, f *Forwarder) { publisherOf(t, f).Say(messages) },
		"wills":         func(t *testing.T, f *Forwarder) { _ = publisherOf(t, f).Close() },
	} {
		t.Run(name, func(t *testing.T) {
			f, tap := startLaborious(t)
			p := startPair(t, f)
			say(t, f)
			zmtptest.Eventually(t, "the labour begins", func() bool { return tap.done.Load() > 0 })
			before := tap.done.Load()
			for range 3 {
				p.relays()
			}
			if n := tap.done.Load() - before; n > 300 {
				t.Errorf("the others had to wait for %d things", n)
			}
		})
	}
}

// What a subscriber has still said is of no interest once it is gone: nobody's
// leaving, and not the end of the program, waits for it.
func TestWhoeverIsCutIsNotServedAnyMore(t *testing.T) {
	f, tap := startLaborious(t)
	here, there := net.Pipe()
	defer there.Close()
	s := subscriber{session: &session{conn: here}, board: f.board, sink: f.board.attachSink("s")}
	for i := range 50 {
		s.inbox.to += copy(s.inbox.room(), zmtp.AppendSubscription(nil, true, fmt.Appendf(nil, "slow%04d", i)))
	}
	s.close()
	if err := s.serve(); !errors.Is(err, net.ErrClosed) || tap.done.Load() > 1 {
		t.Errorf("%d subscriptions were served, then %v", tap.done.Load(), err)
	}
}

// crowding are peers that have all said a slow subscription, and wait for their turn;
// the switchboard's lock is held.
func crowding(t *testing.T, f *Forwarder, n int) (all []*zmtptest.Peer) {
	for range n {
		all = append(all, subscriberOf(t, f))
	}
	f.board.mu.Lock()
	for _, p := range all {
		p.Say(zmtp.AppendSubscription(nil, true, []byte("slow")))
	}
	stacks := make([]byte, 1<<20)
	zmtptest.Eventually(t, "all wait", func() bool {
		return bytes.Count(stacks[:runtime.Stack(stacks, true)], []byte("(*subscriber).serve(")) == n
	})
	return all
}

// However many subscribers want much at once, a publisher waits for a few of them.
func TestPublishersDoNotWaitForACrowd(t *testing.T) {
	f, tap := startLaborious(t)
	p := startPair(t, f)
	const many = 100
	crowding(t, f, many)
	f.board.mu.Unlock()
	p.relays()
	if n := tap.done.Load(); n > many/2 {
		t.Errorf("the pair had to wait for %d of %d subscribers", n, many)
	}
}

// Nothing is done for who has left before its turn came.
func TestWhoHasLeftIsNotServedAnyMore(t *testing.T) {
	if !canSeeDrain {
		t.Skip("this system does not say who has left")
	}
	f, tap := startLaborious(t)
	for _, p := range crowding(t, f, 20) {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	for began := time.Now(); time.Since(began) <= longWait; {
	}
	f.board.mu.Unlock()
	zmtptest.Eventually(t, "all have gone", func() bool { return f.Stats().Subscribers == 0 })
	if n := tap.done.Load(); n > 0 {
		t.Errorf("%d were served", n)
	}
}

// A remembered route may hold a subscriber that has left, but not all that it
// wanted.
func TestWhoHasLeftIsSmall(t *testing.T) {
	f := start(t, Config{})
	s := f.board.attachSink("s")
	f.board.mu.Lock()
	for i := range 1000 {
		if err := f.board.subscribe(s, fmt.Append(nil, i)); err != nil {
			t.Error(err)
		}
	}
	f.board.mu.Unlock()
	f.board.detachSink(s)
	if s.held != nil || f.Stats().Subscriptions != 0 {
		t.Errorf("%d subscriptions are left", f.Stats().Subscriptions)
	}
}

// Who leaves with very many subscriptions, and who is to be told of them, lets the
// others in meanwhile. On a busy machine these may miss it a few times.
func TestComingAndLeavingTakeTurns(t *testing.T) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	const many = 50_000
	var s *sink
	arrive := func() {
		s = x.attachSink("s")
		for i := range many {
			if err := x.subscribe(s, fmt.Append(nil, i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tt := range []struct {
		what    string
		do      func()
		halfway func() bool
	}{
		{"a subscriber leaves", func() { x.detachSink(s) }, func() bool {
			return 0 < x.subscriptions && x.subscriptions < many
		}},
		{"a publisher comes", func() { x.attachUpstream() }, func() bool {
			for u := range x.upstreams {
				if u.next != nil && u.next != x.demands.oldest {
					return true
				}
			}
			return false
		}},
	} {
		seen := false
		for range 20 {
			arrive()
			if seen = x.seenDuring(tt.do, tt.halfway); seen {
				break
			}
			x.detachSink(s) // once more does no harm
		}
		x.detachSink(s)
		if !seen {
			t.Errorf("%s: nobody had a turn meanwhile", tt.what)
		}
	}
}

// seenDuring reports whether somebody who takes the lock while do runs finds that
// it is halfway.
func (x *switchboard) seenDuring(do func(), halfway func() bool) (seen bool) {
	done := make(chan struct{})
	go func() { do(); close(done) }()
	for {
		x.mu.Lock()
		seen = seen || halfway()
		x.mu.Unlock()
		select {
		case <-done:
			return seen
		default:
		}
	}
}

// What a publisher has said is not kept back for long while it waits for more turns.
func TestWhoHasMuchToSayIsHeardMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newSwitchboard(DefaultLimits, silentTap{}, nil)
		o, w := newOutbox(DefaultLimits, x.waiting), &handWriter{}
		o.staff(w)
		c := &courier{}
		o.push(c, zmtptest.Wire("t"), 1)
		again := func() {
			turn := x.turn()
			turn.courier, turn.keep = c, true
			turn.end()
		}
		again()
		if w.carried != 0 {
			t.Error("it is written at once")
		}
		time.Sleep(keepBack)
		if again(); w.carried != 1 {
			t.Errorf("it is not written after %v", keepBack)
		}
	})
}

// A subscriber that sends many PINGs at once keeps the others of its event loop waiting for
// a few of them only.
func TestManyCommandsAreServedAside(t *testing.T) {
	x := newSwitchboard(DefaultLimits, silentTap{}, nil)
	for sent, want := range map[int]bool{1: false, turnStep: false, turnStep + 1: true, 10_000: true} {
		sink := x.attachSink("s")
		s := subscriber{session: &session{queue: sink}, board: x, sink: sink}
		ping := zmtp.AppendPing(nil, 0, nil)
		s.inbox.b = bytes.Repeat(ping, sent)
		s.inbox.to = len(s.inbox.b)
		if more, err := s.arrived(); more != want || err != nil || s.inbox.from != min(sent, turnStep)*len(ping) {
			t.Errorf("of %d PINGs %d are served at once, and more is %v, %v", sent, s.inbox.from/len(ping), more, err)
		}
		if err := s.serve(); err != nil || s.inbox.from != s.inbox.to {
			t.Errorf("of %d PINGs %d are served, %v", sent, s.inbox.from/len(ping), err)
		}
		if _, n, _, _ := sink.counts(); n != 0 || len(drain(sink.outbox)) != sent*len(zmtp.AppendPong(nil, nil)) {
			t.Errorf("%d PINGs are not answered", sent)
		}
	}
}
