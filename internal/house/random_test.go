package house

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/devices"
	"homebus/internal/scene"
	"homebus/topics"
)

// Any timeline is played to its end, the same way every time, and each line
// fails at most once.
func TestRandomTimelines(t *testing.T) {
	f := load(t, "breakfast.toml")
	rapid.Check(t, func(t *rapid.T) {
		test := &scene.Test{Name: "x", Start: morning, Timeline: randomTimeline(t, f)}
		first := RunTest(f, test)
		again := RunTest(f, test)
		a, _ := json.Marshal(report("x", &first))
		b, _ := json.Marshal(report("x", &again))
		if string(a) != string(b) {
			t.Fatalf("first %s\nagain %s", a, b)
		}
		lines := map[scene.Pos]int{}
		for _, failure := range first.Failures {
			if lines[failure.Pos]++; lines[failure.Pos] > 1 {
				t.Fatalf("line %v failed twice: %+v", failure.Pos, first.Failures)
			}
		}
		if n := len(test.Timeline); n > 0 && first.Virtual != test.Timeline[n-1].Time {
			t.Fatalf("played for %v, want %v", first.Virtual, test.Timeline[n-1].Time)
		}
	})
}

func randomTimeline(t *rapid.T, f *scene.File) []scene.Line {
	var lines []scene.Line
	var at time.Duration
	for i := range rapid.IntRange(0, 12).Draw(t, "lines") {
		at += rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, 10 * time.Minute}).Draw(t, "pause")
		line := randomLine(t, f)
		line.Time, line.Pos = at, scene.Pos{Line: i + 1, Column: 1}
		lines = append(lines, line)
	}
	return lines
}

// obedient returns the appliances of a house that can be told to do something.
func obedient(f *scene.File) []*scene.Device {
	return slices.DeleteFunc(slices.Clone(f.Devices), func(d *scene.Device) bool { return len(d.Type.Actions) == 0 })
}

func randomLine(t *rapid.T, f *scene.File) scene.Line {
	d := rapid.SampledFrom(obedient(f)).Draw(t, "device")
	demand := rapid.SampledFrom([]scene.When{scene.At, scene.By, scene.UntilThen})
	switch rapid.IntRange(0, 5).Draw(t, "line") {
	case 0:
		return scene.Line{When: scene.At, Act: &scene.Do{Device: d.ID, Do: rapid.SampledFrom(d.Type.Actions).Draw(t, "action").Name}}
	case 1:
		fault := &scene.Fault{Device: d.ID, Kind: rapid.SampledFrom(devices.CommonFaults()).Draw(t, "fault").Name, For: time.Minute}
		return scene.Line{When: scene.At, Act: fault}
	case 2:
		return scene.Line{When: scene.At, Act: &scene.Publish{Topic: topics.Of(topics.KindState, d.ID), Payload: rapid.SampledFrom([]string{"", "{", `{"state":"on"}`}).Draw(t, "payload")}}
	case 3:
		return scene.Line{When: demand.Draw(t, "when"), Act: &scene.Said{Text: "Coffee is ready"}}
	}
	id := rapid.SampledFrom([]string{d.ID, topics.Scene("morning"), topics.Scene("coffee-failed")}).Draw(t, "subject")
	c := &scene.StateCondition{Device: id, For: rapid.SampledFrom([]time.Duration{0, 0, time.Minute}).Draw(t, "for")}
	c.Test.Is = rapid.SampledFrom([]any{"on", "off", "running", "idle", "offline", "toasting"}).Draw(t, "word")
	return scene.Line{When: demand.Draw(t, "when"), Act: &scene.Expect{Condition: c}}
}
