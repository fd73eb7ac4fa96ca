package house

import (
	"strings"
	"testing"

	"homebus/internal/scene"
)

// home is what the timelines of these tests are played in.
const home = `schema = 1
[home]
timezone = "Europe/Berlin"
[device.bathroom.switch]
type = "light-switch"
controls = "bathroom/light"
[device.bathroom.light]
type = "dimmable-light"
[device.kitchen.coffee]
type = "coffee-maker"
[scene.flash]
when = [ { event = "bathroom/switch", is = "press" } ]
do   = [ { say = "flash" } ]
[scene.doorbell]
when = [ { topic = "doorbell", payload = "ring" } ]
do   = [ { wait = "1m" }, { say = "somebody is at the door" }, { wait = "1m" } ]
[scene.alone]
do   = [ { device = "bathroom/light", do = "on" } ]
[scene.dark]
do   = [ { wait = "2m" }, { device = "bathroom/light", do = "off" } ]
[[test]]
name  = "x"
start = 2026-11-20T06:00:00
`

// playLines plays one test whose given and timeline are in src.
func playLines(t *testing.T, src string) Result {
	t.Helper()
	f := parse(t, "scenes.toml", home+src)
	return RunTest(f, f.Tests[0])
}

func TestTimelines(t *testing.T) {
	const press = `{ at = "1m", device = "bathroom/switch", do = "press" },`
	const ring = `{ at = "1m", publish = "doorbell", payload = "ring" },`
	tests := []struct {
		name  string
		lines string
		fails []string // "want …, found …" of each failure
	}{
		{"at, after the act", press + `{ at = "1m", expect = "bathroom/light", is = "on" }`, nil},
		{"at, before the act", `{ at = "1m", expect = "bathroom/light", is = "on" },` + press, []string{"want bathroom/light is on, found off"}},
		{"at sees no state of no duration", press + `{ at = "1m", expect = "scene/flash", is = "running" }`, []string{"want scene/flash is running, found done"}},
		{"by sees a state of no duration", press + `{ by = "1m", expect = "scene/flash", is = "running" }`, nil},
		{"by sees it later too", press + `{ by = "5m", expect = "scene/flash", is = "running" }`, nil},
		{"by does not see what ended before", press + `{ at = "2m", expect = "scene/flash", is = "done" }, { by = "5m", expect = "scene/flash", is = "running" }`,
			[]string{"want scene/flash is running, found done"}},
		{"by, already true", `{ by = "1m", expect = "bathroom/light", is = "off" }`, nil},
		{"by, true until a moment after the line before", `{ at = "1m", device = "bathroom/light", do = "on" },
			{ at = "1m", publish = "command/scene/dark", payload = { do = "run" } },
			{ at = "2m", expect = "bathroom/light", is = "on" }, { by = "5m", expect = "bathroom/light", is = "on" },
			{ at = "5m", expect = "bathroom/light", is = "off" }`, nil},
		{"by, true in between", `{ by = "3m", expect = "bathroom/light", is = "on" }`, []string{"want bathroom/light is on, found off"}},
		{"two lines of one time share their window", ring + `{ by = "5m", expect = "scene/doorbell", is = "done" }, { by = "5m", said = "somebody is at the door" }`, nil},
		{"until, never", press + `{ until = "5m", never = "scene/alone", is = "running" }`, nil},
		{"until sees a state of no duration", press + `{ until = "5m", never = "scene/flash", is = "running" }`, []string{"want never scene/flash is running, found running"}},
		{"until, one failure for many", press + `{ until = "5m", never = "bathroom/light", is = "on" }`, []string{"want never bathroom/light is on, found on"}},
		{"until, true at first", `{ until = "5m", never = "bathroom/light", is = "off" }`, []string{"want never bathroom/light is off, found off"}},
		{"until, nothing known at first", `{ until = "5m", never = "bathroom/light", is_not = "off" }`, nil},
		{"until, true from the first word on", `{ until = "5m", never = "bathroom/light", is_not = "on" }`, []string{"want never bathroom/light is not on, found off"}},
		{"until does not see what the line before ends", press + `{ at = "1m", device = "bathroom/light", do = "off" }, { until = "5m", never = "bathroom/light", is = "on" }`, nil},
		{"said by", ring + `{ by = "3m", said = "somebody is at the door" }`, nil},
		{"said at the instant", ring + `{ at = "2m", said = "somebody is at the door" }`, nil},
		{"said at another instant", ring + `{ at = "3m", said = "somebody is at the door" }`, []string{`want said "somebody is at the door", found "somebody is at the door"`}},
		{"a scene is run", `{ at = "1m", run = "flash" }, { at = "1m", expect = "scene/flash", attr = "runs", is = 1 }`, nil},
		{"a scene is stopped", `{ at = "1m", run = "doorbell" }, { at = "1m", expect = "scene/doorbell", is = "running" }, { at = "1m", stop = "doorbell" }, { at = "1m", expect = "scene/doorbell", is = "stopped" }`, nil},
		{"heard", `{ at = "1m", publish = "radio", payload = "on" }, { at = "1m", heard = "radio" }`, nil},
		{"heard something else", `{ at = "1m", publish = "radio", payload = "on" }, { at = "1m", heard = "radio", payload = "off" }`, []string{"want heard radio off, found radio on"}},
		{"heard nothing", `{ by = "1m", heard = "radio" }`, []string{"want heard radio, found nothing was heard"}},
		{"never heard", `{ at = "1m", publish = "radios", payload = "on" }, { until = "2m", never_heard = "radio" }`, nil},
		{"heard after all", `{ at = "1m", expect = "bathroom/light", is = "off" }, { at = "1m", publish = "radio" }, { until = "2m", never_heard = "radio" }`, []string{"want never heard radio, found it was heard"}},
		{"a message of ours", press + `{ by = "3m", heard = "scene/flash" }`, nil},
		{"one frame", `{ at = "1m", publish = "doorbell ring" }, { at = "1m", expect = "scene/doorbell", is = "running" }`, nil},
		{"one frame that says something else", `{ at = "1m", publish = "doorbell rings" }, { until = "2m", never = "scene/doorbell", is = "running" }`, nil},
		{"said something else", press + `{ by = "3m", said = "flesh" }`, []string{`want said "flesh", found "flash"`}},
		{"said too early", ring + `{ by = "3m", expect = "scene/doorbell", is = "done" }, { by = "4m", said = "somebody is at the door" }`,
			[]string{`want said "somebody is at the door", found it was said before the line before`}},
		{"nothing said", `{ by = "3m", said = "flash" }`, []string{`want said "flash", found nothing was said`}},
		{"never said", ring + `{ until = "1m59s", never_said = "somebody is at the door" }`, nil},
		{"never said, and said", ring + `{ until = "2m", never_said = "somebody is at the door" }`, []string{`want never said "somebody is at the door", found it was said`}},
		{"offline", `{ at = "1m", device = "bathroom/light", fault = "offline" }, { at = "1m", expect = "bathroom/light", is = "offline" }`, nil},
		{"offline for a while", `{ at = "1m", device = "bathroom/light", fault = "offline", for = "2m" },
			{ at = "2m59s", expect = "bathroom/light", is = "offline" }, { at = "3m", expect = "bathroom/light", is = "off" }`, nil},
		{"offline and cleared", `{ at = "1m", device = "bathroom/light", fault = "offline" }, { at = "2m", device = "bathroom/light", clear = true },
			{ at = "2m", expect = "bathroom/light", is = "off" }`, nil},
		{"a switch that is cut off still has its button and its wire", `{ at = "0s", device = "bathroom/switch", fault = "offline" },` + press + `
			{ at = "1m", expect = "bathroom/light", is = "on" }, { at = "1m", expect = "bathroom/switch", is = "offline" },
			{ at = "1m", expect = "scene/flash", attr = "runs", is = 0 },
			{ at = "2m", device = "bathroom/switch", clear = true }, { at = "2m", expect = "bathroom/switch", is = "on" }`, nil},
		{"a switch that is deaf still has its button", `{ at = "0s", device = "bathroom/switch", fault = "deaf" },` + press + `
			{ at = "1m", expect = "bathroom/light", is = "on" }, { at = "1m", expect = "scene/flash", attr = "runs", is = 1 }`, nil},
		{"a coffee maker that is cut off brews by hand", `{ at = "0s", device = "kitchen/coffee", fault = "offline" },
			{ at = "1m", device = "kitchen/coffee", do = "brew", cups = 2 }, { at = "1m", device = "kitchen/coffee", do = "brew" },
			{ at = "2m", device = "kitchen/coffee", clear = true },
			{ at = "2m", expect = "kitchen/coffee", is = "heating" }, { at = "2m", expect = "kitchen/coffee", attr = "cups", is = 2 }`, nil},
		{"an attribute", `{ at = "1m", expect = "kitchen/coffee", attr = "water_ml", is = 1000 }`, nil},
		{"above", `{ at = "1m", expect = "kitchen/coffee", attr = "water_ml", above = 1000 }`, []string{"want kitchen/coffee water_ml above 1000, found 1000"}},
		{"a publish may run a scene", `{ at = "1m", publish = "command/scene/alone", payload = { do = "run" } }, { at = "1m", expect = "bathroom/light", is = "on" }`, nil},
		{"a failing line does not stop the next", `{ at = "1m", expect = "bathroom/light", is = "on" },` + press + `{ at = "2m", expect = "bathroom/light", is = "off" }`,
			[]string{"want bathroom/light is on, found off", "want bathroom/light is off, found on"}},
		{"an empty timeline", ``, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := playLines(t, "timeline = ["+tt.lines+"]")
			var got []string
			for _, f := range r.Failures {
				got = append(got, "want "+f.Want+", found "+f.Found)
			}
			if strings.Join(got, "\n") != strings.Join(tt.fails, "\n") {
				t.Errorf("failures %q, want %q", got, tt.fails)
			}
		})
	}
}

func TestGiven(t *testing.T) {
	const want = `timeline = [ { at = "0s", expect = "kitchen/coffee", attr = "water_ml", is = 300 },
		{ until = "1m", never = "kitchen/coffee", attr = "water_ml", is = 1000 } ]`
	if r := playLines(t, `given = [ { device = "kitchen/coffee", water_ml = 300 } ]`+"\n"+want); !r.Passed() {
		t.Errorf("%+v", r.Failures)
	}
}

func TestGivenStartsNoScene(t *testing.T) {
	f := parse(t, "scenes.toml", strings.Replace(home, "[scene.alone]", `[scene.alone]
when = [ { device = "kitchen/coffee", attr = "water_ml", becomes = 300 } ]`, 1)+`
given    = [ { device = "kitchen/coffee", water_ml = 300 } ]
timeline = [ { at = "1m", expect = "scene/alone", attr = "runs", is = 0 } ]`)
	if r := RunTest(f, f.Tests[0]); !r.Passed() {
		t.Errorf("%+v", r.Failures)
	}
}

func TestAGivenThatCannotBeIsToldOnce(t *testing.T) {
	f := parse(t, "scenes.toml", home+`timeline = [ { at = "1m", expect = "bathroom/light", is = "on" } ]`)
	f.Tests[0].Given = []scene.Given{{Device: "kitchen/coffee", Attrs: map[string]any{"water_ml": -5.0}, Pos: scene.Pos{Line: 7}}}
	r := RunTest(f, f.Tests[0])
	if len(r.Failures) != 1 || r.Failures[0].Pos.Line != 7 || !strings.Contains(r.Failures[0].Found, "water_ml is -5") {
		t.Errorf("%+v", r.Failures)
	}
}
