package house

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/scene"
	"homebus/internal/scene/scenetest"
)

// mostADay is how many messages there may be in a day of a random house: scenes that
// chase one another are held at 20 starts in 10 s each, which is the most of it.
const mostADay = 2_000_000

// Any house with any scenes lives through a day, or a part of one, with faults: it comes to rest, says a
// bounded number of things, and says the same when it lives through it again.
func TestRandomHouses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, err := scene.Load("random.toml", scenetest.TOML(scenetest.File(t, 5)))
		if err != nil {
			t.Fatal(err)
		}
		acts := randomActs(t, f)
		length := rapid.SampledFrom([]time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour}).Draw(t, "length")
		first, n := live(t, f, acts, length)
		if n > mostADay {
			t.Fatalf("%d messages", n)
		}
		if again, _ := live(t, f, acts, length); again != first {
			t.Fatalf("first %s, again %s", first, again)
		}
	})
}

// act is something that happens to a house at a time of the day.
type act struct {
	at   time.Duration
	does func(*House) error
}

func randomActs(t *rapid.T, f *scene.File) []act {
	var acts []act
	able := obedient(f)
	var at time.Duration
	for range rapid.IntRange(0, 8).Draw(t, "acts") {
		at += time.Duration(rapid.IntRange(0, 3*3600).Draw(t, "pause")) * time.Second
		d := rapid.SampledFrom(able).Draw(t, "device")
		do := &scene.Do{Device: d.ID, Do: rapid.SampledFrom(d.Type.Actions).Draw(t, "action").Name}
		does := func(h *House) error { return h.Do(do) }
		if rapid.Bool().Draw(t, "a fault") {
			fault := &scene.Fault{Device: d.ID, Kind: rapid.SampledFrom(d.Type.AllFaults()).Draw(t, "fault").Name, For: rapid.SampledFrom([]time.Duration{0, time.Minute, time.Hour}).Draw(t, "for")}
			does = func(h *House) error { return h.Act(faultMessage(fault)) }
		}
		acts = append(acts, act{at, does})
	}
	return acts
}

// live lives through a time from midnight on and returns a sum of all that was said,
// and how much that was.
func live(t *rapid.T, f *scene.File, acts []act, length time.Duration) (sum string, messages int) {
	start := time.Date(2026, 11, 20, 0, 0, 0, 0, f.Home.Zone)
	said := sha256.New()
	write := json.NewEncoder(said)
	h, err := New(f, Options{Start: start, Seed: 1, Heard: func(e Entry) {
		_ = write.Encode(e.At)
		_ = write.Encode(e.Message.Frames()) // a hash takes everything
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Begin(); err != nil {
		t.Fatal(err)
	}
	for _, a := range acts {
		if a.at > length {
			break
		}
		if err := h.Advance(start.Add(a.at)); err != nil {
			t.Fatal(err)
		}
		if err := a.does(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Advance(start.Add(length)); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", said.Sum(nil)), h.Messages()
}
