package house

import (
	"strings"
	"testing"

	"homebus/internal/scene"
)

// TestSnapshotAndRestore plays what a real lamp is after a scene that has kept it,
// made it flash and brought it back.
func TestSnapshotAndRestore(t *testing.T) {
	const house = `
[device.hall.light]
type = "dimmable-light"
[device.hall.lamp]
type = "dimmable-light"
[scene.flash]
when = [ { topic = "bell" } ]
mode = "queued"
do = [
  { snapshot = ["hall/light", "hall/lamp"] },
  { repeat = 2, do = [
    { device = "hall/light", do = "on", brightness = 100 },
    { device = "hall/lamp",  do = "on", brightness = 100 },
    { wait = "500ms" },
    { device = "hall/light", do = "off" },
    { wait = "500ms" },
  ] },
  { restore = true },
]
`
	for name, timeline := range map[string]string{
		"a light that is on": `
  { at = "0s", device = "hall/light", do = "on", brightness = 40 },
  { at = "1s", publish = "bell" },
  { at = "1500ms", expect = "hall/light", is = "off" },
  { at = "3s", expect = "hall/light", attr = "brightness", is = 40 },
  { at = "3s", expect = "hall/lamp", is = "off" },
  { at = "1h", expect = "hall/light", attr = "brightness", is = 40 },`,
		// After 10 of 100 s it is at 10 %, and has 90 s to go.
		"a light in mid-fade": `
  { at = "0s",  device = "hall/light", do = "on", brightness = 100, over = "100s" },
  { at = "10s", publish = "bell" },
  { at = "12s", expect = "hall/light", attr = "brightness", between = [10, 11] },
  { at = "12s", expect = "hall/light", attr = "fading", is = true },
  { at = "57s", expect = "hall/light", attr = "brightness", between = [54, 56] },
  { at = "101s", expect = "hall/light", attr = "fading", is = true },
  { at = "103s", expect = "hall/light", attr = "brightness", is = 100 },
  { at = "103s", expect = "hall/light", attr = "fading", is = false },`,
		"a light that fades to dark": `
  { at = "0s",  device = "hall/light", do = "on", brightness = 80 },
  { at = "1s",  device = "hall/light", do = "off", over = "80s" },
  { at = "41s", publish = "bell" },
  { at = "43s", expect = "hall/light", attr = "brightness", between = [39, 41] },
  { at = "43s", expect = "hall/light", attr = "target_brightness", is = 0 },
  { at = "84s", expect = "hall/light", is = "off" },`,
		"two in a row": `
  { at = "0s", device = "hall/light", do = "on", brightness = 40 },
  { at = "1s", publish = "bell" },
  { at = "2s", publish = "bell" },
  { at = "6s", expect = "hall/light", attr = "brightness", is = 40 },
  { at = "6s", expect = "scene/flash", attr = "runs", is = 2 },`,
	} {
		t.Run(name, func(t *testing.T) {
			src := house + "[[test]]\nname = \"it\"\nstart = 2026-11-20T06:00:00\ntimeline = [" + timeline + "\n]\n"
			f, err := scene.Load("scenes.toml", []byte(strings.TrimSpace(src)))
			if err != nil {
				t.Fatal(err)
			}
			if out, passed := playAll(t, Suite{File: f}); !passed {
				t.Error(out)
			}
		})
	}
}
