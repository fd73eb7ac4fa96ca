package hub

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"homebus/internal/link/linktest"
	"homebus/internal/proxy"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// TestWills tells stories of connections named by capitals: "A on x" and "A off
// x" publish, "A odd x" publishes what is no word, "A forgets x" deletes; "A
// ends" closes, "A resets" resets. What the hub has to say then stands behind
// "->". Each story ends with everybody gone and a marker, so nothing is said
// twice or too late.
func TestWills(t *testing.T) {
	for _, story := range []string{
		"A on x; A ends -> x",
		"A on x; A resets -> x",
		"A on x; A on x; A ends -> x",
		"A ends",
		"A off x; A ends",
		"A on x; A off x; A ends",
		"A on x; A off x; A on x; A resets -> x",
		"A on x; A forgets x; A ends",
		"A on x; A odd x; A ends -> x",
		"A odd x; A ends",

		"A on x; A on y; A ends -> x y",
		"A on x; A on y; A off x; A ends -> y",
		"A on x; A on y; A off x; A off y; A ends",

		"A on x; B on x; A ends; B ends -> x",
		"A on x; B on x; B ends -> x; A ends",
		"A on x; B on x; A on x; B ends; A ends -> x",
		"A on x; B on x; A resets; B off x; B ends",
		"A on x; B on x; B resets -> x; A on x; A ends -> x",
		"A on x; B on x; C on x; A ends; B ends; C resets -> x",
		"A on x; A on y; B on y; A ends -> x; B ends -> y",

		"A on x; B off x; A ends; B ends",
		"A on x; B forgets x; A ends; B ends",
		"A on x; B odd x; B ends; A ends -> x",
		"A on x; A ends -> x; B on x; B ends -> x",
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			h := start(t, Config{})
			teller := &teller{t: t, hub: h, sub: subscriberOf(t, h, "online/"), peers: map[string]*zmtptest.Peer{}}
			for step := range strings.SplitSeq(story, "; ") {
				does, wills, _ := strings.Cut(step, " -> ")
				teller.does(strings.Fields(does))
				teller.wantWills(strings.Fields(wills))
			}
			wantNothing(t, h, teller.sub)
		})
	}
}

// teller plays a story.
type teller struct {
	t     *testing.T
	hub   *Hub
	sub   *zmtptest.Peer
	peers map[string]*zmtptest.Peer
}

var willWords = map[string]string{"on": isOnline, "off": isOffline, "odd": `{"online":"perhaps"}`, "forgets": ""}

func (s *teller) does(words []string) {
	s.t.Helper()
	peer, ok := s.peers[words[0]]
	if !ok {
		peer = publisherOf(s.t, s.hub)
		peer.Barrier()
		s.peers[words[0]] = peer
	}
	if payload, says := willWords[words[1]]; says {
		topic := "online/a/" + words[2]
		peer.Send(topic, payload)
		s.sub.Want(topic + "|" + payload)
		return
	}
	before := s.hub.forwarder.Stats().Publishers
	if words[1] == "resets" {
		_ = peer.Conn.(*net.TCPConn).SetLinger(0)
	}
	_ = peer.Close()
	zmtptest.Eventually(s.t, "the hub knows that "+words[0]+" is gone", func() bool {
		return s.hub.forwarder.Stats().Publishers < before
	})
}

func (s *teller) wantWills(names []string) {
	s.t.Helper()
	for _, name := range names {
		wantWill(s.t, s.sub, "online/a/"+name)
	}
}

// A hub with much to do, of which stopped subscribers lose most, still speaks
// each will once, and has the right last values.
func TestWillsWhenOverloaded(t *testing.T) {
	h := start(t, Config{Limits: Limits{Proxy: proxy.Limits{QueueBytes: 1 << 20}}})
	watcher := subscriberOf(t, h, "online/")
	for range 5 {
		subscriberOf(t, h, "noise", "online/") // reads nothing from now on
	}
	var noise sync.WaitGroup
	defer noise.Wait()
	stop := make(chan struct{})
	defer close(stop)
	for range 2 {
		p := publisherOf(t, h)
		noise.Go(func() { shout(p, stop) })
	}
	zmtptest.Eventually(t, "the hub is overloaded", func() bool { return h.forwarder.Stats().Dropped > 0 })
	const appliances = 200
	want := map[string]bool{}
	for i := range appliances {
		p := publisherOf(t, h)
		topic := fmt.Sprintf("online/a/x%d", i)
		p.Send(topic, isOnline)
		watcher.Want(topic + "|" + isOnline)
		if i%2 == 0 {
			_ = p.Conn.(*net.TCPConn).SetLinger(0)
		}
		_ = p.Close()
		wantWill(t, watcher, topic)
		want[topic] = true
	}
	wantNothing(t, h, watcher)
	late := joining(t, h)
	subscribe(late, "online/a/")
	for range appliances {
		topic, says, _ := strings.Cut(late.Receive(), "|")
		if !want[topic] || !strings.HasPrefix(says, `{"online":false`) {
			t.Errorf("%s: last value %s", topic, says)
		}
		delete(want, topic)
	}
}

// shout publishes as fast as it can.
func shout(p *zmtptest.Peer, stop <-chan struct{}) {
	wire := slices.Repeat(zmtptest.Wire("noise", strings.Repeat("x", 1000)), 60)
	for {
		select {
		case <-stop:
			return
		default:
			if _, err := p.Write(wire); err != nil {
				return
			}
		}
	}
}

// However many ways there are to be hostile, whoever said that an appliance is
// online and then misbehaves has its will spoken once.
func TestWillsOfTheHostile(t *testing.T) {
	before := linktest.Goroutines("internal/proxy.")
	h, stop := startStop(t, Config{})
	defer stop()
	sub := subscriberOf(t, h, "online/claimed/")
	play, spoken := zmtptest.Hostiles(), 0
	for i, hostile := range play {
		if !strings.HasPrefix(hostile.Name, "ready: ") || !hostile.Ends || strings.Contains(hostile.Name, "floods") || strings.Contains(hostile.Name, "trickles") {
			continue
		}
		p := zmtptest.Dial(t, h.Addrs().Frontend[0])
		_ = sub.SetDeadline(time.Now().Add(zmtptest.Patience))
		topic := fmt.Sprintf("online/claimed/x%d", i)
		hostile.Play(&claimant{TCPConn: p.Conn.(*net.TCPConn), claim: func() {
			p.Send(topic, isOnline)
			sub.Want(topic + "|" + isOnline) // a reset could overtake it
		}}, zmtp.PUB)
		_ = p.Close()
		wantWill(t, sub, topic)
		spoken++
	}
	if spoken < 100 {
		t.Errorf("only %d of %d were hostile after their handshake", spoken, len(play))
	}
	sub.Say(zmtp.AppendPing(nil, 0, []byte("end")))
	if item := sub.Next(); !item.Command {
		t.Errorf("a will too many: %.80q", item.Frames)
	}
	stop()
	linktest.AwaitGoroutines(t, "internal/proxy.", before)
}

// claimant claims a will right before the first thing that is said after its
// handshake, which has two writes.
type claimant struct {
	*net.TCPConn
	claim  func()
	writes int
}

func (c *claimant) Write(b []byte) (int, error) {
	if c.writes++; c.writes == 3 {
		c.claim()
	}
	return c.TCPConn.Write(b)
}
