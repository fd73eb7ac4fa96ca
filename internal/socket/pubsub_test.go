package socket_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"homebus/internal/socket"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// subscribed waits until pub sends s what begins with topic.
func subscribed(t testing.TB, pub *socket.Pub, s *socket.Sub, topic string) {
	t.Helper()
	zmtptest.Eventually(t, "the subscription counts", func() bool {
		send(t, pub, topic, "are you there")
		m, err := s.Recv(ended())
		return err == nil && string(m[0]) == topic
	})
	send(t, pub, topic, "that was all")
	for receive(t, s) != topic+"|that was all" {
	}
}

func TestSubFilters(t *testing.T) {
	pub, sub := closing(t, socket.NewPub(quiet())), closing(t, socket.NewSub(quiet()))
	send(t, pub, "a", "to nobody")
	sub.Subscribe("a/", "b", "b")
	connect(t, sub, bind(t, pub))
	subscribed(t, pub, sub, "b")
	send(t, pub, "a")
	send(t, pub, "a/1", "x")
	send(t, pub, "c")
	send(t, pub, "bc", "", "y")
	want(t, sub, "a/1|x", "bc||y")
	sub.Unsubscribe("b") // it was subscribed to twice
	send(t, pub, "b")
	want(t, sub, "b")
	sub.Unsubscribe("b", "unknown")
	send(t, pub, "b")
	sub.Subscribe("d")
	subscribed(t, pub, sub, "d")
}

func TestSubSubscribesAgain(t *testing.T) {
	sub := closing(t, socket.NewSub(quiet()))
	sub.Subscribe("a")
	where := ""
	for round := range 3 {
		pub := closing(t, socket.NewPub(quiet()))
		if round == 0 {
			where = bind(t, pub)
			connect(t, sub, where)
		} else if _, err := pub.Bind(where); err != nil {
			t.Fatal(err)
		}
		subscribed(t, pub, sub, "a")
		_ = pub.Close(ended())
	}
}

// Both forms are understood, from whomever; a peer holds a topic once.
func TestPubUnderstandsBothForms(t *testing.T) {
	pub := closing(t, socket.NewPub(quiet()))
	where := bind(t, pub)
	forms := map[string]func(bool, string) []byte{
		"messages": func(subscribe bool, topic string) []byte {
			return zmtp.AppendSubscription(nil, subscribe, []byte(topic))
		},
		"commands": func(subscribe bool, topic string) []byte {
			if subscribe {
				return zmtp.AppendCommand(nil, zmtp.CommandSubscribe, []byte(topic))
			}
			return zmtp.AppendCommand(nil, zmtp.CommandCancel, []byte(topic))
		},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			awaitPeers(t, pub, 0)
			peer := rawPeer(t, where, zmtp.SUB)
			peer.Say(form(true, "a"))
			peer.Say(form(true, "a"))
			peer.Say(form(true, "ab"))
			peer.Say(form(false, "unknown"))
			peer.Barrier()
			send(t, pub, "abc", "once")
			send(t, pub, "x")
			peer.Want("abc|once")
			peer.Say(form(false, "a"))
			peer.Barrier()
			send(t, pub, "a")
			send(t, pub, "ab", "still")
			peer.Want("ab|still")
		})
	}
	awaitPeers(t, pub, 0)
	send(t, pub, "ab", "to nobody")
	if st := pub.Stats(); st.Waiting != 0 || st.Dropped != 0 {
		t.Errorf("%+v", st)
	}
}

// What one message came in is used for another when nobody is sent the first any more, and
// not before.
func TestPubSendsEachWhatWasPublished(t *testing.T) {
	pub := closing(t, socket.NewPub(quiet()))
	where := bind(t, pub)
	const subs, messages = 3, 3000
	var hears [subs]*socket.Sub
	for i := range hears {
		hears[i] = closing(t, socket.NewSub(quiet()))
		hears[i].Subscribe("t")
		connect(t, hears[i], where)
		subscribed(t, pub, hears[i], "t")
	}
	leaver := rawPeer(t, where, zmtp.SUB)
	leaver.Subscribe("t")
	for from := 0; from < messages; from += 300 {
		for n := from; n < from+300; n++ {
			send(t, pub, "t", fmt.Sprintf("%0100d", n))
		}
		if from == messages/2 {
			_ = leaver.Close() // with whatever it has not read
		}
		for _, sub := range hears {
			for n := from; n < from+300; n++ {
				for got := ""; got != fmt.Sprintf("t|%0100d", n); {
					if got = receive(t, sub); strings.HasPrefix(got, "t|0") && got != fmt.Sprintf("t|%0100d", n) {
						t.Fatalf("got %q, want message %d", got, n)
					}
				}
			}
		}
	}
}

// A slow subscriber loses its own newest messages, whole and counted.
func TestPubDropsTheNewest(t *testing.T) {
	cfg := quiet()
	cfg.HWM = 10
	pub := closing(t, socket.NewPub(cfg))
	where := bind(t, pub)
	slow, good := rawPeer(t, where, zmtp.SUB), rawPeer(t, where, zmtp.SUB)
	slow.Subscribe("")
	good.Subscribe("")
	big := strings.Repeat("x", 1<<20)
	sent := 0
	for ; pub.Stats().Dropped < 5; sent++ {
		send(t, pub, fmt.Sprint(sent), big)
		good.Want(fmt.Sprint(sent) + "|" + big)
	}
	kept := sent - int(pub.Stats().Dropped)
	for i := range kept {
		slow.Want(fmt.Sprint(i) + "|" + big)
	}
	zmtptest.Eventually(t, "all is written", func() bool { return pub.Stats().Waiting == 0 })
	if st := pub.Stats(); st.Out.Messages != uint64(sent+kept) {
		t.Errorf("%d and %d messages: %+v", sent, kept, st)
	}
}

func TestPubCutsTheGreedy(t *testing.T) {
	cfg := quiet()
	cfg.Subscriptions, cfg.SubscriptionBytes, cfg.SubscriptionTotal = 3, 10, 20
	for name, topics := range map[string][]string{
		"too many":    {"1", "2", "3", "4"},
		"too long":    {"12345678901"},
		"too much":    {"1234567890", "2345678901", "3"},
		"as allowed":  {"1234567890", "234567890", "3"},
		"held before": {"1", "2", "3", "1", "2", "3"},
	} {
		t.Run(name, func(t *testing.T) {
			pub := closing(t, socket.NewPub(cfg))
			peer := rawPeer(t, bind(t, pub), zmtp.SUB)
			for _, topic := range topics {
				peer.Say(zmtp.AppendSubscription(nil, true, []byte(topic)))
			}
			if strings.HasPrefix(name, "too") {
				peer.WantClosed()
			} else {
				peer.Barrier()
			}
		})
	}
}

// A bound SUB tells whoever comes; what it was sent unasked it passes over.
func TestSubAtAStrangePublisher(t *testing.T) {
	sub := closing(t, socket.NewSub(quiet()))
	sub.Subscribe("a")
	where := bind(t, sub)
	peer := rawPeer(t, where, zmtp.XPUB)
	peer.Want("\x01a")
	peer.Send("unasked")
	peer.Send("a", "asked")
	want(t, sub, "a|asked")
	sub.Subscribe("b")
	sub.Unsubscribe("a")
	peer.Want("\x01b", "\x00a")
	if st := sub.Stats(); st.Unwanted != 1 || st.In.Messages != 1 {
		t.Errorf("%+v", st)
	}
}

// A publisher that does not read is cut when too many changes wait for it.
func TestSubBesideOneThatNeverReads(t *testing.T) {
	sub := closing(t, socket.NewSub(quiet()))
	where := bind(t, sub)
	addr, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(where, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	zmtptest.Connect(t, addr, zmtp.PUB, 0)
	awaitPeers(t, sub, 1)
	long := strings.Repeat("x", 1<<20)
	for i := 0; sub.Stats().Peers > 0; i++ {
		sub.Subscribe(long)
		sub.Unsubscribe(long)
		if i == 100 {
			t.Fatal("it was sent 200 MiB of subscriptions")
		}
	}
}

func TestEveryCallAfterClose(t *testing.T) {
	sub, pub := socket.NewSub(quiet()), socket.NewPub(quiet())
	for _, s := range []endpoints{sub, pub} {
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		_, bindErr := s.Bind("tcp://127.0.0.1:0")
		if connectErr := s.Connect("tcp://127.0.0.1:1"); !errors.Is(connectErr, socket.ErrClosed) || bindErr == nil {
			t.Errorf("Bind: %v, Connect: %v", bindErr, connectErr)
		}
	}
	sub.Subscribe("x")
	_, recvErr := sub.Recv(t.Context())
	sendErr := pub.Send(t.Context(), message("x"))
	if !errors.Is(recvErr, socket.ErrClosed) || !errors.Is(sendErr, socket.ErrClosed) {
		t.Errorf("Recv: %v, Send: %v", recvErr, sendErr)
	}
}

// A peer may subscribe in one form and cancel in the other, and means the order.
func TestPubMindsTheOrderOfBothForms(t *testing.T) {
	t.Parallel()
	pub := closing(t, socket.NewPub(quiet()))
	peer := rawPeer31(t, bind(t, pub), zmtp.SUB)
	said := zmtp.AppendSubscription(nil, true, []byte("a"))
	said = zmtp.AppendCommand(said, zmtp.CommandCancel, []byte("a"))
	said = zmtp.AppendCommand(said, zmtp.CommandSubscribe, []byte("b"))
	peer.Say(said)
	zmtptest.Eventually(t, "it is subscribed", func() bool {
		send(t, pub, "b")
		return pub.Stats().Out.Messages > 0
	})
	send(t, pub, "a")
	send(t, pub, "b, the last")
	for got := ""; got != "b, the last"; {
		if got = peer.Receive(); got == "a" {
			t.Fatal("it has cancelled that")
		}
	}
}
