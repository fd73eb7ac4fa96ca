package devices

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/message"
)

// everyPlugged is a house in which everything that has a plug is plugged in, and
// trips some of the plugs.
func everyPlugged(t *rapid.T) (specs []Spec) {
	for _, typ := range Types() {
		if !typ.MainsPlug {
			continue
		}
		most := rapid.SampledFrom([]int{100, 1000, 3680}).Draw(t, "max_watts")
		specs = append(specs,
			Spec{ID: "plug/" + typ.Name, Type: "smart-plug", Config: map[string]any{"load": "load/" + typ.Name, "max_watts": most}},
			Spec{ID: "load/" + typ.Name, Type: typ.Name})
	}
	return append(specs, Spec{ID: HouseMeter, Type: PowerMeter})
}

// Whatever is done and given, what has no power draws none, and each plug draws what
// it feeds; courses keep to their range, and who is due next is known.
func TestPowerIsWhereThePlugsLetIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		specs := everyPlugged(rt)
		f, err := NewFleet(specs, start, Options{Seed: 5, IDs: &message.Counted{}})
		if err != nil {
			rt.Fatal(err)
		}
		for _, d := range drawDeeds(rt, specs) {
			for next, ok := f.Next(); ok && !next.After(d.at); next, ok = f.Next() {
				f.Tick(next)
				checkFleet(rt, f, next)
			}
			f.Handle(d.at, d.msg)
			checkFleet(rt, f, d.at)
			drawGiven(rt, f, d.at, specs)
			checkFleet(rt, f, d.at)
		}
	})
}

// drawGiven sets some attribute, as a test of scenes does.
func drawGiven(t *rapid.T, f *Fleet, now time.Time, specs []Spec) {
	spec := rapid.SampledFrom(specs).Draw(t, "to")
	typ, _ := spec.Declaration()
	attr := rapid.SampledFrom(typ.Attributes).Draw(t, "given")
	_, _ = f.Give(now, spec.ID, map[string]any{attr.Name: drawValue(t, &attr.Value)}) // some may not be given
}

func checkFleet(t *rapid.T, f *Fleet, now time.Time) {
	for i, a := range f.schedule {
		if a.queue != i || !a.wake.Equal(a.next()) {
			t.Fatalf("%s is to be woken at %s, and is due at %s", a.id, a.wake, a.next())
		}
	}
	house := 0.0
	for _, a := range f.order {
		watts := wattsOf(a, now)
		if a.feeder == nil {
			house += watts
		}
		if a.dead && watts != 0 || watts < 0 {
			t.Fatalf("%s, dead %v, draws %v W", a.id, a.dead, watts)
		}
		if want := fedBy(a, now); a.typ.Name == "smart-plug" && math.Abs(watts-want) > 1e-6 {
			t.Fatalf("%s draws %v W, want %v", a.id, watts, want)
		}
		if p, ok := readingOf(a, "progress", now); ok && !(-1e-9 < p && p < 1+1e-9) {
			t.Fatalf("%s: progress %v", a.id, p)
		}
		if s, ok := readingOf(a, "remaining_s", now); ok && s < -1e-6 {
			t.Fatalf("%s: remaining %v s", a.id, s)
		}
	}
	if w, _ := readingOf(f.byID[HouseMeter], "power_w", now); math.Abs(w-house) > 1e-6 {
		t.Fatalf("the house draws %v W by its meter, %v by what is in it", w, house)
	}
}

// fedBy is what a plug must draw for itself and what it feeds.
func fedBy(plug *appliance, now time.Time) float64 {
	m, ok := plug.model.(*smartPlug)
	switch {
	case !ok || plug.dead:
		return 0
	case plug.load == nil:
		return m.config.number("watts")
	}
	return m.config.number("watts") + wattsOf(plug.load, now)
}

func wattsOf(a *appliance, now time.Time) float64 {
	if m, ok := a.model.(metered); ok {
		return m.draws().at(now)
	}
	return 0
}
