package proxy

import (
	"bytes"
	"strings"
	"testing"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// startMonitored runs a forwarder with a monitor.
func startMonitored(t testing.TB, cfg Config) *Forwarder {
	t.Helper()
	cfg.Monitor = []string{"tcp://127.0.0.1:0"}
	return start(t, cfg)
}

// listenerOf connects to the monitor and returns once its subscriptions count.
func listenerOf(t testing.TB, f *Forwarder, prefixes ...string) *zmtptest.Peer {
	t.Helper()
	p := zmtptest.Connect(t, f.Addrs().Monitor[0], zmtp.SUB, 0)
	p.Subscribe(prefixes...)
	return p
}

func TestTheMonitorRepeatsWhatPasses(t *testing.T) {
	f := startMonitored(t, Config{Tap: speakingTap{}})
	all, in, out := listenerOf(t, f, ""), listenerOf(t, f, "in"), listenerOf(t, f, "out")

	sub := subscriberOf(t, f, "t")
	other := subscriberOf(t, f, "t") // the second of one prefix changes nothing upstream
	pub := publisherOf(t, f)
	pub.Want("\x01t")
	large := strings.Repeat("x", 300<<10)
	messages := []string{"t|1", "t", "|", "nobody|2", "t|" + large + "|end", "t|3"}
	var said []byte
	for _, m := range messages {
		said = append(said, zmtptest.Wire(strings.Split(m, "|")...)...)
	}
	pub.Say(said)
	sub.Want("t|1", "t", "t|"+large+"|end", "t|3")
	local := f.Attach("a part of the program")
	if err := local.Publish([][]byte{[]byte("local"), []byte("4")}); err != nil {
		t.Fatal(err)
	}
	local.Close() // whose will is spoken
	messages = append(messages, "local|4", "will|of a peer")
	_ = sub.Close()
	_ = other.Close()

	for _, m := range messages {
		in.Want("in|" + m)
	}
	out.Want("out|\x01t", "out|\x00t")
	all.Want("out|\x01t")
	var heard []string
	for range len(messages) + 1 { // when the subscribers are found gone is open
		heard = append(heard, all.Receive())
	}
	if got := strings.Join(heard, "\n"); strings.Count(got, "in|") != len(messages) || strings.Count(got, "out|\x00t") != 1 {
		t.Errorf("all that was heard: %.200q", got)
	}
	if st := f.Stats(); st.Listeners != 3 || st.MonitorDropped != 0 || st.Subscriptions != 0 {
		t.Errorf("%+v", st)
	}
}

// speakingTap has a will for every peer in this process.
type speakingTap struct{ silentTap }

func (speakingTap) Gone(peer PeerID, publish func(Raw)) bool {
	publish(NewRaw([][]byte{[]byte("will"), []byte("of a peer")}))
	return false
}

// A listener that does not read loses messages of its own, counted, and neither
// the proxy nor another listener loses any.
func TestAStoppedListenerCostsTheOthersNothing(t *testing.T) {
	const total, batch = 10_000, 100
	f := startMonitored(t, Config{Limits: Limits{QueueBytes: 1 << 20}})
	stopped, good := listenerOf(t, f, "in"), listenerOf(t, f, "")
	sub, pub := subscriberOf(t, f, "t"), publisherOf(t, f)
	good.Want("out|\x01t")
	message := zmtptest.Wire("t", strings.Repeat("x", 1000))
	for range total / batch {
		pub.Say(bytes.Repeat(message, batch))
		for range batch {
			sub.Receive()
			good.Receive()
		}
	}
	zmtptest.Eventually(t, "the drops are counted", func() bool { return f.Stats().MonitorDropped > 0 })
	drops := f.Stats().MonitorDropped
	zmtptest.Eventually(t, "the proxy itself has passed all", func() bool {
		st := f.Stats()
		return st.Dropped == 0 && st.Out.Messages == total
	})
	for range total - drops {
		stopped.Receive()
	}
}

// What a listener does not take of large messages is the monitor's matter: it has
// no share in what may wait for the subscribers.
func TestAStoppedListenerTakesNoRoomFromSubscribers(t *testing.T) {
	f := startMonitored(t, Config{Limits: Limits{QueueTotal: 8 << 20}})
	listenerOf(t, f, "in") // it reads nothing
	sub, pub := subscriberOf(t, f, "t"), publisherOf(t, f)
	large := strings.Repeat("x", 1<<20)
	for range 40 {
		pub.Send("t", large)
		sub.Want("t|" + large)
	}
	zmtptest.Eventually(t, "nothing is left of what was read", func() bool { return f.board.waiting.used.Load() == 0 })
	if f.monitor.board.waiting.used.Load() == 0 || f.Stats().MonitorDropped == 0 {
		t.Error("the listener did take it all")
	}
}

func TestAMonitorThatCannotListen(t *testing.T) {
	taken := startMonitored(t, Config{}).Addrs().Monitor[0].String()
	_, err := New(Config{Frontend: []string{"tcp://127.0.0.1:0"}, Monitor: []string{"tcp://" + taken}})
	if err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("error %v, want one about %s", err, taken)
	}
}
