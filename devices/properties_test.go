package devices

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"homebus/internal/message"
	"homebus/internal/presence"
	"homebus/topics"
)

// live does the deeds, calls between before each, and announces what comes back.
func live(t testing.TB, deeds []deed, between func(f *Fleet, from, to time.Time) []Output) []Output {
	t.Helper()
	f, err := NewFleet(everyType(), start, Options{Seed: 5, IDs: &message.Counted{}})
	if err != nil {
		t.Fatal(err)
	}
	all, now := f.Announce(start), start
	for _, d := range append(deeds, deed{at: deeds[len(deeds)-1].at.Add(time.Hour)}) {
		all = append(all, between(f, now, d.at)...)
		now = d.at
		all = append(all, f.Tick(now)...)
		if d.msg.Topic != "" {
			all = append(all, f.Handle(now, d.msg)...)
		}
	}
	return all
}

// wireBytes writes outputs as bytes, all of them.
func wireBytes(outs []Output) []byte {
	var b bytes.Buffer
	for _, o := range outs {
		fmt.Fprintf(&b, "%s %d %v %q\n", o.Device, o.Link, o.Control, o.Message.Frames())
	}
	return b.Bytes()
}

// The same deeds at the same times lead to the same bytes, whoever looks when.
func TestTicksMakeNoDifference(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		deeds := drawDeeds(rt, everyType())
		none := func(*Fleet, time.Time, time.Time) []Output { return nil }
		byNext := func(f *Fleet, _, to time.Time) (outs []Output) {
			for next, ok := f.Next(); ok && !next.After(to); next, ok = f.Next() {
				outs = append(outs, f.Tick(next)...)
			}
			return outs
		}
		atRandom := func(f *Fleet, from, to time.Time) (outs []Output) {
			for range 5 {
				from = from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from))).Draw(rt, "tick")))
				outs = append(outs, f.Tick(from)...)
			}
			return outs
		}
		inPieces := func(f *Fleet, _, to time.Time) (outs []Output) {
			for reached := to.Add(-1); reached.Before(to); {
				var some []Output
				some, reached = f.Advance(to, rapid.IntRange(1, 5).Draw(rt, "most"))
				outs = append(outs, some...)
			}
			return outs
		}
		want := wireBytes(live(t, deeds, none))
		for name, between := range map[string]func(*Fleet, time.Time, time.Time) []Output{"again": none, "by next": byNext, "at random": atRandom, "in pieces": inPieces} {
			if got := wireBytes(live(t, deeds, between)); !bytes.Equal(got, want) {
				rt.Fatalf("%s it is another story:\n%s\nbefore:\n%s", name, got, want)
			}
		}
	})
}

// Whatever is done, every command is answered, states keep to their declaration
// and energy never falls.
func TestWhateverIsDone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		deeds := drawDeeds(rt, everyType())
		outs := live(t, deeds, func(*Fleet, time.Time, time.Time) []Output { return nil })
		checkAnswers(rt, deeds, outs)
		energy := map[string]float64{}
		frozen := false
		for _, d := range deeds {
			frozen = frozen || bytes.Contains(d.msg.Payload, []byte("frozen"))
		}
		for _, o := range outs {
			topic, _ := topics.Parse(o.Message.Topic)
			if topic.Kind != topics.KindState {
				continue
			}
			wh := checkState(rt, o)
			if wh < energy[o.Device] && !frozen {
				rt.Fatalf("%s: energy falls from %v to %v Wh", o.Device, energy[o.Device], wh)
			}
			energy[o.Device] = wh
		}
	})
}

// What nobody asked for is said when it is worth it: something else than before, and
// what only drifts at most once a second.
func TestNothingIsReportedForNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		deeds := slices.DeleteFunc(drawDeeds(rt, everyType()), func(d deed) bool { return !isOwnBusiness(d) })
		if len(deeds) == 0 {
			return
		}
		asked := map[time.Time]bool{start: true}
		for _, d := range deeds {
			asked[d.at] = true
		}
		last := map[string]Output{}
		for _, o := range live(t, deeds, func(*Fleet, time.Time, time.Time) []Output { return nil }) {
			if topic, _ := topics.Parse(o.Message.Topic); topic.Kind != topics.KindState {
				continue
			}
			if at := o.Message.Meta.At; !asked[at] {
				checkWorth(rt, last[o.Device], o)
			}
			last[o.Device] = o
		}
	})
}

// isOwnBusiness reports whether a deed is a command, or a fault of the type's own
// that lasts: the common ones have their own ways to say things.
func isOwnBusiness(d deed) bool {
	topic, _ := topics.Parse(d.msg.Topic)
	if topic.Kind == topics.KindCommand {
		return true
	}
	return !bytes.Contains(d.msg.Payload, []byte(`"for"`)) && !slices.ContainsFunc(CommonFaults(), func(f Fault) bool {
		return bytes.Contains(d.msg.Payload, []byte(`"`+f.Name+`"`))
	})
}

func checkWorth(t *rapid.T, before, o Output) {
	switch since := o.Message.Meta.At.Sub(before.Message.Meta.At); {
	case bytes.Equal(before.Message.Payload, o.Message.Payload):
		t.Fatalf("%s says again after %s: %s", o.Device, since, o.Message.Payload)
	case since < reportEvery && bytes.Equal(words(before), words(o)):
		t.Fatalf("%s reports a drift after %s: %s\nbefore: %s", o.Device, since, o.Message.Payload, before.Message.Payload)
	}
}

// words is what a state says that does not drift.
func words(o Output) []byte {
	var state map[string]any
	if err := json.Unmarshal(o.Message.Payload, &state); err != nil {
		return nil
	}
	for _, attr := range typeIn(everyType(), o.Device).Attributes {
		if attr.Step > 0 || attr.Ratio > 0 || attr.Kind == Number || attr.RoundUp {
			delete(state, attr.Name)
		}
	}
	return must(json.Marshal(state))
}

// checkAnswers wants every ack to belong to a deed, and to say why if it refuses.
func checkAnswers(t *rapid.T, deeds []deed, outs []Output) {
	asked, answered := map[string]bool{}, map[string]bool{}
	quiet := false // some fault may have swallowed answers
	for _, d := range deeds {
		asked[d.msg.ID()] = true
		topic, _ := topics.Parse(d.msg.Topic)
		quiet = quiet || topic.Kind == topics.KindFault && bytes.Contains(d.msg.Payload, []byte("kind"))
	}
	for _, o := range outs {
		if topic, _ := topics.Parse(o.Message.Topic); topic.Kind != topics.KindAck {
			continue
		}
		var a presence.Ack
		if err := json.Unmarshal(o.Message.Payload, &a); err != nil || !asked[a.ID] || a.OK == (a.Error != "") {
			t.Fatalf("ack %s: %v", o.Message.Payload, err)
		}
		answered[a.ID] = true
	}
	if !quiet && len(answered) != len(deeds) {
		t.Fatalf("%d deeds, %d answers", len(deeds), len(answered))
	}
}

// checkState holds a state to its declaration and returns its energy, 0 if it has
// no meter.
func checkState(t rapid.TB, o Output) float64 {
	var state map[string]any
	if err := json.Unmarshal(o.Message.Payload, &state); err != nil {
		t.Fatalf("%s: %v", o.Message.Payload, err)
	}
	typ := typeIn(every(), o.Device)
	if len(state) != len(typ.Attributes) {
		t.Fatalf("%s has %d keys, want %d", o.Message.Payload, len(state), len(typ.Attributes))
	}
	for i := range typ.Attributes {
		if _, err := typ.Attributes[i].Check(state[typ.Attributes[i].Name]); err != nil {
			t.Fatalf("%s: %s: %v", o.Device, o.Message.Payload, err)
		}
	}
	wh, _ := state["energy_wh"].(float64)
	return wh
}

func typeIn(specs []Spec, id string) *Type {
	for _, spec := range specs {
		if spec.ID == id {
			t, _ := spec.Declaration()
			return t
		}
	}
	return nil
}

// What is drawn, looked at every now and then between, is what the meters count:
// that of each appliance, and that of the house.
func TestEnergyIsTheIntegralOfPower(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f, err := NewFleet(everyType(), start, Options{IDs: &message.Counted{}})
		if err != nil {
			t.Fatal(err)
		}
		deeds, now := drawDeeds(rt, everyType()), start
		sums := make([]float64, len(f.order))
		for _, d := range append(deeds, deed{at: deeds[len(deeds)-1].at.Add(time.Hour)}) {
			for now.Before(d.at) {
				to := d.at
				if next, ok := f.Next(); ok && next.Before(to) {
					to = later(next, now.Add(1))
				}
				for i, a := range f.order {
					sums[i] += trapezium(a.model, now, to)
				}
				now = to
				f.Tick(now)
			}
			if d.msg.Topic != "" {
				f.Handle(now, d.msg)
			}
		}
		checkMeters(rt, f, now, sums)
	})
}

// trapezium is the energy of a model whose power is a line from one time to
// another, in Wh.
func trapezium(m model, from, to time.Time) float64 {
	x, ok := m.(metered)
	if !ok {
		return 0
	}
	return (x.draws().at(from) + x.draws().at(to)) / 2 * to.Sub(from).Hours()
}

func checkMeters(t *rapid.T, f *Fleet, now time.Time, sums []float64) {
	house := 0.0
	for i, a := range f.order {
		if a.feeder == nil {
			house += sums[i]
		}
		if wh, ok := readingOf(a, "energy_wh", now); ok && math.Abs(wh-sums[i]) > 0.001*sums[i]+1e-6 {
			t.Fatalf("%s: %v Wh on the meter, %v by its power", a.id, wh, sums[i])
		}
	}
	for _, m := range f.meters {
		if kwh, _ := readingOf(m, "energy_kwh", now); math.Abs(1000*kwh-house) > 0.001*house+1e-6 {
			t.Fatalf("%v Wh on the meter of the house, %v by the power of all", 1000*kwh, house)
		}
	}
}

// readingOf reads one quantity of an appliance.
func readingOf(a *appliance, attribute string, now time.Time) (float64, bool) {
	for i, attr := range a.typ.Attributes {
		if attr.Name == attribute {
			return a.model.read()[i].(quantity).at(now), true
		}
	}
	return 0, false
}
