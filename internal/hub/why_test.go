package hub

import (
	"strings"
	"testing"
	"time"

	"homebus/internal/chronicle"
	"homebus/internal/message"
	"homebus/internal/proxy"
	"homebus/internal/scene"
	"homebus/internal/zmtp/zmtptest"
)

// eventually waits until what the hub says of a name is that line.
func eventually(t *testing.T, h *Hub, of, line string) Why {
	t.Helper()
	var got Why
	var err error
	for deadline := time.Now().Add(zmtptest.Patience); time.Now().Before(deadline); {
		if got, err = h.Why(of); err == nil && got.Line == line {
			return got
		}
		<-time.After(5 * time.Millisecond)
	}
	t.Fatalf("why %s:\n got %q, %v\nwant %q", of, got.Line, err, line)
	return got
}

// whyHouse is a house whose scenes begin in every way.
const whyHouse = `
schema = 1
[home]
timezone = "Europe/Berlin"
[device.hall.switch]
type = "light-switch"
[device.hall.light]
type = "dimmable-light"
[device.hall.lamp]
type = "dimmable-light"
[scene.welcome]
when = [ { event = "hall/switch", is = "press" }, { topic = "light" }, { device = "hall/lamp", attr = "fading", becomes = true } ]
do   = [ { device = "hall/light", do = "on" }, { say = "Hello" } ]
`

func TestWhy(t *testing.T) {
	house, err := scene.Load("test.toml", []byte(whyHouse))
	if err != nil {
		t.Fatal(err)
	}
	h := start(t, Config{Scenes: house, IDs: &message.Counted{}})
	pub := publisherOf(t, h)
	meta := func(id, cause string) string {
		return `{"id":"` + id + `","at":"2026-11-20T05:30:00Z","from":"tester","cause":"` + cause + `"}`
	}
	eventually(t, h, "welcome", "scene welcome idle")

	pub.Say(zmtptest.Wire("command/hall/switch", `{"do":"press"}`, meta("ask", "")))
	pub.Say(zmtptest.Wire("event/hall/switch", `{"event":"press"}`, meta("press", "ask")))
	eventually(t, h, "welcome", "scene welcome done ← hall/switch pressed by tester")
	eventually(t, h, "scene/welcome", "scene welcome done ← hall/switch pressed by tester")
	w := eventually(t, h, "press", "hall/switch pressed by tester")
	if at := w.Links[0].At; at == nil || at.Format(time.RFC3339) != "2026-11-20T06:30:00+01:00" || w.End != chronicle.Root {
		t.Errorf("%+v", w)
	}

	// The report of a device that did what the scene has asked for.
	w, err = h.Why("welcome")
	if err != nil {
		t.Fatal(err)
	}
	pub.Say(zmtptest.Wire("state/hall/light", `{"state":"on"}`, meta("on", "no such id")))
	w = eventually(t, h, "hall/light", "hall/light on ← something that is not remembered")
	if w.Missing != "no such id" || w.End != chronicle.Unknown {
		t.Errorf("%+v", w)
	}

	// A script that gives no meta, on a topic of its own and on ours.
	pub.Say(zmtptest.Wire("light", "ON"))
	eventually(t, h, "welcome", "scene welcome done ← light, from somebody who gave no meta")
	pub.Say(zmtptest.Wire("light", "ON", meta("raw", "")))
	eventually(t, h, "welcome", "scene welcome done ← light ON")
	pub.Say(zmtptest.Wire("command/hall/light", `{"do": "off"}`))
	pub.Say(zmtptest.Wire("state/hall/light", `{"state": "off"}`))
	w = eventually(t, h, "hall/light", "hall/light off, from somebody who gave no meta ← perhaps off by somebody who gave no meta")
	if w.Perhaps == nil || w.Perhaps.At == nil || w.End != chronicle.NoMeta {
		t.Errorf("%+v", w)
	}

	pub.Say(zmtptest.Wire("state/hall/light", `{"state": "on"}`, meta("on again", "")))
	eventually(t, h, "hall/light", "hall/light on ← perhaps off by somebody who gave no meta") // one cannot know

	// The report that fired is found though its word was the same, and though the device
	// has reported since.
	pub.Say(zmtptest.Wire("online/hall/lamp", `{"online":true}`))
	for i, payload := range []string{`{"state":"on","fading":false}`, `{"state":"on","fading":true}`, `{"state":"on","fading":true,"power_w":1}`} {
		pub.Say(zmtptest.Wire("state/hall/lamp", payload, meta("lamp"+string(rune('0'+i)), "")))
	}
	eventually(t, h, "welcome", "scene welcome done ← hall/lamp on")

	// Gone.
	pub.Say(zmtptest.Wire("online/hall/lamp", `{"online":false,"reason":"bye"}`))
	eventually(t, h, "hall/lamp", "hall/lamp offline (bye), from somebody who gave no meta")
}

func TestWhyOfWhatThereIsNot(t *testing.T) {
	house, err := scene.Load("test.toml", []byte(whyHouse))
	if err != nil {
		t.Fatal(err)
	}
	h := start(t, Config{Scenes: house})
	eventually(t, h, "welcome", "scene welcome idle")
	for of, want := range map[string]string{
		"":                                     "of what? want ",
		"welcom":                               `the bus knows no "welcom" (did you mean "welcome"?)`,
		"hall/light":                           "hall/light has said nothing since the bus was started",
		"cellar/furnace":                       `the bus knows no "cellar/furnace"`,
		"0197f3a2-7c3a-7000-8000-000000000001": `the bus knows no scene "0197f3a2-7c3a-7000-8000-000000000001", and remembers no message with that id (it has forgotten 0)`,
		strings.Repeat("x", 1000):              `"xxxxxxxxxxxxxxxxxxxx"… is the name of nothing`,
	} {
		if _, err := h.Why(of); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", of, err, want)
		}
	}
}

// A long message is remembered by its beginning.
func TestWhyOfALongMessage(t *testing.T) {
	h := start(t, Config{})
	pub := publisherOf(t, h)
	pub.Say(zmtptest.Wire("command/hall/light", `{"do":"on","text":"`+strings.Repeat("x", 1<<20)+`"}`, `{"id":"1","from":"me"}`))
	pub.Say(zmtptest.Wire("state/hall/light", `{"state":"on","text":"`+strings.Repeat("x", 1<<20)+`"}`, `{"id":"2","from":"light","cause":"1"}`))
	w := eventually(t, h, "hall/light", "hall/light on ← on by me")
	if n := len(w.Links[0].Payload); n > maxShown {
		t.Errorf("%d bytes of the payload are shown", n)
	}
	pub.Say(zmtptest.Wire("state/hall/light", `{"state":"off"}`, `{"id":"3","from":"`+strings.Repeat("x", 1<<20)+`","cause":"1"}`))
	eventually(t, h, "hall/light", "hall/light off, whose meta cannot be read")
}

// Of the reports of an appliance those are remembered in which its word is another one.
func TestReportsThatAreRemembered(t *testing.T) {
	m := newMemory(Limits{}, nil)
	w := m.Watch([]byte("state/a/b"))
	remembered := 0
	for i, tt := range []struct {
		payload string
		is      bool
	}{
		{`{}`, false},
		{`{"state":"on","x":1}`, true},
		{`{"state":"on","x":2}`, false},
		{`{"state":"only","x":2}`, true},
		{`{"state":"on","x":2}`, true},
		{`{"x":3,"state":"on","y":1}`, false},
		{`{"state": "off"}`, true},
		{`{"state": "off"}`, false},
		{`{"x":1}`, true},
		{`{"x":2}`, false},
		{"", false},
		{`{"state":` + strings.Repeat("9", 2*maxWord) + `,"x":1}`, true},
		{`{"state":` + strings.Repeat("9", 2*maxWord) + `,"x":2}`, false},
		{`{"x":"` + strings.Repeat("x", maxCausePayload) + `","state":"on"}`, true},
		{`{"x":"` + strings.Repeat("y", maxCausePayload) + `","state":"off"}`, false},
	} {
		w.Message(1, zmtptest.Wire("state/a/b", tt.payload))
		n := 0
		m.chronicle.Copy().Book(func(wire []byte) [][]byte { n++; return proxy.Raw(wire).Frames() }).Find("x")
		if n > remembered != tt.is {
			t.Errorf("%d %.40s: %t, want %t", i, tt.payload, n > remembered, tt.is)
		}
		remembered = n
	}
}
