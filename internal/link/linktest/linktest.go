package linktest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"

	"golang.org/x/sync/errgroup"
)

// Bus is one bus under test, fresh and up.
type Bus struct {
	// Link returns a new link to the bus, as in (*link.Bus).Link.
	Link func(name string) link.Link
	// Stop ends the bus without a word, Start begins it anew at the same place.
	// Both return when it is done; both nil if the bus cannot go away before its
	// links do.
	Stop, Start func()
	// Plain marks a bus that is no hub of ours but a bare ZeroMQ proxy: no last
	// values, no wills, no boot ids.
	Plain bool
	// NoLastValues marks a hub that is heard by a way that brings none, multicast.
	NoLastValues bool
	// Apart marks links that publish by multicast and subscribe over TCP: what they
	// publish may be quicker than what they have subscribed to before.
	Apart bool
}

// Run checks every promise of package link. newBus is called once per check and
// cleans up with t.Cleanup; all links have ended by then.
func Run(t *testing.T, newBus func(t *testing.T) Bus) { run(t, newBus, false) }

// RunTogether is Run with the checks beside each other, for a bus whose links wait for
// heartbeats. What is left running can then be counted at the end alone; see Main.
func RunTogether(t *testing.T, newBus func(t *testing.T) Bus) { run(t, newBus, true) }

func run(t *testing.T, newBus func(t *testing.T) Bus, together bool) {
	for _, c := range []struct {
		name  string
		check func(t *testing.T, bus Bus)
		// needs says what the bus must be able to do.
		hub, restart bool
	}{
		{"order", checkOrder, false, false},
		{"bytes", checkBytes, false, false},
		{"prefixes", checkPrefixes, false, false},
		{"unsubscribe", checkUnsubscribe, false, false},
		{"hears itself", checkHearsItself, false, false},
		{"subscribes, then publishes", checkSubscribesThenPublishes, false, false},
		{"before Run", checkBeforeRun, false, false},
		{"after Run", checkAfterRun, false, false},
		{"too large", checkTooLarge, false, false},
		{"slow consumer", checkSlowConsumer, false, false},
		{"concurrent publishers", checkConcurrent, false, false},
		{"nothing left running", checkNothingLeft, false, false},
		{"last values", checkLastValues, true, false},
		{"will", checkWill, true, false},
		{"boot", checkBoot, true, false},
		{"comes back", checkComesBack, false, true},
		{"waiting while down", checkWaiting, false, true},
		{"new boot", checkNewBoot, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if together && c.name == "nothing left running" {
				t.Skip("the others run")
			}
			if together {
				t.Parallel()
			}
			bus := newBus(t)
			if c.hub && bus.Plain {
				t.Skip("a plain proxy does not promise this")
			}
			if c.name == "last values" && bus.NoLastValues {
				t.Skip("multicast does not promise this")
			}
			if c.name == "subscribes, then publishes" && bus.Apart {
				t.Skip("two ways do not promise this")
			}
			if c.restart && bus.Stop == nil {
				t.Skip("this bus cannot go away before its links")
			}
			c.check(t, bus)
		})
	}
}

// event is a topic that nobody remembers, state one that the hub does.
func event(name string) string { return topics.Event("linktest", name) }
func state(name string) string { return topics.State("linktest", name) }

func checkOrder(t *testing.T, bus Bus) { InOrder(t, bus, 1000) }

// InOrder checks that so many messages, in hundreds, come and in order: for a bus whose
// network is bad, on which all that Run checks would take long.
func InOrder(t *testing.T, bus Bus, messages int) {
	sub := startUp(t, bus, "sub", event(""))
	pub := startUp(t, bus, "pub")
	pub.sync(sub, event(""))
	for round := range messages / 100 {
		for i := range 100 { // less than any queue holds
			pub.publish(event("x"), fmt.Sprint(round, i))
		}
		for i := range 100 {
			sub.expect(event("x") + fmt.Sprint(" ", round, " ", i))
		}
	}
}

func checkBytes(t *testing.T, bus Bus) {
	sub := startUp(t, bus, "sub", "")
	pub := startUp(t, bus, "pub")
	pub.sync(sub, event(""))
	meta := &message.Meta{ID: "0199a0c4-0000-7000-8000-000000000001", From: "linktest", Seq: 1}
	for _, m := range []message.Message{
		{Topic: "any topic \x00\xff at all", Payload: []byte{}},
		{Topic: event("x"), Payload: []byte("\x00\x01\xfe\xff")},
		{Topic: event("x"), Payload: slices.Repeat([]byte("0123456789"), 100_000)},
		{Topic: event("x"), Payload: []byte("{}"), Meta: meta},
		{Topic: event("x"), Payload: []byte("{}"), More: [][]byte{[]byte("third"), {}, []byte("fifth")}},
		{Topic: event("x"), Payload: []byte("{}"), Meta: meta, More: [][]byte{{}, {1, 2, 3}}},
	} {
		if err := pub.link.Publish(m); err != nil {
			t.Fatal(err)
		}
		got := sub.message()
		if fmt.Sprintf("%q", got.Frames()) != fmt.Sprintf("%q", m.Frames()) {
			t.Errorf("%.40q arrived as %.200q", m.Frames(), got.Frames())
		}
	}
}

func checkPrefixes(t *testing.T, bus Bus) {
	sub := startUp(t, bus, "sub", event("lamp"), event("lamp"), event("lamp-2"), topics.Event("attic", ""))
	pub := startUp(t, bus, "pub")
	pub.sync(sub, event("lamp"))
	pub.sync(sub, topics.Event("attic", ""))
	pub.publish(event("lam"), "no")
	pub.publish(event("lamp"), "1")
	pub.publish(event("lamp-2"), "2") // a prefix knows nothing of words, and twice covered is once delivered
	pub.publish(event("toaster"), "no")
	pub.publish(topics.Event("attic", "fan"), "3")
	pub.publish("x"+event("lamp"), "no")
	pub.publish(event("lamp"), "4")
	sub.expect(event("lamp")+" 1", event("lamp-2")+" 2", topics.Event("attic", "fan")+" 3", event("lamp")+" 4")

	sub.link.Subscribe("x")
	pub.sync(sub, "x")
	pub.publish("xyz", "5")
	sub.expect("xyz 5")
}

func checkUnsubscribe(t *testing.T, bus Bus) {
	sub := startUp(t, bus, "sub", event("a"), event("a"), event("ab"), event("z"))
	pub := startUp(t, bus, "pub")
	pub.sync(sub, event("a"))
	sub.link.Unsubscribe(event("a")) // subscribed twice is subscribed once
	sub.link.Unsubscribe("never subscribed")
	// It takes effect some time later: publish until "a" is not heard.
	for round := 0; ; round++ {
		pub.publish(event("a"), "")
		pub.publish(event("z"), fmt.Sprint(round))
		if m := sub.message(); m.Topic == event("z") {
			break
		}
		sub.expect(event("z") + fmt.Sprint(" ", round))
	}
	pub.publish(event("a"), "no")
	pub.publish(event("ab"), "still")
	sub.expect(event("ab") + " still")
}

func checkHearsItself(t *testing.T, bus Bus) {
	// Up promises that what was subscribed before is in effect, on this very link.
	for i := range 5 {
		c := startUp(t, bus, fmt.Sprint("c", i), event(fmt.Sprint("n", i)))
		c.publish(event(fmt.Sprint("n", i)), "myself")
		c.expect(event(fmt.Sprint("n", i)) + " myself")
		c.end()
	}
}

func checkSubscribesThenPublishes(t *testing.T, bus Bus) {
	c := startUp(t, bus, "c")
	for i := range 100 {
		c.link.Subscribe(event(fmt.Sprint("n", i, "/")))
		c.publish(event(fmt.Sprint("n", i, "/")), "myself")
		c.expect(event(fmt.Sprint("n", i, "/")) + " myself")
	}
}

func checkBeforeRun(t *testing.T, bus Bus) {
	l := bus.Link("early")
	if err := l.Publish(message.Message{Topic: event("x"), Payload: []byte("1")}); !errors.Is(err, link.ErrDown) {
		t.Errorf("an event before Run: %v", err)
	}
	if err := l.Publish(message.Message{Topic: state("x"), Payload: []byte("1")}); err != nil {
		t.Errorf("a state before Run: %v", err)
	}
	sub := startUp(t, bus, "sub", state(""))
	c := &client{t: t, name: "early", link: l, done: make(chan error, 1)}
	c.run()
	c.awaitUp()
	sub.expect(state("x") + " 1")
}

func checkAfterRun(t *testing.T, bus Bus) {
	c := startUp(t, bus, "c", event(""))
	c.end()
	for _, topic := range []string{event("x"), state("x")} {
		if err := c.link.Publish(message.Message{Topic: topic}); !errors.Is(err, link.ErrDown) {
			t.Errorf("publish %s after Run: %v", topic, err)
		}
	}
	c.link.Subscribe("x")
	c.link.Unsubscribe("x")
	if _, open := <-c.link.Events(); open {
		t.Error("an event after Run")
	}
}

func checkTooLarge(t *testing.T, bus Bus) {
	sub := startUp(t, bus, "sub", event(""))
	pub := startUp(t, bus, "pub")
	pub.sync(sub, event(""))
	for _, m := range []message.Message{
		{Topic: event("x"), Payload: make([]byte, link.MaxSize)},
		{Topic: event("x"), More: make([][]byte, link.MaxMore+1)},
		{Topic: strings.Repeat("x", link.MaxSize+1)},
	} {
		if err := pub.link.Publish(m); !errors.Is(err, link.ErrTooLarge) {
			t.Errorf("%d bytes and %d frames: %v", len(m.Payload), len(m.More), err)
		}
	}
	pub.publish(event("x"), "still up")
	sub.expect(event("x") + " still up")
}

func checkSlowConsumer(t *testing.T, bus Bus) {
	slow := startUp(t, bus, "slow", event(""))
	quick := startUp(t, bus, "quick", event(""))
	pub := startUp(t, bus, "pub")
	pub.sync(slow, event(""))
	pub.sync(quick, event(""))
	payload := strings.Repeat("x", 2000)
	for round := range 100 { // 20 MB, of which slow reads nothing
		for i := range 100 {
			pub.publish(event("x"), fmt.Sprintf("%06d %s", round*100+i, payload))
		}
		for i := range 100 {
			if m := quick.message(); !strings.HasPrefix(string(m.Payload), fmt.Sprintf("%06d ", round*100+i)) {
				t.Fatalf("quick: message %.10s in place of %d", m.Payload, round*100+i)
			}
		}
	}
	last := -1
	for marker := 0; ; marker++ { // what slow then reads is in order and whole, and it hears the news again
		pub.publish(event("y"), fmt.Sprint(marker))
		m := slow.message()
		if m.Topic == event("y") {
			return
		}
		var n int
		if _, err := fmt.Sscanf(string(m.Payload), "%06d ", &n); err != nil || n <= last || len(m.Payload) != 7+len(payload) {
			t.Fatalf("slow: message %.10s of %d bytes after %d", m.Payload, len(m.Payload), last)
		}
		last = n
	}
}

func checkConcurrent(t *testing.T, bus Bus) {
	const publishers, each = 8, 50
	sub := startUp(t, bus, "sub", event(""))
	pub := startUp(t, bus, "pub")
	pub.sync(sub, event(""))
	var g errgroup.Group
	for p := range publishers {
		g.Go(func() error {
			for i := range each {
				err := pub.link.Publish(message.Message{Topic: event(fmt.Sprint("p", p)), Payload: fmt.Append(nil, i)})
				if err != nil {
					return err
				}
				pub.link.Subscribe(fmt.Sprint("unheard/", p, i)) // every method may be called at once
				pub.link.Unsubscribe(fmt.Sprint("unheard/", p, i))
			}
			return nil
		})
	}
	next := map[string]int{}
	for range publishers * each {
		m := sub.message()
		if string(m.Payload) != fmt.Sprint(next[m.Topic]) {
			t.Fatalf("%s, want %d", show(m), next[m.Topic])
		}
		next[m.Topic]++
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
