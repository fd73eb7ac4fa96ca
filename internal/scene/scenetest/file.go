package scenetest

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"homebus/devices"
	"homebus/internal/scene"
	"homebus/topics"
)

// File draws a house with up to most devices of the shipped types, and scenes about
// them and about one another that Load would take: every value is one that its
// declaration allows. The home is in Berlin. Positions are not set.
func File(t *rapid.T, most int) *scene.File {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	f := &scene.File{Home: scene.Home{Zone: zone, Latitude: 52.5, Longitude: 13.25, HasPlace: true}}
	types := slices.DeleteFunc(devices.Types(), func(t *devices.Type) bool { return len(t.Config) > 0 && t.InHub || t.Name == "power-meter" })
	add := func(typ *devices.Type) {
		f.Devices = append(f.Devices, &scene.Device{ID: fmt.Sprintf("room/d%d", len(f.Devices)), Type: typ})
	}
	for _, name := range []string{"light-switch", "dimmable-light"} { // of each kind of sentence something can be said
		typ, _ := devices.Lookup(name)
		add(typ)
	}
	for range rapid.IntRange(0, most-2).Draw(t, "devices") {
		add(rapid.SampledFrom(types).Draw(t, "type"))
	}
	d := drawer{t, f, rapid.IntRange(1, 5).Draw(t, "scenes")}
	for i := range d.scenes {
		f.Scenes = append(f.Scenes, d.scene(fmt.Sprintf("s%d", i)))
	}
	return f
}

// drawer draws the parts of a house.
type drawer struct {
	*rapid.T
	file   *scene.File
	scenes int
}

func (d drawer) scene(name string) *scene.Scene {
	s := &scene.Scene{Name: name, Title: name, Mode: scene.Mode(d.upTo(3)), Max: 1}
	if s.Mode == scene.Queued || s.Mode == scene.Parallel {
		s.Max = 1 + d.upTo(2)
	}
	for range d.upTo(3) {
		s.When = append(s.When, d.trigger())
	}
	if d.odds(2) {
		s.OnlyIf = append(s.OnlyIf, d.condition(2))
	}
	if d.odds(4) {
		s.OnlyIf = append(s.OnlyIf, &scene.OncePerCondition{Period: one(d, scene.Hour, scene.Day, scene.Week, scene.Month)})
	}
	s.Do = append(s.Do, scene.Step{Action: d.snapshot()}) // so that a restore has something to bring back
	for range d.upTo(5) {
		s.Do = append(s.Do, d.step(2))
	}
	return s
}

// upTo draws a number from 0 to most.
func (d drawer) upTo(most int) int { return rapid.IntRange(0, most).Draw(d.T, "number") }

// odds is true once in so many times.
func (d drawer) odds(times int) bool { return d.upTo(times-1) == 0 }

func one[T any](d drawer, of ...T) T { return rapid.SampledFrom(of).Draw(d.T, "one") }

func (d drawer) sceneName() string { return fmt.Sprintf("s%d", d.upTo(d.scenes-1)) }

// device draws a device of which can holds, which some are.
func (d drawer) device(can func(*devices.Type) bool) *scene.Device {
	able := slices.DeleteFunc(slices.Clone(d.file.Devices), func(x *scene.Device) bool { return !can(x.Type) })
	return rapid.SampledFrom(able).Draw(d.T, "device")
}

// attribute draws something that can be asked of a device or a scene and is of one
// of the kinds; its id is that of the device, or "scene/NAME".
func (d drawer) attribute(kinds ...devices.Kind) (id string, a devices.Attribute) {
	is := func(a devices.Attribute) bool { return slices.Contains(kinds, a.Kind) }
	if d.odds(3) {
		id = topics.Scene(d.sceneName())
		of := []devices.Attribute{
			{Value: devices.Value{Name: "state", Kind: devices.Word, Values: []string{"idle", "running", "done", "failed", "stopped"}}},
			{Value: devices.Value{Name: "runs", Kind: devices.Int}},
		}
		return id, one(d, slices.DeleteFunc(of, func(a devices.Attribute) bool { return !is(a) })...)
	}
	x := d.device(func(t *devices.Type) bool { return slices.ContainsFunc(t.Attributes, is) })
	of := slices.DeleteFunc(slices.Clone(x.Type.Attributes), func(a devices.Attribute) bool { return !is(a) })
	return x.ID, one(d, of...)
}

// value draws a value that the declaration allows, as encoding/json has it.
func (d drawer) value(v devices.Value) any {
	switch v.Kind {
	case devices.Bool:
		return d.odds(2)
	case devices.Word:
		return one(d, v.Values...)
	case devices.Duration:
		return one(d, "10s", "1m")
	case devices.Int, devices.Number:
		return v.Min + float64(d.upTo(int(max(0, min(v.Max-v.Min, 5)))))
	}
	return "x"
}

func (d drawer) duration() time.Duration {
	return one(d, time.Millisecond, time.Second, 90*time.Second, time.Minute, 3*time.Hour)
}

func (d drawer) timeOfDay() scene.TimeOfDay { return scene.TimeOfDay(d.upTo(86399)) }

func (d drawer) days() scene.Days { return scene.Days(d.upTo(127)) }
