package linktest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"homebus/internal/link"
	"homebus/internal/message"
	"homebus/topics"
)

func checkLastValues(t *testing.T, bus Bus) {
	pub := startUp(t, bus, "pub", state(""))
	for _, s := range []struct{ name, payload string }{
		{"toaster", "old"}, {"lamp", "1"}, {"fan", "1"}, {"toaster", "new"}, {"fan", ""}, {"toaster-2", "2"},
	} {
		pub.publish(state(s.name), s.payload)
		pub.expect(state(s.name) + " " + s.payload) // the bus has it
	}

	late := startUp(t, bus, "late", state(""), state("toaster")) // the second is covered by the first
	got := map[string]string{}
	for range 3 {
		m := late.message()
		got[m.Topic] = string(m.Payload)
	}
	if got[state("toaster")] != "new" || got[state("lamp")] != "1" || got[state("toaster-2")] != "2" {
		t.Errorf("the last values are %q", got)
	}
	pub.publish(state("lamp"), "2")
	late.expect(state("lamp") + " 2") // each came once

	late.link.Subscribe(state("lamp")) // held ones cover these
	late.link.Subscribe(state(""))
	pub.sync(late, state(""))
	pub.publish(state("lamp"), "3")
	late.expect(state("lamp") + " 3")

	narrow := startUp(t, bus, "narrow", event(""))
	narrow.link.Subscribe(state("toaster"))
	first, second := show(narrow.message()), show(narrow.message())
	if want := []string{state("toaster") + " new", state("toaster-2") + " 2"}; first+second != want[0]+want[1] && first+second != want[1]+want[0] {
		t.Errorf("the last values of a prefix are %s and %s", first, second)
	}
	narrow.link.Unsubscribe(state("toaster"))
	narrow.link.Subscribe(state("toaster")) // new again
	narrow.message()
	narrow.message()
	pub.sync(narrow, state("toaster"))
}

func checkWill(t *testing.T, bus Bus) {
	sub := startUp(t, bus, "sub", topics.KindOnline.Prefix())
	lost, polite, heir := topics.Online("linktest", "lost"), topics.Online("linktest", "polite"), topics.Online("linktest", "taken")
	const on, off = `{"online":true}`, `{"online":false}`

	a := startUp(t, bus, "a")
	say := func(c *client, topic, payload string) {
		t.Helper()
		c.publish(topic, payload)
		sub.expect(topic + " " + payload)
	}
	say(a, lost, on)
	say(a, polite, on)
	say(a, heir, on)
	say(a, polite, off)
	b := startUp(t, bus, "b")
	say(b, heir, on) // takes the will over

	a.end()
	if m := sub.message(); m.Topic != lost || !saysOffline(m) {
		t.Fatalf("after a has gone: %s", show(m))
	}
	say(b, polite, on)
	say(b, polite, off)
	b.end()
	if m := sub.message(); m.Topic != heir || !saysOffline(m) {
		t.Fatalf("after b has gone: %s", show(m))
	}
	if !bus.NoLastValues {
		late := startUp(t, bus, "late", lost)
		if m := late.message(); !saysOffline(m) {
			t.Errorf("the will is not remembered: %s", show(m))
		}
	}
	c := startUp(t, bus, "c")
	say(c, polite, off) // no other will was spoken meanwhile
}

func saysOffline(m message.Message) bool {
	return strings.Contains(string(m.Payload), `"online":false`) && strings.Contains(string(m.Payload), `"reason":`)
}

func checkBoot(t *testing.T, bus Bus) {
	hasBoot := func(s link.Status) bool { return s.Up && s.Boot != "" }
	a := start(t, bus, "a")
	b := start(t, bus, "b")
	one := a.awaitStatus("told a boot id", hasBoot).Boot
	if two := b.awaitStatus("told a boot id", hasBoot).Boot; one != two {
		t.Errorf("two links know two boots, %q and %q", one, two)
	}
}

func checkNewBoot(t *testing.T, bus Bus) {
	c := start(t, bus, "c", state(""))
	old := c.awaitStatus("told a boot id", func(s link.Status) bool { return s.Up && s.Boot != "" }).Boot
	c.publish(state("x"), "1")
	c.expect(state("x") + " 1")
	bus.Stop()
	c.awaitDown()
	bus.Start()
	c.awaitStatus("told the new boot id", func(s link.Status) bool { return s.Up && s.Boot != "" && s.Boot != old })
	late := startUp(t, bus, "late", state(""))
	c.sync(late, state("")) // and not "x 1", which the new hub does not know
}

func checkComesBack(t *testing.T, bus Bus) {
	sub := startUp(t, bus, "sub", event("a"), event("b"))
	pub := startUp(t, bus, "pub")
	pub.sync(sub, event("a"))
	for round := range 2 {
		bus.Stop()
		if s := sub.awaitDown(); s.Reason == "" {
			t.Error("down without a reason")
		}
		pub.awaitDown()
		sub.link.Unsubscribe(event("b"))
		sub.link.Subscribe(event("c"))
		bus.Start()
		sub.awaitUp()
		pub.awaitUp()
		pub.sync(sub, event("a"))
		pub.publish(event("b"), "no")
		pub.publish(event("c"), fmt.Sprint(round))
		sub.expect(event("c") + fmt.Sprint(" ", round))
	}
}

func checkWaiting(t *testing.T, bus Bus) {
	pub := startUp(t, bus, "pub", state(""), event(""))
	bus.Stop()
	pub.awaitDown()
	for _, topic := range []string{event("x"), topics.Command("linktest", "x"), "any/topic"} {
		if err := pub.link.Publish(message.Message{Topic: topic}); !errors.Is(err, link.ErrDown) {
			t.Errorf("publish %s while down: %v", topic, err)
		}
	}
	pub.publish(state("a"), "1")
	pub.publish(state("b"), "1")
	pub.publish(state("a"), "2")
	pub.publish(topics.Scene("s"), "1")
	bus.Start()
	pub.awaitUp()
	pub.expect(state("b")+" 1", state("a")+" 2")
	pub.publish(event("x"), "1")
	pub.expect(event("x") + " 1")
}
