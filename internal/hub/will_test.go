package hub

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"homebus/internal/proxy"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

const (
	isOnline  = `{"online":true}`
	isOffline = `{"online":false}`
)

// wantWill fails the test unless the next message is the will of topic.
func wantWill(t *testing.T, sub *zmtptest.Peer, topic string) {
	t.Helper()
	got := sub.Receive()
	if !strings.HasPrefix(got, topic+`|{"online":false,"reason":"connection lost"}|{"id":"`) || !strings.Contains(got, `"from":"bus"`) {
		t.Errorf("got %q, want the will of %s", got, topic)
	}
}

// wantNothing fails the test if anything has come before what is sent now.
func wantNothing(t *testing.T, h *Hub, sub *zmtptest.Peer) {
	t.Helper()
	publisherOf(t, h).Send("online/marker", "x")
	sub.Want("online/marker|x")
}

func TestTheWillIsSpokenHoweverAConnectionEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(p *zmtptest.Peer){
		"close": func(p *zmtptest.Peer) { _ = p.Close() },
		"reset": func(p *zmtptest.Peer) { _ = p.Conn.(*net.TCPConn).SetLinger(0); _ = p.Close() },
		"within a message": func(p *zmtptest.Peer) {
			p.Say(zmtptest.Wire("online/a/b", isOffline)[:15])
			_ = p.Close()
		},
		"close of its half":  func(p *zmtptest.Peer) { _ = p.Conn.(*net.TCPConn).CloseWrite() },
		"protocol error":     func(p *zmtptest.Peer) { p.Say([]byte("\xff\xff")) },
		"ERROR":              func(p *zmtptest.Peer) { p.Say(zmtp.AppendCommand(nil, zmtp.CommandError, []byte("\x03500"))) },
		"a PING of one byte": func(p *zmtptest.Peer) { p.Say(zmtp.AppendCommand(nil, zmtp.CommandPing, []byte("x"))) },
		"a frame too long":   func(p *zmtptest.Peer) { p.Say([]byte("\x02\x7f\xff\xff\xff\xff\xff\xff\xff")) },
		"parts without end":  func(p *zmtptest.Peer) { p.Say(bytes.Repeat([]byte("\x01\x01x"), 2000)) },
		"its time to live": func(p *zmtptest.Peer) { // and then its silence, longer than that
			p.Say(zmtp.AppendPing(nil, 3, nil))
		},
		"silence": func(p *zmtptest.Peer) {}, // it announced 3.1 and answers no PING
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, Config{Limits: Limits{Proxy: proxy.Limits{PingEvery: 100 * time.Millisecond, Silence: time.Second}}})
			sub := subscriberOf(t, h, "online/")
			pub := zmtptest.Connect(t, h.Addrs().Frontend[0], zmtp.PUB, 1)
			pub.Send("online/a/b", isOnline)
			pub.Send("online/a/b", isOnline)
			pub.Send("online/a/polite", isOnline)
			pub.Send("online/a/polite", isOffline)
			sub.Want("online/a/b|"+isOnline, "online/a/b|"+isOnline, "online/a/polite|"+isOnline, "online/a/polite|"+isOffline)
			end(pub)
			wantWill(t, sub, "online/a/b")
			wantNothing(t, h, sub)
			late := joining(t, h)
			subscribe(late, "online/a/b")
			wantWill(t, late, "online/a/b") // it is the last value
		})
	}
}

func TestWhoHoldsTheWill(t *testing.T) {
	h := start(t, Config{})
	sub := subscriberOf(t, h, "online/")
	first, second := publisherOf(t, h), publisherOf(t, h)
	say := func(p *zmtptest.Peer, frames ...string) {
		t.Helper()
		p.Send(frames...)
		sub.Want(strings.Join(frames, "|"))
	}
	say(first, "online/a/moved", isOnline)
	say(second, "online/a/moved", isOnline, "meta")
	say(first, "online/a/deleted", isOnline)
	say(second, "online/a/deleted", "")
	say(first, "online/a/odd", isOnline)
	say(second, "online/a/odd", "{nonsense")
	say(second, "online/a/odd", `{"online":"perhaps"}`)
	say(second, "online/a/odd", `{"state":"on"}`)
	say(second, "online/a/odd")
	say(first, "online/too/many/words", isOnline)
	say(first, "online/a/said-by-another", isOnline)
	say(second, "online/a/said-by-another", isOffline)
	_ = first.Close()
	wantWill(t, sub, "online/a/odd")
	wantNothing(t, h, sub)
	_ = second.Close()
	wantWill(t, sub, "online/a/moved")
	wantNothing(t, h, sub)
}

// A real process on libzmq that is killed leaves its will.
func TestTheWillOfAKilledProcess(t *testing.T) {
	t.Parallel()
	zmtptest.NeedLibzmq(t)
	h := start(t, Config{})
	sub := subscriberOf(t, h, "online/")
	cmd := exec.Command(zmtptest.Python, filepath.Join("testdata", "interop.py"), "appliance",
		"tcp://"+h.Addrs().Frontend[0].String(), "tcp://"+h.Addrs().Backend[0].String())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "online\n" {
		t.Fatal(line, err)
	}
	sub.Want("online/a/killed|" + isOnline)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	wantWill(t, sub, "online/a/killed")
	wantNothing(t, h, sub)
}

// What a stranger claims is bounded, and what is long is not read.
func TestWillsAreBounded(t *testing.T) {
	m := newMemory(Limits{RetainedTopics: 2}, func(topic string) proxy.Raw { return zmtptest.Wire(topic) })
	say := func(peer proxy.PeerID, topic, payload string) {
		m.Watch([]byte(topic)).Message(peer, zmtptest.Wire(topic, payload))
	}
	long := "online/a/" + strings.Repeat("x", maxWillTopic)
	say(1, long, isOnline)
	say(1, "online/a/a", `{"online":true,"more":"`+strings.Repeat("x", 4<<10)+`"}`)
	for _, name := range []string{"b", "c", "d", "e"} {
		say(1, "online/a/"+name, isOnline)
	}
	say(2, "online/a/c", isOnline) // a will that there is may still change hands
	var spoken []string
	for peer := range proxy.PeerID(3) {
		for m.Gone(peer, func(r proxy.Raw) { spoken = append(spoken, string(r[2:])) }) {
		}
	}
	if got := strings.Join(spoken, " "); got != "online/a/b online/a/c" || m.unwilled.Load() != 3 || m.misread.Load() != 1 {
		t.Errorf("spoken %q, %d not taken, %d not understood", got, m.unwilled.Load(), m.misread.Load())
	}
}

// Many wills are spoken bit by bit, each once.
func TestManyWillsAreSpokenOnce(t *testing.T) {
	h := start(t, Config{})
	sub := subscriberOf(t, h, "online/")
	pub := publisherOf(t, h)
	const n = 5*willStep + 1
	for i := range n {
		topic := fmt.Sprintf("online/a/x%03d", i)
		pub.Send(topic, isOnline)
		sub.Want(topic + "|" + isOnline)
	}
	_ = pub.Close()
	spoken := map[string]bool{}
	for range n {
		topic, _, _ := strings.Cut(sub.Receive(), "|")
		spoken[topic] = true
	}
	if len(spoken) != n {
		t.Errorf("%d wills of %d", len(spoken), n)
	}
	wantNothing(t, h, sub)
}
