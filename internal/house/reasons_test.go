package house

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"homebus/internal/message"
	"homebus/internal/scene"
	"homebus/internal/telling"
)

// flat is what the stories of these tests happen in; the line behind it is the first of
// a timeline.
const flat = `schema = 1
[home]
timezone = "Europe/Berlin"
[device.bathroom.switch]
type = "light-switch"
controls = "bathroom/light"
[device.bathroom.light]
type = "dimmable-light"
[device.kitchen.toaster]
type = "toaster"
[device.kitchen.coffee]
type = "coffee-maker"
[device.hall.light]
type = "dimmable-light"
[scene.morning]
when = [ { event = "bathroom/switch", is = "press" } ]
only_if = [ { between = ["05:30", "10:00"] } ]
do = [
  { device = "kitchen/toaster", do = "start", browning = 4, if = { device = "kitchen/toaster", attr = "loaded", is = true } },
  { device = "kitchen/coffee", do = "brew", cups = 4, confirm = "5s", retry = 2 },
  { until = { device = "kitchen/coffee", is = "warming" }, timeout = "3m", on_timeout = "coffee-failed" },
  { say = "Coffee is ready, {kitchen/coffee.water_ml} ml are left" },
]
[scene.coffee-failed]
do = [ { device = "kitchen/coffee", do = "stop" } ]
[scene.night-off]
when = [ { time = "02:30" } ]
do = [ { wait = "10s" }, { device = "hall/light", do = "off" } ]
[scene.doorbell]
when = [ { topic = "doorbell", payload = "ring" } ]
do = [ { run = "hall-on" }, { say = "Somebody is at the door" } ]
[scene.tidy]
do = [ { say = "Empty", if = { device = "kitchen/toaster", attr = "loaded", is = false } }, { stop = "morning" }, { wait = "1h" }, { device = "hall/light", do = "on" } ]
[scene.hall-on]
do = [ { device = "hall/light", do = "on", brightness = 30 } ]
[[test]]
name = "x"
start = `

// why plays a timeline and returns what is said of each of its failures, a line each.
func why(t *testing.T, start, lines string) string {
	t.Helper()
	f := parse(t, "flat.toml", flat+start+"\n"+lines)
	r := RunTest(f, f.Tests[0])
	var out bytes.Buffer
	p := printer{w: &out}
	for _, failure := range r.Failures {
		p.reasons(&r, failure, map[string]bool{})
	}
	return strings.ReplaceAll(out.String(), "        ", "")
}

func TestWhyItFailed(t *testing.T) {
	const morning, night = "2026-11-20T06:30:00", "2026-11-20T02:00:00"
	const press = `{ at = "0s", device = "bathroom/switch", do = "press" },`
	line := strings.Count(flat, "\n") + 2 // of a timeline's first one
	tests := []struct {
		name, start, lines string
		want               []string
	}{
		{"a scene that took the place of another", morning, press + ` { by = "4m", expect = "kitchen/coffee", is = "warming" }`, []string{
			"chain: kitchen/coffee idle (06:33:00) ← scene coffee-failed, step 1: kitchen/coffee stop ← scene morning failed: step 3: after 3m not yet: kitchen/coffee is warming does not hold (found heating) ← bathroom/switch pressed (06:30:00) ← test line %d",
			"scene morning (06:30:00): step 2: kitchen/coffee brew cups=4",
			"scene morning (06:33:00): run failed: step 3: after 3m not yet: kitchen/coffee is warming does not hold (found heating)",
			"scene coffee-failed (06:33:00): step 1: kitchen/coffee stop",
			"scene coffee-failed (06:33:00): run done",
		}},
		{"what must not be is enough by itself", morning, press + ` { until = "4m", never = "scene/coffee-failed", is = "running" }`, []string{
			"chain: scene coffee-failed running ← scene morning failed: step 3: after 3m not yet: kitchen/coffee is warming does not hold (found heating) ← bathroom/switch pressed (06:30:00) ← test line %d",
		}},
		{"a step that was passed over", morning, `{ at = "0s", device = "kitchen/toaster", do = "unload" }, { at = "4m", device = "bathroom/switch", do = "press" },
			{ by = "5m", expect = "kitchen/toaster", is = "toasting" }`, []string{
			"chain: kitchen/toaster idle (06:30:00) ← the start of the test",
			"scene morning (06:34:00): step 1 passed over: kitchen/toaster loaded is true does not hold (found false)",
		}},
		{"a scene that its conditions kept back", night, press + ` { by = "1m", expect = "scene/morning", is = "running" }`, []string{
			"chain: scene morning idle (02:00:00) ← the start of the test",
			"scene morning (02:00:00): not run (bathroom/switch press): it is between 05:30 and 10:00 does not hold (it is Fri 02:00:00)",
		}},
		{"a scene that nothing started, and what would run it", morning, `{ at = "1m", expect = "scene/coffee-failed", attr = "runs", is = 1 }`, []string{
			"chain: scene/coffee-failed runs 0 (06:30:00) ← the start of the test",
			"scene coffee-failed (06:31:00): has not run",
			"scene morning (06:31:00): has not run",
		}},
		{"a time of day", night, `{ at = "0s", device = "hall/light", do = "on" }, { at = "1h", expect = "hall/light", is = "on" }`, []string{
			"chain: hall/light off (02:30:10) ← scene night-off, step 2: hall/light off ← at 02:30 (02:30:00)",
			"scene night-off (02:30:10): step 2: hall/light off",
			"scene night-off (02:30:10): run done",
			"scene tidy (03:00:00): has not run",
			"scene hall-on (03:00:00): has not run",
		}},
		{"a scene that was stopped, and one that waits", morning, `{ at = "0s", publish = "command/scene/morning", payload = { do = "run" } }, { at = "1m", publish = "command/scene/tidy", payload = { do = "run" } },
			{ by = "2m", expect = "scene/morning", is = "done" }, { by = "2m", expect = "hall/light", is = "on" }`, []string{
			"chain: scene morning stopped (06:31:00) ← scene tidy, step 2 ← run by hand ← test line %d",
			"scene morning (06:31:00): stopped: by scene tidy",
			"chain: hall/light off (06:30:00) ← the start of the test",
			"scene tidy (06:32:00): is at step 3 of 4: wait 1h",
			"scene night-off (06:32:00): has not run",
			"scene hall-on (06:32:00): has not run",
		}},
		{"a stranger's message, and a scene that runs another", morning, `{ at = "1s", publish = "doorbell", payload = "ring" }, { until = "2s", never = "hall/light", attr = "brightness", above = 20 }`, []string{
			"chain: hall/light brightness 30 ← scene hall-on, step 1: hall/light on brightness=30 ← scene doorbell, step 1 ← doorbell ring ← test line %d",
		}},
		{"by wire", morning, press + ` { at = "0s", expect = "bathroom/light", is = "off" }`, []string{
			"chain: bathroom/light on ← bathroom/switch pressed ← test line %d",
		}},
		{"by hand", morning, `{ at = "0s", device = "bathroom/switch", fault = "offline" },
			` + press + ` { at = "0s", expect = "bathroom/switch", is = "off" }`, []string{
			"chain: bathroom/switch offline ← test line %d",
		}},
		{"what was given", morning, `{ until = "1m", never = "kitchen/coffee", attr = "water_ml", is = 1000 }`, []string{
			"chain: kitchen/coffee water_ml 1000 ← the start of the test",
		}},
		{"what was said", morning, `{ at = "0s", publish = "doorbell", payload = "ring" }, { until = "1s", never_said = "Somebody is at the door" }`, []string{
			`chain: said "Somebody is at the door" ← scene doorbell, step 2 ← doorbell ring ← test line %d`,
		}},
		{"what was said instead, and who could have said it", morning, `{ at = "0s", publish = "doorbell", payload = "ring" }, { by = "1s", said = "Coffee is ready, 7 ml are left" }`, []string{
			`chain: said "Somebody is at the door" (06:30:00) ← scene doorbell, step 2 ← doorbell ring ← test line %d`,
			"scene morning (06:30:01): has not run",
		}},
		{"what nobody can say", morning, press + ` { by = "1s", said = "Tea is ready" }`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.ReplaceAll(strings.Join(append(tt.want, ""), "\n"), "%d", fmt.Sprint(line))
			if got := why(t, tt.start, "timeline = ["+tt.lines+"]"); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// What happened in between, however much, does not break a chain.
func TestAChainOfLongAgo(t *testing.T) {
	var h history
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	ids := message.Counted{}
	add := func(topic, payload, cause string) *told {
		m := message.Message{Topic: topic, Payload: []byte(payload), Meta: &message.Meta{ID: ids.NewID(at), Cause: cause}}
		return h.add(Entry{At: at, Message: m}, 0)
	}
	press := add("event/hall/switch", `{"event":"press"}`, "")
	running := add("scene/long", `{"state":"running","reason":"hall/switch press"}`, press.Message.ID())
	pass := func(n int) {
		for range n {
			add("state/x/y", `{}`, "")
		}
	}
	pass(generation - 10)
	command := add("command/hall/light", `{"do":"off"}`, running.Message.ID())
	pass(3 * generation)
	off := add("state/hall/light", `{"state":"off"}`, command.Message.ID())
	if off.cause != nil {
		t.Fatal("a message is still known after three generations, so that this tests nothing")
	}
	text := func(of *told) (s string) {
		for _, l := range chain(of, telling.Message(of.Message)) {
			s += l.Text + "; "
		}
		return s
	}
	if got, want := text(off), "hall/light off; …; "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := text(command), "hall/light off; scene long; hall/switch pressed; "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if n := len(h.young) + len(h.old); n > 2*generation {
		t.Errorf("%d messages are kept", n)
	}
}

// A message that names itself, or one that is to come, as its cause has none.
func TestAChainHasAnEnd(t *testing.T) {
	var h history
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	var last *told
	for i := range 10 * maxLinks {
		meta := &message.Meta{ID: fmt.Sprint(i % 2), Cause: fmt.Sprint((i + 1) % 2)}
		last = h.add(Entry{At: at, Message: message.Message{Topic: "event/a/b", Payload: fmt.Append(nil, `{"event":"`, i, `"}`), Meta: meta}}, 0)
	}
	if n := len(chain(last, "x")); n > maxLinks+1 {
		t.Errorf("a chain of %d links", n)
	}
}

func TestWhoCan(t *testing.T) {
	f := parse(t, "flat.toml", flat+"2026-11-20T06:30:00\ntimeline = []")
	expect := func(id string) scene.Act { return &scene.Expect{Condition: &scene.StateCondition{Device: id}} }
	for name, tt := range map[string]struct {
		act  scene.Act
		want string
	}{
		"a device":       {expect("hall/light"), "night-off[1] tidy[3] hall-on[0] doorbell[0]"},
		"a scene":        {expect("scene/coffee-failed"), "coffee-failed[] morning[2]"},
		"no such scene":  {expect("scene/x"), ""},
		"by wire only":   {expect("bathroom/light"), ""},
		"a text":         {&scene.Said{Text: "Somebody is at the door"}, "doorbell[1]"},
		"a filled text":  {&scene.Said{Text: "Coffee is ready, ? ml are left"}, "morning[3]"},
		"another text":   {&scene.Said{Text: "Coffee is ready"}, ""},
		"nothing at all": {&scene.Publish{}, ""},
	} {
		var got []string
		for _, a := range whoCan(f, &scene.Line{Act: tt.act}) {
			got = append(got, fmt.Sprint(a.scene.Name, a.steps))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %s, want %s", name, s, tt.want)
		}
	}
}
