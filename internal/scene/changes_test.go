package scene

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const comparedHouse = `
[home]
timezone = "Europe/Berlin"
latitude = 52.52
longitude = 13.40

[device.hall.switch]
type = "light-switch"

[device.hall.light]
type = "dimmable-light"

[device.home.mode]
type   = "mode"
values = ["home", "away"]

[[occupancy]]
wake = "06:30"

[scene.welcome]
mode = "queued"
when = [ { event = "hall/switch", is = "press" }, { time = "07:30", days = ["sat", "sun"] } ]
only_if = [ { device = "home/mode", is = "home" }, { once_per = "day" } ]
do = [
  { device = "hall/light", do = "on", brightness = 70, over = "10s" },
  { until = { device = "hall/light", is = "off", for = "1m" }, timeout = "5m", on_timeout = "bye" },
]

[scene.bye]
do = [ { say = "Bye, {home/mode}", level = "warning" } ]
`

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name     string
		old, new string // of what is replaced in the file
		want     string // "kind of difference: names" in one line; "" for none
	}{
		{"nothing", "", "", ""},
		{"an empty line", "\n[scene.welcome]", "\n\n\n[scene.welcome]", ""},
		{"a comment", "mode = \"queued\"", "mode = \"queued\" # or single?", ""},
		{"another form", `{ time = "07:30", days = ["sat", "sun"] }`, `{ days = ["sun","sat"], time = '07:30' }`, ""},
		{"one line in place of many", "[\n  { device = \"hall/light\", do = \"on\"", "[ { device = \"hall/light\", do = \"on\"", ""},
		{"what is the default anyway", `mode = "queued"`, "mode = \"queued\"\nmax = 10", ""},
		{"a test", "\n[scene.bye]", "\n[[test]]\nname = \"x\"\nstart = 2026-11-20T06:30:00\ntimeline = []\n[scene.bye]", ""},
		{"the title", `mode = "queued"`, "mode = \"queued\"\nname = \"Welcome!\"", "scenes changed: welcome"},
		{"the mode", `"queued"`, `"single"`, "scenes changed: welcome"},
		{"the bound", `mode = "queued"`, "mode = \"queued\"\nmax = 3", "scenes changed: welcome"},
		{"an event", `is = "press"`, `is = "double_press"`, "scenes changed: welcome"},
		{"any event", `, is = "press"`, ``, "scenes changed: welcome"},
		{"a time", `"07:30"`, `"07:31"`, "scenes changed: welcome"},
		{"the days", `["sat", "sun"]`, `["sat"]`, "scenes changed: welcome"},
		{"a condition", `is = "home"`, `is_not = "home"`, "scenes changed: welcome"},
		{"the period", `once_per = "day"`, `once_per = "week"`, "scenes changed: welcome"},
		{"a parameter", "brightness = 70", "brightness = 71", "scenes changed: welcome"},
		{"a parameter less", "brightness = 70, ", "", "scenes changed: welcome"},
		{"how long", `for = "1m"`, `for = "2m"`, "scenes changed: welcome"},
		{"a text", "Bye", "Tschüss", "scenes changed: bye"},
		{"the value in a text", "{home/mode}", "{hall/light}", "scenes changed: bye"},
		{"the order of the conditions", `{ device = "home/mode", is = "home" }, { once_per = "day" }`, `{ once_per = "day" }, { device = "home/mode", is = "home" }`, "scenes changed: welcome"},
		{"a name", "[scene.welcome]", "[scene.hello]", "scenes new: hello, scenes gone: welcome"},
		{"one more scene", "\n[scene.bye]", "\n[scene.a]\ndo = []\n[scene.bye]", "scenes new: a"},
		{"a mode's values", `["home", "away"]`, `["home", "away", "night"]`, "devices changed: home/mode"},
		{"a type", `"dimmable-light"`, "\"dimmable-light\"\nwatts = 5", "devices changed: hall/light"},
		{"one more device", "\n[device.home.mode]", "\n[device.attic.light]\ntype = \"dimmable-light\"\n[device.home.mode]", "devices new: attic/light"},
		{"who lives there", `"06:30"`, `"06:31"`, "people"},
		{"the zone", "Europe/Berlin", "Europe/London", "home"},
		{"the place", "52.52", "52.53", "home"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			old, err := Load("old.toml", []byte(comparedHouse))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(comparedHouse, tt.old, tt.new, 1)
			if tt.old != "" && text == comparedHouse {
				t.Fatalf("%q does not stand in the file", tt.old)
			}
			new, err := Load("new.toml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if got := differing(Compare(old, new)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// differing puts what differs in words.
func differing(c Changes) string {
	var all []string
	for _, d := range []struct {
		what string
		Differences
	}{{"scenes", c.Scenes}, {"devices", c.Devices}} {
		for _, kind := range []struct {
			name  string
			names []string
		}{{"new", d.New}, {"changed", d.Changed}, {"gone", d.Gone}} {
			if len(kind.names) > 0 {
				all = append(all, d.what+" "+kind.name+": "+strings.Join(kind.names, " "))
			}
		}
	}
	if c.People {
		all = append(all, "people")
	}
	if c.Home {
		all = append(all, "home")
	}
	return strings.Join(all, ", ")
}

// A file is as it is, whatever the language has come to hold: the comparison knows
// every kind of value in it.
func TestEveryFileIsLikeItself(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "../../scenes.toml")
	compared := 0
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := Load("a.toml", src)
		if err != nil {
			continue
		}
		b, err := Load("b.toml", append([]byte("# one line more\n"), src...))
		if err != nil {
			t.Fatal(err)
		}
		compared++
		if c := Compare(a, b); differing(c) != "" || len(c.Scenes.Same) != len(a.Scenes) {
			t.Errorf("%s: %+v", path, c)
		}
	}
	t.Logf("%d files", compared)
	if compared == 0 {
		t.Error("no file is a good one")
	}
}

func TestDifferencesAreInTheOrderOfTheFiles(t *testing.T) {
	scenes := func(names ...string) *File {
		f := new(File)
		for _, n := range names {
			f.Scenes = append(f.Scenes, &Scene{Name: n[:1], Title: n[1:]})
		}
		return f
	}
	got := Compare(scenes("a", "b", "c", "d", "e", "f"), scenes("g", "fx", "d", "bx", "c", "h")).Scenes
	want := Differences{New: []string{"g", "h"}, Changed: []string{"f", "b"}, Gone: []string{"a", "e"}, Same: []string{"d", "c"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
