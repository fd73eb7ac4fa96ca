package hub

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"homebus/devices"
	"homebus/internal/scene"
	"homebus/internal/zmtp/zmtptest"
	"homebus/topics"
)

// modeHouse has a mode, and scenes that ask for it and set it.
const modeHouse = `
[device.home.mode]
type   = "mode"
values = ["home", "away", "night"]

[device.home.season]
type   = "mode"
values = ["summer", "winter"]

[device.hall.light]
type = "dimmable-light"

[scene.leave]
when    = [ { topic = "leave" } ]
only_if = [ { device = "home/mode", is = "home" } ]
do      = [ { device = "home/mode", do = "set", value = "away", confirm = "5s" } ]

[scene.left]
when = [ { device = "home/mode", becomes = "away" } ]
do   = [ { say = "The home is {home/mode}" } ]

[scene.bed]
state = { "home/mode" = { state = "night" } }
`

func loadModes(t testing.TB) *scene.File {
	t.Helper()
	f, err := scene.Load("modes.toml", []byte(modeHouse))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const (
	modeHome  = `state/home/mode|{"state":"home"}`
	modeAway  = `state/home/mode|{"state":"away"}`
	modeThere = `online/home/mode|` + isOnline
)

// wantOf passes over messages until the one given, and returns its meta.
func wantOf(t *testing.T, sub *zmtptest.Peer, want string) (meta string) {
	t.Helper()
	for {
		got := sub.Receive()
		if meta, ok := strings.CutPrefix(got, want+"|"); ok {
			return meta
		}
	}
}

func TestAModeLivesInTheHub(t *testing.T) {
	h := start(t, Config{Scenes: loadModes(t)})
	late := joining(t, h)
	subscribe(late, "online/home/", "state/home/", "ack/")
	for _, want := range []string{modeThere, `online/home/season|` + isOnline, modeHome, `state/home/season|{"state":"summer"}`} {
		if got := late.Receive(); !strings.HasPrefix(got, want+"|") || !strings.Contains(got, `"from":"home/`) {
			t.Errorf("%s, want %s", got, want)
		}
	}
	late.Barrier()
	pub := publisherOf(t, h)
	pub.Send("command/home/mode", `{"do":"set","value":"away"}`, `{"id":"c1"}`)
	if meta := wantOf(t, late, `ack/home/mode|{"id":"c1","ok":true}`); !strings.Contains(meta, `"from":"home/mode"`) || !strings.Contains(meta, `"cause":"c1"`) {
		t.Errorf("the ack's meta is %s", meta)
	}
	if meta := wantOf(t, late, modeAway); !strings.Contains(meta, `"cause":"c1"`) {
		t.Errorf("the state's meta is %s", meta)
	}

	for _, step := range []struct{ topic, payload, meta, ack string }{
		{"command/home/mode", `{"do":"set","value":"home"}`, `{"id":"c1"}`, `{"id":"c1","ok":true}`}, // a repeat: answered, not done
		{"command/home/mode", `{"do":"set","value":"awya"}`, `{"id":"c2"}`, `{"id":"c2","ok":false,"error":"value is \"awya\"; want one of home, away, night"}`},
		{"command/home/mode", `{"do":`, `{"id":"c3"}`, `{"id":"c3","ok":false,"error":"the payload is no JSON (unexpected end of JSON input); want an object such as {\"do\":\"set\"}"}`},
		{"fault/home/mode", `{"kind":"offline"}`, `{"id":"f1"}`, `{"id":"f1","ok":false,"error":"home/mode lives in the hub; it has no faults"}`},
		{"fault/home/mode", `{"clear":true}`, `{"id":"f2"}`, `{"id":"f2","ok":false,"error":"home/mode lives in the hub; it has no faults"}`},
	} {
		pub.Send("command/home/mode-2", `{"do":"set","value":"home"}`, `{"id":"longer"}`) // nobody's
		pub.Send(step.topic, step.payload, step.meta)
		got := late.Receive()
		if want := "ack/home/mode|" + step.ack + "|"; !strings.HasPrefix(got, want) {
			t.Errorf("%s %s: %s, want %s", step.topic, step.payload, got, want)
		}
	}
	pub.Send("command/home/mode", `{"do":"set","value":"home"}`) // and without a meta, as a script would
	wantOf(t, late, `ack/home/mode|{"ok":true}`)
	wantOf(t, late, modeHome)
}

// A scene asks for the mode and sets it, and another hears that.
func TestScenesUseTheMode(t *testing.T) {
	h := start(t, Config{Scenes: loadModes(t)})
	sub := joining(t, h)
	subscribe(sub, "notice/", "scene/", "state/home/mode")
	sub.Barrier()
	pub := publisherOf(t, h)
	pub.Send("leave", "")
	wantOf(t, sub, modeAway)
	wantOf(t, sub, `notice/home|{"text":"The home is away","level":"info"}`)
	pub.Send("command/scene/bed", `{"do":"run"}`)
	wantOf(t, sub, `state/home/mode|{"state":"night"}`)
}

// Whatever others say in the mode's name or have forgotten, the hub says again what
// is.
func TestTheHubHasTheLastWordOnWhatItKeeps(t *testing.T) {
	for name, say := range map[string]func(p *zmtptest.Peer){
		"a wrong state":    func(p *zmtptest.Peer) { p.Send("state/home/mode", `{"state":"away"}`) },
		"no state":         func(p *zmtptest.Peer) { p.Send("state/home/mode", "") },
		"nonsense":         func(p *zmtptest.Peer) { p.Send("state/home/mode", "nonsense") },
		"one frame":        func(p *zmtptest.Peer) { p.Send("state/home/mode") },
		"offline":          func(p *zmtptest.Peer) { p.Send("online/home/mode", isOffline) },
		"forgotten":        func(p *zmtptest.Peer) { p.Send("online/home/mode", "") },
		"a will that ends": func(p *zmtptest.Peer) { p.Send("online/home/mode", isOnline); _ = p.Close() },
		"much in one go":   func(p *zmtptest.Peer) { p.Say(bytes.Repeat(zmtptest.Wire("state/home/mode", "x"), 1000)) },
		"both, and another": func(p *zmtptest.Peer) {
			p.Send("online/home/mode", "")
			p.Send("state/home/mode", "")
			p.Send("state/home/mode-2", "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, Config{Scenes: loadModes(t)})
			sub := joining(t, h)
			subscribe(sub, "online/home/mode", "state/home/mode")
			sub.Barrier()
			say(publisherOf(t, h))
			wantOf(t, sub, modeThere)
			wantOf(t, sub, modeHome)
			late := joining(t, h)
			subscribe(late, "online/home/mode", "state/home/mode")
			wantOf(t, late, modeThere)
			wantOf(t, late, modeHome)
		})
	}
}

// Two that contradict each other do so in peace.
func TestTheHubContradictsOnceASecond(t *testing.T) {
	t.Parallel()
	h := start(t, Config{Scenes: loadModes(t)})
	sub := joining(t, h)
	subscribe(sub, "state/home/mode")
	sub.Barrier()
	pub := publisherOf(t, h)
	for range 2 {
		pub.Send("state/home/mode", "x")
		wantOf(t, sub, modeHome)
	}
	for i := range 100 {
		pub.Send("state/home/mode", fmt.Sprint(i))
	}
	for i := range 100 {
		if got := sub.Receive(); got != fmt.Sprintf("state/home/mode|%d", i) {
			t.Fatalf("%d: %s", i, got)
		}
	}
	wantOf(t, sub, modeHome)
}

// A panic of a device makes it anew; neither the keeper nor the hub goes down.
func TestAPanicOfWhatLivesInTheHub(t *testing.T) {
	var log bytes.Buffer
	h, err := New(Config{Scenes: loadModes(t), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	k := h.keeper
	k.begin()
	k.said = nil // so that it cannot note what it says
	command := [][]byte{[]byte("command/home/mode"), []byte(`{"do":"set","value":"away"}`)}
	if err := h.own.Publish(command); err != nil {
		t.Fatal(err)
	}
	if k.keep(t.Context()) || !k.broken || !strings.Contains(log.String(), "assignment to entry in nil map") {
		t.Fatalf("no panic: %s", &log)
	}
	k.begin()
	outs := k.find("home/mode").fleet.Announce(h.now())
	if len(outs) != 2 || string(outs[1].Message.Payload) != `{"state":"home"}` {
		t.Errorf("%+v", outs)
	}
	if err := h.own.Publish(command); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { done <- k.keep(ctx) }()
	sub := h.forwarder.Attach("test")
	if err := sub.Subscribe("state/home/mode"); err != nil {
		t.Fatal(err)
	}
	zmtptest.Eventually(t, "it is away", func() bool {
		frames, ok := sub.Next()
		return ok && string(frames[1]) == `{"state":"away"}`
	})
	cancel()
	if !<-done {
		t.Error("it has not ended with its context")
	}
}

func TestAHubThatEndsSpeaksNoWillForWhatLivesInIt(t *testing.T) {
	h, stop := startStop(t, Config{Scenes: loadModes(t)})
	sub := joining(t, h)
	subscribe(sub, "online/home/mode")
	wantOf(t, sub, modeThere)
	stop()
	v, ok := h.memory.values.Get(topics.Online("home", "mode"))
	if payload, _ := v.message.Frame(1); !ok || string(payload) != isOnline {
		t.Errorf("it said %s", payload)
	}
}

func TestAHouseThatCannotBeIsAnError(t *testing.T) {
	mode, _ := devices.Lookup("mode")
	f := &scene.File{Path: "x.toml", Devices: []*scene.Device{{ID: "home/mode", Type: mode, Config: map[string]any{"values": 3}}}}
	if _, err := New(Config{Scenes: f}); err == nil || !strings.Contains(err.Error(), `what lives in the hub: appliance "home/mode": values is 3`) {
		t.Errorf("error %v", err)
	}
}
