package hub

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/internal/scene"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// away makes a hub in which a/lost is lost, and returns somebody who may send
// commands and somebody who hears them and what is answered.
func away(t *testing.T, cfg Config) (h *Hub, pub, sub *zmtptest.Peer) {
	t.Helper()
	h = start(t, cfg)
	pub, sub = publisherOf(t, h), subscriberOf(t, h, "command/", "ack/", "online/")
	appliance := publisherOf(t, h)
	appliance.Send("online/a/lost", isOnline)
	sub.Want("online/a/lost|" + isOnline)
	_ = appliance.Close()
	wantWill(t, sub, "online/a/lost")
	return h, pub, sub
}

// wantRefusal fails the test unless the next message is the hub's, that a device is
// offline; cause is how its meta names the command.
func wantRefusal(t *testing.T, sub *zmtptest.Peer, device, id, why, cause string) {
	t.Helper()
	if id != "" {
		id = `"id":"` + id + `",`
	}
	want := fmt.Sprintf(`ack/%s|{%s"ok":false,"error":"%s is offline%s"}|{"id":"`, device, id, device, why)
	got := sub.Receive()
	if !strings.HasPrefix(got, want) || !strings.Contains(got, `"from":"bus"`) || !strings.HasSuffix(got, cause+"}") {
		t.Errorf("got  %.300s\nwant %.300s … %s}", got, want, cause)
	}
}

// order sends a message and hears it pass.
func order(pub, sub *zmtptest.Peer, frames ...string) {
	pub.Send(frames...)
	sub.Want(strings.Join(frames, "|"))
}

func TestACommandToAnApplianceThatIsOfflineIsRefused(t *testing.T) {
	_, pub, sub := away(t, Config{})
	order(pub, sub, "online/a/polite", isOffline)
	order(pub, sub, "online/a/tired", `{"online":false,"reason":"battery empty"}`)
	const lost = " (connection lost)"
	long := strings.Repeat("x", message.MaxID+1)
	for _, tt := range []struct {
		device string
		more   []string // payload and meta of the command
		id     string   // what the answer names
		why    string
		cause  string // the end of its meta
	}{
		{"a/lost", []string{`{"do":"on"}`, `{"id":"c1","from":"test","seq":1,"hops":2}`}, "c1", lost, `"cause":"c1","hops":2`},
		{"a/lost", []string{`{"do":"on"}`, `{"id":"c1"}`}, "c1", lost, `"cause":"c1","hops":0`}, // one for each arrival
		{"a/lost", []string{`{"do":"on"}`}, "", lost, `"hops":0`},
		{"a/lost", []string{"nonsense", `{"id":"c2"}`, "more"}, "c2", lost, `"cause":"c2","hops":0`},
		{"a/lost", []string{""}, "", lost, `"hops":0`},
		{"a/lost", nil, "", lost, `"hops":0`},
		{"a/lost", []string{`{"do":"on"}`, "no meta"}, "", lost, `"hops":0`},
		{"a/lost", []string{`{"do":"on"}`, `{"id":"` + long + `"}`}, "", lost, `"hops":0`},
		{"a/lost", []string{`{"do":"on"}`, `{"id":"c3","from":"` + strings.Repeat("x", deputyMeta) + `"}`}, "", lost, `"hops":0`},
		{"a/lost", []string{strings.Repeat("x", 1<<20), `{"id":"c4"}`}, "c4", lost, `"cause":"c4","hops":0`},
		{"a/polite", []string{`{"do":"on"}`, `{"id":"c5"}`}, "c5", "", `"cause":"c5","hops":0`},
		{"a/tired", []string{`{"do":"on"}`, `{"id":"c6"}`}, "c6", " (battery empty)", `"cause":"c6","hops":0`},
	} {
		order(pub, sub, append([]string{"command/" + tt.device}, tt.more...)...)
		wantRefusal(t, sub, tt.device, tt.id, tt.why, tt.cause)
	}
}

func TestForWhomTheHubDoesNotAnswer(t *testing.T) {
	h, pub, sub := away(t, Config{})
	for _, frames := range [][]string{
		{"online/a/there", isOnline},
		{"online/a/back", isOffline}, {"online/a/back", isOnline},
		{"online/a/forgotten", isOffline}, {"online/a/forgotten", ""},
		{"online/a/odd", isOffline}, {"online/a/odd", "{nonsense"},
		{"online/a/one-frame"},
		{"online/scene/a", isOffline},
		{"online/a/b/c", isOffline},
	} {
		order(pub, sub, frames...)
	}
	for _, name := range []string{"a/there", "a/back", "a/forgotten", "a/odd", "a/one-frame", "a/stranger", "scene/a", "a/b/c", "a/lost-2", "a/los", "a/lost/", ""} {
		order(pub, sub, "command/"+name, `{"do":"on"}`, `{"id":"c1"}`)
	}
	order(pub, sub, "command/a/lost", `{"do":"on"}`, `{"id":"c2"}`)
	wantRefusal(t, sub, "a/lost", "c2", " (connection lost)", `"cause":"c2","hops":0`) // and no other came before
	wantNothing(t, h, sub)
}

// Whoever asks for just these commands has the command, and is to answer it.
func TestAnApplianceThatIsAboutToComeBackAnswersItself(t *testing.T) {
	h, pub, sub := away(t, Config{})
	order(pub, sub, "online/a/other", isOffline)
	back := subscriberOf(t, h, "command/a/lost")
	order(pub, sub, "command/a/lost", `{"do":"on"}`, `{"id":"c1"}`)
	back.Want(`command/a/lost|{"do":"on"}|{"id":"c1"}`)
	order(pub, sub, "ack/a/lost", `{"id":"c1","ok":true}`)
	order(pub, sub, "command/a/other", `{"do":"on"}`, `{"id":"c2"}`)
	wantRefusal(t, sub, "a/other", "c2", "", `"cause":"c2","hops":0`) // and no other came before

	back.Say(zmtp.AppendSubscription(nil, false, []byte("command/a/lost")))
	back.Say(zmtp.AppendSubscription(nil, true, []byte("command/a/")))
	back.Barrier()
	order(pub, sub, "command/a/lost", `{"do":"on"}`, `{"id":"c3"}`)
	wantRefusal(t, sub, "a/lost", "c3", " (connection lost)", `"cause":"c3","hops":0`) // others who listen do not count
}

// To the scenes in the hub silence is silence; and that one of them listens to
// commands makes it no appliance.
func TestTheScenesOwnCommandsAreNotRefused(t *testing.T) {
	f, err := scene.Load("test.toml", []byte(`
[device.a.lost]
type = "dimmable-light"
[scene.try]
do = [ { device = "a/lost", do = "on", confirm = "50ms", retry = 1 } ]
[scene.listen]
when = [ { topic = "command/a/lost", payload = '{"do":"toggle"}' } ]
do = []
`))
	if err != nil {
		t.Fatal(err)
	}
	h, pub, sub := away(t, Config{Scenes: f})
	scenes := joining(t, h)
	subscribe(scenes, "scene/try")
	pub.Send("command/scene/try", `{"do":"run"}`)
	for {
		if got := scenes.Receive(); strings.Contains(got, `"failed"`) {
			if want := `no answer from a/lost within 50ms (2 tries)`; !strings.Contains(got, want) {
				t.Errorf("%s, want %s", got, want)
			}
			break
		}
	}
	sub.Want(`command/scene/try|{"do":"run"}`)
	for _, want := range []string{`command/a/lost|{"do":"on"}`, `ack/scene/try|{"ok":true}`, `command/a/lost|{"do":"on"}`} {
		if got := sub.Receive(); !strings.HasPrefix(got, want+"|") {
			t.Errorf("%s, want %s", got, want)
		}
	}
	order(pub, sub, "command/a/lost", `{"do":"toggle"}`, `{"id":"c1"}`)
	wantRefusal(t, sub, "a/lost", "c1", " (connection lost)", `"cause":"c1","hops":0`)
}

// A publisher need not be asked by anybody else to send a command.
func TestCommandsAreAskedFor(t *testing.T) {
	pub := publisherOf(t, start(t, Config{}))
	if asked := strings.Join(pub.Barrier(), " "); !strings.Contains(asked, "\x01command/") {
		t.Errorf("asked for %q", asked)
	}
}

// A storm of commands becomes so many answers and no more, and what is lost is
// counted.
func TestTheDeputyIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		sub := h.forwarder.Attach("test")
		if err := sub.Subscribe("ack/"); err != nil {
			t.Fatal(err)
		}
		const beyond = 7
		command := proxy.Raw(zmtptest.Wire("command/a/lost", `{"do":"on"}`))
		h.deputy.note(h.own.ID(), "a/lost", "", command) // not this one
		for range deputyQueue + beyond {
			h.deputy.note(sub.ID(), "a/lost", "", command)
		}
		if lost := h.deputy.lost.Load(); lost != beyond {
			t.Errorf("%d lost, want %d", lost, beyond)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- h.deputy.run(ctx) }()
		answered := 0
		for most := deputyStint; answered < deputyQueue; most += deputyStint {
			synctest.Wait()
			for _, ok := sub.Next(); ok; _, ok = sub.Next() {
				answered++
			}
			if answered != min(most, deputyQueue) {
				t.Fatalf("%d answers, want %d", answered, min(most, deputyQueue))
			}
			<-time.After(deputyRest) // of the bubble's time
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestKnowingWhoIsOfflineIsBounded(t *testing.T) {
	m := newMemory(Limits{RetainedTopics: 2}, nil)
	say := func(name, payload string) {
		topic := "online/a/" + name
		m.Watch([]byte(topic)).Message(1, zmtptest.Wire(topic, payload))
	}
	for i := range 10 {
		say(fmt.Sprint("x", i), isOffline)
	}
	say("x1", isOnline)
	say("x5", isOffline)
	if len(m.away) != 1 {
		t.Errorf("%d are known to be offline, want 1: %v", len(m.away), m.away)
	}
}

// BenchmarkRefusal refuses a command to an appliance that is offline.
func BenchmarkRefusal(b *testing.B) {
	h := start(b, Config{})
	u := unheard{device: "a/lost", reason: "connection lost",
		meta: []byte(`{"id":"0192d3a8-5a1c-7c3e-9a77-6a2f4d6f5b10","at":"2026-11-20T06:30:00Z","from":"bench","seq":1,"hops":0}`)}
	b.ReportAllocs()
	for b.Loop() {
		h.deputy.answer(u)
	}
}

// BenchmarkCommand looks at a command to an appliance that is there, under the
// forwarder's lock.
func BenchmarkCommand(b *testing.B) {
	m := newMemory(Limits{}, nil)
	m.Watch([]byte("online/a/lost")).Message(1, zmtptest.Wire("online/a/lost", isOffline))
	w := m.Watch([]byte("command/kitchen/toaster"))
	raw := proxy.Raw(zmtptest.Wire("command/kitchen/toaster", `{"do":"on"}`))
	b.ReportAllocs()
	for b.Loop() {
		w.Message(1, raw)
	}
}
